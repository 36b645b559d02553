package dev.muster.protocols.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.api.Address;
import dev.muster.api.ConfigurationException;
import dev.muster.api.HostPort;
import dev.muster.api.Settings;
import dev.muster.spi.Event;
import dev.muster.spi.Network;
import dev.muster.spi.Network.CloseReason;
import dev.muster.spi.Packet;
import dev.muster.spi.router.RegisteredByTransport;
import dev.muster.spi.router.RouterAddress;
import dev.muster.spi.router.RouterCodec;
import dev.muster.spi.router.RouterFrameReader;
import dev.muster.spi.router.RouterMessage;
import dev.muster.spi.router.RouterMessage.Kind;
import dev.muster.testkit.ProtocolHarness;
import dev.muster.testkit.ScriptedNetwork;
import dev.muster.testkit.ScriptedNetwork.ScriptedStream;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class TunnelTransportTest {

    private static final Address ANN = ProtocolHarness.member(1);
    private static final Address BOB = ProtocolHarness.member(2);

    private final ScriptedNetwork network = new ScriptedNetwork();
    private ProtocolHarness ann = harness(network, "127.0.0.1[12001]");

    private static ProtocolHarness harness(ScriptedNetwork network, String routers) {
        return ProtocolHarness.of(new TunnelTransport.Provider(), new Settings()
                .set(TunnelTransport.GOSSIP_ROUTER_HOSTS, HostPort.list(routers))).network(network).start();
    }

    private ScriptedStream connected(int number) {
        ScriptedStream stream = network.stream(number);
        ann.call(() -> stream.handler().connected());
        return stream;
    }

    private static List<RouterMessage> said(ScriptedStream stream) {
        List<RouterMessage> said = new ArrayList<>();
        new RouterFrameReader(1_000_000, new RouterFrameReader.Sink() {
            @Override
            public void frame(byte[] frame) {
                said.add(RouterCodec.read(frame, RouterCodec.HEAD_BYTES, frame.length - RouterCodec.HEAD_BYTES));
            }

            @Override
            public void orderlyClose() {
                throw new AssertionError("nobody said goodbye");
            }
        }).read(ByteBuffer.wrap(stream.takeWritten()));
        return said;
    }

    private void hear(ScriptedStream stream, RouterMessage message) {
        ann.call(() -> {
            stream.handler().received(RouterCodec.frame(message));
            stream.handler().receivedAll();
        });
    }

    private static Packet data(Packet packet) {
        return packet.withFlags(Packet.DATA).withPayload(new byte[] {1, 2, 3}, 0, 3);
    }

    /** What a member of ours says, as its router hands it on. */
    private RouterMessage from(Address member, Packet packet) {
        ScriptedNetwork other = new ScriptedNetwork();
        ProtocolHarness sender = ProtocolHarness.of(new TunnelTransport.Provider(),
                new Settings().set(TunnelTransport.ROUTER_HOST, "127.0.0.1")).self(member).network(other).start();
        sender.call(() -> other.stream(0).handler().connected());
        said(other.stream(0));
        sender.down(packet);
        return said(other.stream(0)).get(0);
    }

    private RouterMessage registration() {
        return RouterMessage.register(ann.cluster(), RouterAddress.Id.of(ANN), ANN.name(), null);
    }

    @Test
    void itSaysThatItRegistersAndHasNoPlaceOfItsOwn() {
        assertThat(ann.emittedUp()).containsExactly(new RegisteredByTransport(),
                new Event.TransportReady(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)),
                new Event.MulticastReady(new InetSocketAddress("127.0.0.1", 12_001)));
        assertThat(network.stream(0).remote()).isEqualTo(new InetSocketAddress("127.0.0.1", 12_001));
    }

    @Test
    void itRegistersOnceConnectedAndUnregistersInTheEnd() {
        ScriptedStream router = connected(0);
        assertThat(said(router)).containsExactly(registration());
        ann.stop();
        assertThat(said(router)).containsExactly(
                RouterMessage.about(Kind.UNREGISTER, ann.cluster(), RouterAddress.Id.of(ANN)));
        assertThat(router.isClosed()).isTrue();
    }

    @Test
    void packetsTravelAsMessagesForOneMemberOrTheGroup() {
        ScriptedStream router = connected(0);
        said(router);
        ann.down(data(Packet.to(BOB))).down(data(Packet.toGroup()));
        List<RouterMessage> said = said(router);
        assertThat(said).extracting(RouterMessage::address).containsExactly(RouterAddress.Id.of(BOB), null);
        assertThat(said).allMatch(message -> message.sender().equals(RouterAddress.Id.of(ANN))
                && message.group().equals(ann.cluster()) && message.kind() == Kind.MESSAGE);
    }

    @Test
    void whatComesIsPassedUpInOrder() {
        ScriptedStream router = connected(0);
        hear(router, from(BOB, data(Packet.to(ANN))));
        hear(router, from(BOB, data(Packet.toGroup())));
        assertThat(ann.passedUp()).hasSize(2).allMatch(packet -> packet.source().equals(BOB) && packet.length() == 3);
    }

    @Test
    void ownGroupMessagesThatARouterSendsBackAreDropped() {
        ScriptedStream router = connected(0);
        hear(router, from(ANN, data(Packet.toGroup())));
        assertThat(ann.passedUp()).isEmpty();
        assertThat(ann.counter("malformed")).isZero();
    }

    @Test
    void whatMembersOfAnotherToolkitSayIsCountedAndDropped() {
        ScriptedStream router = connected(0);
        byte[] foreign = new byte[40];
        Arrays.fill(foreign, (byte) -1);
        hear(router, RouterMessage.message(ann.cluster(), null, RouterAddress.Id.of(BOB), ByteBuffer.wrap(foreign)));
        assertThat(ann.passedUp()).isEmpty();
        assertThat(ann.counter("malformed")).isEqualTo(1);
    }

    @Test
    void aSuspicionOfTheRouterIsALostConnection() {
        ScriptedStream router = connected(0);
        hear(router, RouterMessage.about(Kind.SUSPECT, ann.cluster(), RouterAddress.Id.of(BOB)));
        assertThat(ann.emittedUp(Event.ConnectionLost.class)).containsExactly(new Event.ConnectionLost(BOB));
    }

    @Test
    void whatGoesToThePlaceOfEverybodyGoesToAllWhoRegistered() {
        ScriptedStream router = connected(0);
        said(router);
        ann.down(Packet.toPhysical(ann.emittedUp(Event.MulticastReady.class).get(0).group()));
        assertThat(said(router)).singleElement().extracting(RouterMessage::address).isNull();
    }

    @Test
    void nobodyIsAtAPlace() {
        connected(0);
        InetSocketAddress place = new InetSocketAddress("127.0.0.1", 7800);
        ann.down(Packet.toPhysical(place));
        assertThat(ann.emittedUp(Event.Unreachable.class)).containsExactly(new Event.Unreachable(place));
    }

    @Test
    void aLostRouterIsTriedAgainWithGrowingWaitsUpToTheIntervalAndMembersRegisterAnew() {
        said(connected(0));
        ann.call(() -> network.stream(0).handler().closed(CloseReason.CLOSED_BY_PEER, "test"));
        ann.down(data(Packet.to(BOB)));
        assertThat(ann.counter("dropped_no_router")).isEqualTo(1);
        long waited = 0;
        for (int attempt = 1; attempt <= 10; attempt++) {
            long before = ann.nowNanos();
            while (network.streams().size() == attempt) {
                ann.advanceToNextTimer();
            }
            long wait = ann.nowNanos() - before;
            assertThat(wait).isGreaterThanOrEqualTo(waited).isLessThanOrEqualTo(Duration.ofSeconds(5).toNanos());
            waited = wait;
            int last = attempt;
            if (attempt < 10) {
                ann.call(() -> network.stream(last).handler().closed(CloseReason.REFUSED, "test"));
            }
        }
        assertThat(waited).isEqualTo(Duration.ofSeconds(5).toNanos());
        assertThat(said(connected(10))).containsExactly(registration());
    }

    @Test
    void aRouterThatSaysNothingForTooLongIsGivenUp() {
        ScriptedStream router = connected(0);
        ann.advance(Duration.ofSeconds(12));
        hear(router, RouterMessage.about(Kind.HEARTBEAT, null, null));
        assertThat(said(router)).contains(RouterMessage.about(Kind.HEARTBEAT, null, null));
        ann.advance(Duration.ofSeconds(15));
        assertThat(router.isClosed()).isFalse();
        ann.advance(Duration.ofSeconds(6));
        assertThat(router.isClosed()).isTrue();
        assertThat(network.streams()).hasSize(2);
    }

    @Test
    void anyRouterThatIsConnectedServes() {
        ScriptedNetwork several = new ScriptedNetwork();
        ann = harness(several, "127.0.0.1[1],127.0.0.1[2]");
        ScriptedStream second = several.stream(1);
        ann.call(() -> second.handler().connected());
        said(second);
        ann.down(data(Packet.to(BOB)));
        assertThat(said(second)).hasSize(1);
        ScriptedStream first = several.stream(0);
        ann.call(() -> first.handler().connected());
        said(first);
        ann.call(() -> second.handler().closed(CloseReason.CLOSED_BY_PEER, "test"));
        ann.down(data(Packet.to(BOB)));
        assertThat(said(first)).hasSize(1);
    }

    @Test
    void withSeveralRoutersTheOneThatServesChanges() {
        ScriptedNetwork several = new ScriptedNetwork();
        ann = harness(several, "127.0.0.1[1],127.0.0.1[2]");
        several.streams().forEach(stream -> ann.call(() -> stream.handler().connected()));
        for (int second = 0; second < 4; second++) {
            ann.down(data(Packet.to(BOB))).advance(Duration.ofSeconds(1));
        }
        for (ScriptedStream stream : several.streams()) {
            assertThat(said(stream)).extracting(RouterMessage::kind).containsOnlyOnce(Kind.REGISTER).contains(Kind.MESSAGE);
        }
    }

    @Test
    void aRouterThatMustNotBeReachedEndsTheStart() {
        Network refusing = (Network) Proxy.newProxyInstance(Network.class.getClassLoader(), new Class<?>[] {Network.class},
                (proxy, method, arguments) -> {
                    throw new IllegalArgumentException("would leave this host");
                });
        ProtocolHarness started = ProtocolHarness.of(new TunnelTransport.Provider(),
                new Settings().set(TunnelTransport.ROUTER_HOST, "10.1.2.3")).network(refusing);
        assertThatThrownBy(started::start).isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("10.1.2.3").hasMessageContaining("would leave this host");
    }

    @Test
    void aStackThatNamesNoRouterIsRefused() {
        List<String> problems = new ArrayList<>();
        new TunnelTransport.Provider().validate(new Settings(), problems::add);
        assertThat(problems).singleElement().asString().contains("router_host").contains("gossip_router_hosts");
    }
}
