package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.api.Setting;
import dev.muster.api.Settings;
import dev.muster.router.Router;
import dev.muster.router.RouterCounter;
import dev.muster.router.RouterSettings;
import dev.muster.spi.TransportSettings;
import dev.muster.spi.router.RouterAddress;
import dev.muster.spi.router.RouterCodec;
import dev.muster.spi.router.RouterMessage;
import dev.muster.spi.tls.TlsSettings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RouterCommandTest {

    @Test
    void everySettingOfTheRouterIsAnOption() {
        Run run = Run.muster("router", "--help");
        for (Setting<?> setting : RouterSettings.ALL) {
            assertThat(run.out()).contains("--" + setting.name());
        }
    }

    @Test
    void aValueThatCantBeIsNamedWithItsOption() {
        Run run = Run.muster("router", "--port", "70000");
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).contains("--port=70000");
    }

    @Test
    void aRouterIsProbedAsMembersAre() throws IOException {
        try (Router router = new Router(new Settings().set(RouterSettings.PORT, 0)
                .set(TransportSettings.ENABLE_DIAGNOSTICS, true).set(TransportSettings.DIAGNOSTICS_PORT, 0)
                .set(TlsSettings.OF_PROGRAMS.truststorePassword(), "open sesame"))) {
            InetSocketAddress place = router.start();
            String port = String.valueOf(router.diagnosticsPlace().getPort());
            try (Socket member = new Socket(place.getAddress(), place.getPort())) {
                ByteBuffer frame = RouterCodec.frame(RouterMessage.register("g", new RouterAddress.Id(1, 2), "ann", null));
                member.getOutputStream().write(frame.array(), 0, frame.remaining());
                while (router.counters().get(RouterCounter.MEMBERS) == 0) {
                    Thread.onSpinWait();
                }
                Run text = Run.muster("probe", "--port", port);
                assertThat(text.status()).isZero();
                assertThat(text.out()).startsWith("router (").contains("ROUTER", "greeting_timeout=10s", "members=1")
                        .doesNotContain("sesame");
                assertThat(Run.muster("probe", "--port", port, "--json").out()).contains("\"members\":1")
                        .contains("\"strangers_refused\":0");
            }
        }
    }

    @Test
    void passwordsNeedNotStandOnTheCommandLine(@TempDir Path folder) throws IOException {
        Path options = Files.writeString(folder.resolve("options"), "--tls_enabled\n--tls_keystore_path=nowhere.p12\n"
                + "--tls_keystore_password=sesame\n");
        Run run = Run.muster("router", "@" + options);
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).contains("tls_keystore_path=nowhere.p12 can't be read").doesNotContain("sesame");
    }

    @Test
    void beyondLoopbackItNeedsConsent() {
        Run run = Run.muster("router", "--port", "0", "--bind_addr", "0.0.0.0");
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).contains("beyond loopback").contains("--insecure");
    }
}
