package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.api.Setting;
import dev.muster.router.RouterSettings;
import org.junit.jupiter.api.Test;

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
    void beyondLoopbackItNeedsConsent() {
        Run run = Run.muster("router", "--port", "0", "--bind_addr", "0.0.0.0");
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).contains("beyond loopback").contains("--insecure");
    }
}
