package dev.muster.protocols.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.api.ConfigurationException;
import dev.muster.api.Settings;
import dev.muster.spi.Event;
import dev.muster.spi.Network;
import dev.muster.spi.ProtocolProvider;
import dev.muster.testkit.ProtocolHarness;
import dev.muster.testkit.ScriptedNetwork;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which ports are tried, and what is said when none is free. */
class PortsTest {

    private static final int NONE = Integer.MAX_VALUE;

    private static int portOf(ProtocolProvider transport, Settings settings, Network network) {
        return ProtocolHarness.of(transport, settings).network(network).start()
                .emittedUp(Event.TransportReady.class).get(0).local().getPort();
    }

    private static int tcp(Settings settings, Network network) {
        return portOf(new TcpTransport.Provider(), settings, network);
    }

    private static int udp(Settings settings, Network network) {
        return portOf(new UdpTransport.Provider(), settings, network);
    }

    @Test
    void theFirstFreeOneIsTakenWithoutUpperLimitOverTcp() {
        assertThat(tcp(new Settings(), new BusyPorts(7803))).isEqualTo(7803);
        assertThat(tcp(new Settings(), new BusyPorts(PortRange.HIGHEST))).isEqualTo(PortRange.HIGHEST);
    }

    @Test
    void aRangeThatIsExhaustedIsNamedWithWhatToDoAboutIt() {
        Settings range = new Settings().set(TcpTransport.END_PORT, 7802);
        assertThatThrownBy(() -> tcp(range, new BusyPorts(7803))).isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("ports 7800 to 7802").hasMessageContaining("end_port");
        Settings further = new Settings().set(TcpTransport.PORT_RANGE, 2);
        assertThatThrownBy(() -> tcp(further, new BusyPorts(7803))).hasMessageContaining("ports 7800 to 7802");
        assertThat(tcp(further, new BusyPorts(7802))).isEqualTo(7802);
    }

    @Test
    void whereStartAndEndAreTheSameOnlyThatOneIsTried() {
        Settings one = new Settings().set(TcpTransport.START_PORT, 7900).set(TcpTransport.END_PORT, 7900);
        assertThat(tcp(one, new BusyPorts(0))).isEqualTo(7900);
        assertThatThrownBy(() -> tcp(one, new BusyPorts(7901))).hasMessageContaining("tried port 7900");
    }

    @Test
    void zeroMeansWhicheverIsFree() {
        BusyPorts network = new BusyPorts(7900);
        assertThat(tcp(new Settings().set(TcpTransport.START_PORT, 0), network)).isGreaterThan(7900);
        assertThat(udp(new Settings(), network)).isGreaterThan(7900);
        assertThat(network.tried).containsExactly(0, 0);
    }

    @Test
    void overUdpThereIsOneMoreUnlessMoreAreAskedFor() {
        Settings settings = new Settings().set(UdpSettings.BIND_PORT, 7800);
        assertThat(udp(settings, new BusyPorts(7801))).isEqualTo(7801);
        assertThatThrownBy(() -> udp(settings, new BusyPorts(7802))).isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("ports 7800 to 7801").hasMessageContaining("port_range");
        assertThat(udp(settings.set(UdpSettings.PORT_RANGE, 2), new BusyPorts(7802))).isEqualTo(7802);
    }

    @Test
    void anAddressThatCanNotBeBoundIsNotTriedOnEveryPort() {
        BusyPorts useless = new BusyPorts(NONE);
        assertThatThrownBy(() -> tcp(new Settings(), useless)).isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("bind_addr");
        assertThat(useless.tried).containsExactly(7800, 0);
    }

    /** Ports below a number are in use. */
    private static final class BusyPorts implements Network {
        private final ScriptedNetwork free = new ScriptedNetwork();
        private final List<Integer> tried = new ArrayList<>();
        private final int firstFree;

        BusyPorts(int firstFree) {
            this.firstFree = firstFree;
        }

        private void check(InetSocketAddress local) throws BindException {
            tried.add(local.getPort());
            boolean any = local.getPort() == 0 && firstFree != NONE;
            if (!any && local.getPort() < firstFree) {
                throw new BindException("in use");
            }
        }

        @Override
        public Listener listen(InetSocketAddress local, AcceptHandler handler) throws IOException {
            check(local);
            return free.listen(local, handler);
        }

        @Override
        public Datagrams openDatagrams(InetSocketAddress local, DatagramOptions options, DatagramHandler handler)
                throws IOException {
            check(local);
            return free.openDatagrams(local, options, handler);
        }

        @Override
        public Stream connect(InetSocketAddress remote, StreamOptions options, StreamHandler handler) {
            return free.connect(remote, options, handler);
        }

        @Override
        public Subscription subscribe(InetSocketAddress group, List<InetAddress> interfaces, DatagramOptions options,
                DatagramHandler handler) {
            return free.subscribe(group, interfaces, options, handler);
        }

        @Override
        public List<InetAddress> interfaces() {
            return free.interfaces();
        }
    }
}
