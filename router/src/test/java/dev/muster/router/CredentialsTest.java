package dev.muster.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.api.ConfigurationException;
import dev.muster.api.Settings;
import dev.muster.security.KeyFile;
import dev.muster.security.KeyRing;
import dev.muster.security.PreSharedKey;
import dev.muster.spi.router.RouterAddress;
import dev.muster.spi.router.RouterMessage;
import dev.muster.spi.tls.TlsSettings;
import dev.muster.spi.tls.TlsSettings.ClientAuthentication;
import dev.muster.testkit.RouterClient;
import dev.muster.testkit.TestKeyStores;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What clients must prove before a router hears them. */
class CredentialsTest {

    private static final RouterAddress ANN = new RouterAddress.Id(0, 1);
    private static final RouterAddress BEN = new RouterAddress.Id(0, 2);
    private static final TlsSettings TLS = TlsSettings.OF_PROGRAMS;
    private static final RouterMessage MESSAGE = RouterMessage.message("g", BEN, ANN, ByteBuffer.allocate(300_000));

    @TempDir
    private static Path folder;

    private final TestKeyStores keys = new TestKeyStores(folder);
    private Router router;
    private InetSocketAddress place;

    @AfterEach
    void stop() {
        if (router != null) {
            router.close();
        }
    }

    private void start(Consumer<Settings> wishes) {
        Settings settings = new Settings().set(RouterSettings.PORT, 0);
        wishes.accept(settings);
        router = new Router(settings);
        place = router.start();
    }

    private void tls(Settings settings) {
        try {
            settings.set(TLS.enabled(), true).set(TLS.keystorePath(), keys.keyOf("router").toString())
                    .set(TLS.keystorePassword(), TestKeyStores.PASSWORD)
                    .set(TLS.truststorePath(), keys.trusting("member").toString())
                    .set(TLS.truststorePassword(), TestKeyStores.PASSWORD);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void mutualTls(Settings settings) {
        tls(settings);
        settings.set(TLS.clientAuth(), ClientAuthentication.NEED);
    }

    private RouterClient connect(SSLContext context) throws IOException {
        return new RouterClient(context.getSocketFactory().createSocket(place.getAddress(), place.getPort()));
    }

    private void assertNotHeard(RouterClient stranger) throws IOException {
        try (stranger) {
            stranger.say(RouterMessage.register("g", ANN, "stranger", null));
            stranger.awaitDisconnected();
        } catch (IOException e) {
            // the router has hung up before the first word
            assertThat(e).isNotInstanceOf(java.net.SocketTimeoutException.class);
        }
        awaitRefused(1);
        assertThat(router.counters().get(RouterCounter.MEMBERS)).isZero();
    }

    /** A router counts when it has closed a connection, so perhaps after its end is seen. */
    private void awaitRefused(long strangers) {
        while (router.counters().get(RouterCounter.STRANGERS_REFUSED) < strangers) {
            Thread.onSpinWait();
        }
        assertThat(router.counters().get(RouterCounter.STRANGERS_REFUSED)).isEqualTo(strangers);
    }

    @Test
    void byTlsClientsWithACertificateThatIsTrustedReachOneAnother() throws IOException {
        start(this::mutualTls);
        SSLContext member = keys.context("member", "router");
        try (RouterClient ann = connect(member).registered("g", ANN); RouterClient ben = connect(member).registered("g", BEN)) {
            ann.say(MESSAGE);
            assertThat(ben.hear()).isEqualTo(MESSAGE);
        }
    }

    @Test
    void whoHasNoCertificateIsNotHeard() throws IOException {
        start(this::mutualTls);
        assertNotHeard(connect(keys.context(null, "router")));
    }

    @Test
    void whoHasACertificateThatIsNotTrustedIsNotHeard() throws IOException {
        start(this::mutualTls);
        assertNotHeard(connect(keys.context("router", "router")));
    }

    @Test
    void whoSpeaksInClearIsNotHeardWhereThereIsTls() throws IOException {
        start(this::tls);
        assertNotHeard(RouterClient.connect(place));
    }

    @Test
    void whoSpeaksInClearIsNotHeardWhereThereIsAKey() throws IOException {
        start(settings -> settings.set(RouterSettings.KEY_FILE, keyFile().toString()));
        assertNotHeard(RouterClient.connect(place));
    }

    private static Path keyFile() {
        Path file = folder.resolve("group.key");
        byte[] key = new byte[PreSharedKey.BYTES];
        new SplittableRandom(1).nextBytes(key);
        try {
            new KeyFile(file).write(KeyRing.of(PreSharedKey.of(key)));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return file;
    }

    @Test
    void whoSaysNothingIsDisconnectedSoonAndOthersStay() throws IOException {
        start(settings -> settings.set(RouterSettings.GREETING_TIMEOUT, Duration.ofMillis(300)));
        try (RouterClient ann = RouterClient.connect(place).registered("g", ANN); RouterClient mute = RouterClient.connect(place);
                RouterClient babbling = RouterClient.connect(place)) {
            babbling.say(new byte[] {0, 0, 0, 2, 99, 99});
            assertThat(mute.isDisconnected()).isTrue();
            assertThat(babbling.isDisconnected()).isTrue();
            awaitRefused(2);
            ann.awaitDone();
        }
    }

    @Test
    void whoNeverProvesAnythingByTlsIsDisconnectedSoon() throws IOException {
        start(settings -> {
            tls(settings);
            settings.set(RouterSettings.GREETING_TIMEOUT, Duration.ofMillis(50));
        });
        try (RouterClient mute = RouterClient.connect(place)) {
            mute.awaitDisconnected();
        }
    }

    @Test
    void beyondLoopbackItListensToHoldersOfTheKey() {
        start(settings -> settings.set(RouterSettings.BIND_ADDR, "0.0.0.0")
                .set(RouterSettings.KEY_FILE, keyFile().toString()));
        assertThat(place.getAddress().isAnyLocalAddress()).isTrue();
    }

    @Test
    void beyondLoopbackItListensToThoseWhoseCertificatesItTrusts() {
        start(settings -> {
            mutualTls(settings);
            settings.set(RouterSettings.BIND_ADDR, "0.0.0.0");
        });
        assertThat(place.getAddress().isAnyLocalAddress()).isTrue();
    }

    @Test
    void beyondLoopbackTlsAloneIsNotEnoughForAnybodyCouldRegister() {
        assertRefused(settings -> {
            tls(settings);
            settings.set(RouterSettings.BIND_ADDR, "0.0.0.0");
        }, "--tls_client_auth=need");
    }

    private void assertRefused(Consumer<Settings> wishes, String message) {
        assertThatThrownBy(() -> start(wishes)).isInstanceOf(ConfigurationException.class).hasMessageContaining(message);
    }

    @Test
    void whatIsMissingForTlsIsNamed() {
        assertRefused(settings -> settings.set(TLS.enabled(), true), "tls_enabled without tls_keystore_path");
        assertRefused(settings -> {
            tls(settings);
            settings.set(TLS.keystorePath(), "nowhere.p12");
        }, "tls_keystore_path=nowhere.p12 can't be read");
        assertRefused(settings -> {
            tls(settings);
            settings.set(TLS.keystorePassword(), "wrong");
        }, "check path, type and password");
        assertRefused(settings -> {
            tls(settings);
            settings.set(TLS.keystoreAlias(), "nobody");
        }, "has no key 'nobody'; it has [router]");
        assertRefused(settings -> settings.set(TLS.enabled(), true).set(TLS.keystorePath(), "any")
                .set(TLS.clientAuth(), ClientAuthentication.NEED), "tls_client_auth=need without tls_truststore_path");
        assertRefused(settings -> {
            tls(settings);
            settings.set(TLS.protocols(), "TLSv7");
        }, "names what this JDK does not have");
        assertRefused(settings -> settings.set(RouterSettings.KEY_FILE, "nowhere.key"), "there is no such key file");
    }

    @Test
    void aKeyMayBeChosenByItsName() throws IOException {
        start(settings -> {
            tls(settings);
            settings.set(TLS.keystoreAlias(), "router");
        });
        try (RouterClient ann = connect(keys.context(null, "router"))) {
            ann.registered("g", ANN);
        }
    }
}
