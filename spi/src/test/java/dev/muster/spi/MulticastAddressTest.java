package dev.muster.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.api.ConfigurationException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;

class MulticastAddressTest {

    private final MulticastAddress setting = new MulticastAddress("UDP: mcast_addr", "228.11.11.11", "ff0e::8:8:8");

    private static InetAddress ip(String text) throws UnknownHostException {
        return InetAddress.getByName(text);
    }

    @Test
    void anAddressWithAMistypedDigitIsReportedWithTheLikelyOne() {
        assertThat(setting.problem("288.11.11.11")).hasValueSatisfying(problem -> assertThat(problem)
                .startsWith("288.11.11.11 is no multicast address").contains("did you mean 228.11.11.11?"));
        assertThat(setting.problem("228.11.311.11")).hasValueSatisfying(problem -> assertThat(problem)
                .contains("did you mean 228.11.111.11?"));
    }

    @Test
    void whatIsTooFarFromAnyGroupIsReportedWithoutAGuess() {
        assertThat(setting.problem("10.0.0.1")).hasValueSatisfying(problem -> assertThat(problem)
                .contains("is no multicast address").doesNotContain("did you mean").contains("224.0.0.0"));
        assertThat(setting.problem("fe80::1")).isPresent();
    }

    @Test
    void groupsAndNamesAndNothingAtAllAreFine() {
        for (String text : new String[] {"228.8.8.8", "239.255.255.255", "ff0e::8:8:8", "FF02::1", "group.example", null}) {
            assertThat(setting.problem(text)).as(text).isEmpty();
        }
    }

    @Test
    void theDefaultIsOfTheFamilyThatIsBoundTo() throws UnknownHostException {
        assertThat(setting.find(null, ip("127.0.0.1"))).isEqualTo(ip("228.11.11.11"));
        assertThat(setting.find(null, ip("::1"))).isEqualTo(ip("ff0e::8:8:8"));
    }

    @Test
    void aGroupOfTheOtherFamilyIsRefused() throws UnknownHostException {
        InetAddress bound = ip("127.0.0.1");
        assertThatThrownBy(() -> setting.find("ff0e::8:8:8", bound)).isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("UDP: mcast_addr=ff0e::8:8:8").hasMessageContaining("127.0.0.1");
    }

    @Test
    void anAddressThatIsNoGroupIsRefused() throws UnknownHostException {
        InetAddress bound = ip("127.0.0.1");
        assertThatThrownBy(() -> setting.find("10.1.1.1", bound)).isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("10.1.1.1 is no multicast address");
    }
}
