package dev.muster.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.api.ConfigurationException;
import dev.muster.api.Setting;
import dev.muster.api.Settings;
import dev.muster.spi.BindAddress.Candidate;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BindAddressTest {

    private static final List<Candidate> MACHINE = machine("lo 127.0.0.1", "eth0 10.1.2.3", "eth1 93.184.216.34",
            "eth2 169.254.7.7", "lo ::1");

    private static List<Candidate> machine(String... lines) {
        List<Candidate> candidates = new ArrayList<>();
        for (String line : lines) {
            try {
                candidates.add(new Candidate(line.split(" ")[0], InetAddress.getByName(line.split(" ")[1])));
            } catch (UnknownHostException e) {
                throw new AssertionError(line, e);
            }
        }
        return candidates;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"loopback|127.0.0.1", "LOCALHOST|127.0.0.1", "site_local|10.1.2.3",
        "link_local|169.254.7.7", "global|93.184.216.34", "non_loopback|10.1.2.3", "eth1|93.184.216.34",
        "match-interface:eth[12]|93.184.216.34", "match-address:169\\..*|169.254.7.7", "192.0.2.1|192.0.2.1",
        "match-interface:wlan.*, site_local|10.1.2.3"})
    void eachNotationFindsItsAddress(String text, String expected) {
        assertThat(BindAddress.find("TCP: bind_addr", text, MACHINE).getHostAddress()).isEqualTo(expected);
    }

    @Test
    void whatFitsNothingIsNamedTogetherWithWhatThereIs() {
        assertThatThrownBy(() -> BindAddress.find("TCP: bind_addr", "match-interface:wlan.*", MACHINE))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("TCP: bind_addr=match-interface:wlan.*").hasMessageContaining("eth0 10.1.2.3")
                .hasMessageContaining("expected an address");
    }

    @Test
    void aBrokenPatternIsNamed() {
        assertThatThrownBy(() -> BindAddress.find("TCP: bind_addr", "match-address:[", MACHINE))
                .isInstanceOf(ConfigurationException.class).hasMessageContaining("'[' is no regular expression");
    }

    @Test
    void loopbackIsThereEvenWhereInterfacesAreNotShown() {
        assertThat(BindAddress.find("TCP: bind_addr", "loopback", List.of()).isLoopbackAddress()).isTrue();
        assertThat(BindAddress.find("TCP: bind_addr", "loopback").isLoopbackAddress()).isTrue();
    }

    @Test
    void theSettingComesFirstThenLoopback() {
        Setting<String> setting = Setting.text("bind_addr", null);
        assertThat(BindAddress.configured(new Settings().set(setting, " eth0 "), setting)).isEqualTo("eth0");
        assertThat(BindAddress.configured(new Settings(), setting)).isEqualTo("loopback");
    }

    @Test
    void ofThePropertiesOursComesBeforeThatOfOthers() {
        Setting<String> setting = Setting.text("bind_addr", null);
        try {
            System.setProperty("jgroups.bind_addr", "eth7");
            assertThat(BindAddress.configured(new Settings(), setting)).isEqualTo("eth7");
            System.setProperty("muster.bind_addr", "eth8");
            assertThat(BindAddress.configured(new Settings(), setting)).isEqualTo("eth8");
            assertThat(BindAddress.configured(new Settings().set(setting, "eth9"), setting)).isEqualTo("eth9");
        } finally {
            System.clearProperty("jgroups.bind_addr");
            System.clearProperty("muster.bind_addr");
        }
    }
}
