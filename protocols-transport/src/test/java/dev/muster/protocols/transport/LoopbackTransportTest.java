package dev.muster.protocols.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.api.Address;
import dev.muster.spi.Event;
import dev.muster.spi.InProcess;
import dev.muster.spi.Network;
import dev.muster.spi.Packet;
import dev.muster.spi.PacketBatch;
import dev.muster.testkit.ProtocolHarness;
import dev.muster.testkit.ScriptedNetwork;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LoopbackTransportTest {

    private static final Address ANN = ProtocolHarness.member(1);
    private static final Address BOB = ProtocolHarness.member(2);

    private final OneProcess process = new OneProcess();
    private final ProtocolHarness ann = member(ANN);
    private final ProtocolHarness bob = member(BOB);

    private ProtocolHarness member(Address self) {
        return ProtocolHarness.of(new LoopbackTransport.Provider()).self(self).network(process).start();
    }

    private static InetSocketAddress at(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    private void join() {
        Event addresses = new Event.PhysicalAddresses(Map.of(ANN, at(7800), BOB, at(7801)));
        Event view = ProtocolHarness.viewInstalled(1, ANN, BOB);
        ann.eventFromAbove(addresses).event(view).clear();
        bob.eventFromAbove(addresses).event(view).clear();
    }

    @Test
    void eachMemberTakesTheNextNumberAsItsPort() {
        assertThat(ann.emittedUp()).containsExactly(new Event.TransportReady(at(7800)));
        assertThat(bob.emittedUp()).containsExactly(new Event.TransportReady(at(7801)));
    }

    @Test
    void packetsReachTheGroupAndASingleMemberAndWhoeverIsAtAnAddress() {
        join();
        ann.down(Packet.toGroup().withPayload(new byte[] {1, 2, 3}, 0, 3));
        ann.down(Packet.to(BOB));
        ann.down(Packet.toPhysical(at(7801)));
        bob.call(() -> {});
        assertThat(bob.passedUp()).extracting(Packet::length).containsExactly(3, 0, 0);
        assertThat(bob.passedUp()).allMatch(packet -> packet.source().equals(ANN) && packet.physical().equals(at(7800)));
        assertThat(ann.passedUp()).isEmpty();
    }

    @Test
    void nobodyThereIsUnreachableAndAMemberThatIsGoneIsLost() {
        join();
        bob.stop();
        ann.down(Packet.to(BOB)).down(Packet.toPhysical(at(9)));
        assertThat(ann.emittedUp()).containsExactly(new Event.Unreachable(at(7801)), new Event.ConnectionLost(BOB),
                new Event.Unreachable(at(9)));
    }

    @Test
    void whereTheEnvironmentHasNoSuchNetworkASocketTransportIsRecommended() {
        assertThatThrownBy(() -> ProtocolHarness.of(new LoopbackTransport.Provider()).network(new ScriptedNetwork()).start())
                .hasMessageContaining("such as TCP");
    }

    /** Hands packets over at once. */
    private static final class OneProcess implements Network, InProcess {
        private final Map<InetSocketAddress, Receiver> open = new LinkedHashMap<>();

        @Override
        public InProcess inProcess() {
            return this;
        }

        @Override
        public Port open(InetSocketAddress local, Receiver receiver) throws IOException {
            if (open.putIfAbsent(local, receiver) != null) {
                throw new BindException("in use");
            }
            return new Port() {
                @Override
                public boolean send(Packet packet, InetSocketAddress remote) {
                    if (open.containsKey(remote)) {
                        PacketBatch batch = new PacketBatch(1);
                        batch.add(packet.withPhysical(local));
                        open.get(remote).received(batch);
                    }
                    return open.containsKey(remote);
                }

                @Override
                public InetSocketAddress local() {
                    return local;
                }

                @Override
                public void close() {
                    open.remove(local);
                }
            };
        }

        @Override
        public Listener listen(InetSocketAddress local, AcceptHandler handler) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Stream connect(InetSocketAddress remote, StreamOptions options, StreamHandler handler) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Datagrams openDatagrams(InetSocketAddress local, DatagramOptions options, DatagramHandler handler) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Subscription subscribe(InetSocketAddress group, List<InetAddress> interfaces, DatagramOptions options,
                DatagramHandler handler) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<InetAddress> interfaces() {
            throw new UnsupportedOperationException();
        }
    }
}
