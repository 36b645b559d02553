package dev.muster.protocols.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.api.Address;
import dev.muster.api.ConfigurationException;
import dev.muster.api.HostPort;
import dev.muster.api.Settings;
import dev.muster.spi.Event;
import dev.muster.spi.Network;
import dev.muster.spi.Packet;
import dev.muster.spi.TransportSettings;
import dev.muster.spi.router.RegisteredByTransport;
import dev.muster.spi.router.RouterAddress;
import dev.muster.spi.router.RouterMessage;
import dev.muster.spi.router.RouterMessage.Kind;
import dev.muster.testkit.ProtocolHarness;
import dev.muster.testkit.ScriptedNetwork;
import dev.muster.testkit.ScriptedNetwork.ScriptedStream;
import dev.muster.testkit.ScriptedRouter;
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

    private ScriptedNetwork network = new ScriptedNetwork();
    private ProtocolHarness ann = harness(network, "127.0.0.1[12001]", ANN);

    private static ProtocolHarness harness(ScriptedNetwork network, String routers, Address member) {
        return harness(network, new Settings().set(TunnelSettings.GOSSIP_ROUTER_HOSTS, HostPort.list(routers)), member);
    }

    private static ProtocolHarness harness(ScriptedNetwork network, Settings settings, Address member) {
        return ProtocolHarness.of(new TunnelTransport.Provider(), settings).self(member).network(network).start();
    }

    private ScriptedRouter router(int number) {
        return new ScriptedRouter(ann, network.stream(number));
    }

    /** Accepts, and has heard the registration. */
    private ScriptedRouter connected(int number) {
        ScriptedRouter router = router(number).accepts();
        assertThat(router.heard(Kind.REGISTER)).containsExactly(registration());
        return router;
    }

    private static Packet data(Packet packet) {
        return packet.withFlags(Packet.DATA).withPayload(new byte[] {1, 2, 3}, 0, 3);
    }

    /** What a member of ours says, as its router hands it on. */
    private static RouterMessage from(Address member, Packet packet) {
        ScriptedNetwork other = new ScriptedNetwork();
        ProtocolHarness sender = harness(other, "127.0.0.1[12001]", member);
        ScriptedRouter router = new ScriptedRouter(sender, other.stream(0)).accepts();
        sender.down(packet);
        return router.heard(Kind.MESSAGE).get(0);
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
    void aRouterMayBeNamedByHostAndPort() {
        ScriptedNetwork other = new ScriptedNetwork();
        harness(other, new Settings().set(TunnelSettings.ROUTER_HOST, "127.0.0.2").set(TunnelSettings.ROUTER_PORT, 80)
                .set(TunnelSettings.GOSSIP_ROUTER_HOSTS, HostPort.list("127.0.0.3[81],127.0.0.2[80]")), ANN);
        assertThat(other.streams()).extracting(ScriptedStream::remote).containsExactly(
                new InetSocketAddress("127.0.0.2", 80), new InetSocketAddress("127.0.0.3", 81));
    }

    @Test
    void itRegistersOnceConnectedAndUnregistersInTheEnd() {
        ScriptedRouter router = connected(0);
        ann.stop();
        assertThat(router.heard()).containsExactly(
                RouterMessage.about(Kind.UNREGISTER, ann.cluster(), RouterAddress.Id.of(ANN)));
        assertThat(router.stream().isClosed()).isTrue();
    }

    @Test
    void packetsTravelAsMessagesForOneMemberOrTheGroup() {
        ScriptedRouter router = connected(0);
        ann.down(data(Packet.to(BOB))).down(data(Packet.toGroup()));
        List<RouterMessage> said = router.heard();
        assertThat(said).extracting(RouterMessage::address).containsExactly(RouterAddress.Id.of(BOB), null);
        assertThat(said).allMatch(message -> message.sender().equals(RouterAddress.Id.of(ANN))
                && message.group().equals(ann.cluster()) && message.kind() == Kind.MESSAGE);
    }

    @Test
    void whatComesIsPassedUpInOrder() {
        ScriptedRouter router = connected(0);
        router.says(from(BOB, data(Packet.to(ANN))));
        router.says(from(BOB, data(Packet.toGroup())));
        assertThat(ann.passedUp()).hasSize(2).allMatch(packet -> packet.source().equals(BOB) && packet.length() == 3);
    }

    @Test
    void ownGroupMessagesThatARouterSendsBackAreDropped() {
        ScriptedRouter router = connected(0);
        router.says(from(ANN, data(Packet.toGroup())));
        assertThat(ann.passedUp()).isEmpty();
        assertThat(ann.counter("malformed")).isZero();
    }

    @Test
    void whatMembersOfAnotherToolkitSayIsCountedAndDropped() {
        ScriptedRouter router = connected(0);
        byte[] foreign = new byte[40];
        Arrays.fill(foreign, (byte) -1);
        router.says(RouterMessage.message(ann.cluster(), null, RouterAddress.Id.of(BOB), ByteBuffer.wrap(foreign)));
        assertThat(ann.passedUp()).isEmpty();
        assertThat(ann.counter("malformed")).isEqualTo(1);
    }

    @Test
    void aSuspicionOfTheRouterIsALostConnection() {
        ScriptedRouter router = connected(0);
        router.says(RouterMessage.about(Kind.SUSPECT, ann.cluster(), RouterAddress.Id.of(BOB)));
        assertThat(ann.emittedUp(Event.ConnectionLost.class)).containsExactly(new Event.ConnectionLost(BOB));
    }

    @Test
    void whatGoesToThePlaceOfEverybodyGoesToAllWhoRegistered() {
        ScriptedRouter router = connected(0);
        ann.down(Packet.toPhysical(ann.emittedUp(Event.MulticastReady.class).get(0).group()));
        assertThat(router.heard()).singleElement().extracting(RouterMessage::address).isNull();
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
        network = new ScriptedNetwork();
        ann = harness(network, new Settings().set(TunnelSettings.ROUTER_HOST, "127.0.0.1")
                .set(TunnelSettings.RECONNECT_INTERVAL, Duration.ofSeconds(3)), ANN);
        connected(0).dies();
        ann.down(data(Packet.to(BOB)));
        assertThat(ann.counter("dropped_no_router")).isEqualTo(1);
        long waited = 0;
        for (int attempt = 1; attempt <= 10; attempt++) {
            long before = ann.nowNanos();
            while (network.streams().size() == attempt) {
                ann.advanceToNextTimer();
            }
            long wait = ann.nowNanos() - before;
            assertThat(wait).isGreaterThanOrEqualTo(waited).isLessThanOrEqualTo(Duration.ofSeconds(3).toNanos());
            waited = wait;
            if (attempt < 10) {
                router(attempt).refuses();
            }
        }
        assertThat(waited).isEqualTo(Duration.ofSeconds(3).toNanos());
        connected(10);
    }

    @Test
    void aRouterThatSaysNothingForTooLongIsGivenUp() {
        ScriptedRouter router = connected(0);
        ann.advance(Duration.ofSeconds(12));
        assertThat(router.answersHeartbeats()).isPositive();
        ann.advance(Duration.ofSeconds(15));
        assertThat(router.stream().isClosed()).isFalse();
        ann.advance(Duration.ofSeconds(6));
        assertThat(router.stream().isClosed()).isTrue();
        assertThat(network.streams()).hasSize(2);
    }

    @Test
    void howOftenRoutersAreAskedAndWhenTheyAreGivenUpCanBeSet() {
        network = new ScriptedNetwork();
        ann = harness(network, new Settings().set(TunnelSettings.ROUTER_HOST, "127.0.0.1")
                .set(TunnelSettings.HEARTBEAT_INTERVAL, Duration.ofSeconds(2))
                .set(TunnelSettings.HEARTBEAT_TIMEOUT, Duration.ofSeconds(7)), ANN);
        ScriptedRouter router = connected(0);
        ann.advance(Duration.ofSeconds(7));
        assertThat(router.heard(Kind.HEARTBEAT)).hasSize(3);
        assertThat(router.stream().isClosed()).isFalse();
        ann.advance(Duration.ofSeconds(1));
        assertThat(router.stream().isClosed()).isTrue();
    }

    @Test
    void whereNobodyAsksRoutersMayBeSilent() {
        network = new ScriptedNetwork();
        ann = harness(network, new Settings().set(TunnelSettings.ROUTER_HOST, "127.0.0.1")
                .set(TunnelSettings.HEARTBEAT_INTERVAL, Duration.ZERO), ANN);
        ScriptedRouter router = connected(0);
        ann.advance(Duration.ofHours(1));
        assertThat(router.heard()).isEmpty();
        assertThat(router.stream().isClosed()).isFalse();
    }

    /** Two routers that accept, and answer. */
    private List<ScriptedRouter> two() {
        network = new ScriptedNetwork();
        ann = harness(network, "127.0.0.1[1],127.0.0.1[2]", ANN);
        List<ScriptedRouter> routers = List.of(router(0).accepts(), router(1).accepts());
        routers.forEach(ScriptedRouter::answersHeartbeats);
        return routers;
    }

    @Test
    void anyRouterThatIsConnectedServes() {
        network = new ScriptedNetwork();
        ann = harness(network, "127.0.0.1[1],127.0.0.1[2]", ANN);
        ScriptedRouter second = router(1).accepts();
        ann.down(data(Packet.to(BOB)));
        assertThat(second.heard(Kind.MESSAGE)).hasSize(1);
        ScriptedRouter first = router(0).accepts();
        second.dies();
        ann.down(data(Packet.to(BOB)));
        assertThat(first.heard(Kind.MESSAGE)).hasSize(1);
    }

    @Test
    void withSeveralRoutersTheOneThatServesChanges() {
        List<ScriptedRouter> routers = two();
        List<ScriptedRouter> served = new ArrayList<>();
        for (int second = 0; second < 4; second++) {
            ann.down(data(Packet.to(BOB)));
            for (ScriptedRouter router : routers) {
                List<RouterMessage> heard = router.heard();
                heard.stream().filter(message -> message.kind() == Kind.HEARTBEAT).forEach(router::says);
                heard.stream().filter(message -> message.kind() == Kind.MESSAGE).forEach(message -> served.add(router));
            }
            ann.advance(Duration.ofSeconds(1));
        }
        assertThat(served).hasSize(4).containsAll(routers);
    }

    @Test
    void aRouterThatIsStuckServesNobodyAsLongAsThereIsAnother() {
        List<ScriptedRouter> routers = two();
        ScriptedRouter stuck = routers.get(0);
        ScriptedRouter alive = routers.get(1);
        ann.advance(Duration.ofSeconds(1));
        alive.answersHeartbeats();
        ann.advance(Duration.ofMillis(600));
        stuck.heard();
        for (int message = 0; message < 100; message++) {
            ann.down(data(Packet.to(BOB)));
            assertThat(alive.heard(Kind.MESSAGE)).hasSize(1);
            ann.advance(Duration.ofMillis(100));
            alive.answersHeartbeats();
        }
        assertThat(stuck.heard(Kind.MESSAGE)).isEmpty();
        alive.dies();
        ann.down(data(Packet.to(BOB)));
        assertThat(stuck.heard(Kind.MESSAGE)).as("better than nobody").hasSize(1);
    }

    @Test
    void aRouterThatWasGivenUpAndOnlyAcceptsServesNobody() {
        List<ScriptedRouter> routers = two();
        routers.get(0).dies();
        ann.advance(Duration.ofMillis(200));
        ScriptedRouter again = router(2).accepts();
        again.heard();
        for (int message = 0; message < 40; message++) {
            ann.down(data(Packet.to(BOB))).advance(Duration.ofMillis(100));
            routers.get(1).answersHeartbeats();
        }
        assertThat(again.heard(Kind.MESSAGE)).isEmpty();
    }

    @Test
    void theStreamIsAsTheSettingsWish() {
        network = new ScriptedNetwork();
        ann = harness(network, new Settings().set(TunnelSettings.ROUTER_HOST, "127.0.0.1")
                .set(TcpTransport.TCP_NODELAY, false).set(TcpTransport.SEND_BUF_SIZE, 10_000L)
                .set(TcpTransport.RECV_BUF_SIZE, 20_000L).set(TcpTransport.SOCK_CONN_TIMEOUT, Duration.ofSeconds(7)), ANN);
        assertThat(network.stream(0).options())
                .isEqualTo(new Network.StreamOptions(false, 10_000, 20_000, Duration.ofSeconds(7).toNanos()));
    }

    @Test
    void packetsOfAnotherVersionAreDroppedOrUnderstoodAsTheSettingSays() {
        RouterMessage other = ofAnotherVersion(from(BOB, data(Packet.to(ANN))));
        connected(0).says(other);
        assertThat(ann.passedUp()).isEmpty();
        assertThat(ann.counter("incompatible_packets")).isEqualTo(1);
        network = new ScriptedNetwork();
        ann = harness(network, new Settings().set(TunnelSettings.ROUTER_HOST, "127.0.0.1")
                .set(TransportSettings.DISCARD_INCOMPATIBLE_PACKETS, false), ANN);
        connected(0).says(other);
        assertThat(ann.passedUp()).singleElement().matches(packet -> packet.source().equals(BOB));
    }

    private static RouterMessage ofAnotherVersion(RouterMessage message) {
        byte[] payload = new byte[message.payload().remaining()];
        message.payload().duplicate().get(payload);
        ProtocolHarness.makeOtherVersion(payload, 0);
        return RouterMessage.message(message.group(), message.address(), message.sender(), ByteBuffer.wrap(payload));
    }

    @Test
    void whatARouterDoesNotTakeWaitsUpToABound() {
        ScriptedRouter router = connected(0);
        router.heard();
        router.stream().room(0);
        Packet large = Packet.to(BOB).withFlags(Packet.DATA).withPayload(new byte[60_000], 0, 60_000);
        while (ann.counter("dropped_queue_full") == 0) {
            ann.down(large);
        }
        assertThat(ann.counter("kept_bytes")).isBetween(8_000_000L, 8L << 20);
        ann.down(Packet.to(BOB));
        assertThat(ann.counter("dropped_queue_full")).as("control packets have a quarter more").isEqualTo(1);
    }

    @Test
    void aRouterThatMustNotBeReachedEndsTheStart() {
        Network refusing = (Network) Proxy.newProxyInstance(Network.class.getClassLoader(), new Class<?>[] {Network.class},
                (proxy, method, arguments) -> {
                    throw new IllegalArgumentException("would leave this host");
                });
        ProtocolHarness started = ProtocolHarness.of(new TunnelTransport.Provider(),
                new Settings().set(TunnelSettings.ROUTER_HOST, "10.1.2.3")).network(refusing);
        assertThatThrownBy(started::start).isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("10.1.2.3").hasMessageContaining("would leave this host");
    }

    private static List<String> problems(Settings settings) {
        List<String> problems = new ArrayList<>();
        new TunnelTransport.Provider().validate(settings, problems::add);
        return problems;
    }

    @Test
    void aStackThatNamesNoRouterIsRefused() {
        assertThat(problems(new Settings())).singleElement().asString().contains("router_host").contains("gossip_router_hosts");
    }

    @Test
    void heartbeatsThatComeTooLateToBeHeardAreRefused() {
        assertThat(problems(new Settings().set(TunnelSettings.ROUTER_HOST, "h")
                .set(TunnelSettings.HEARTBEAT_INTERVAL, Duration.ofSeconds(15)))).singleElement().asString()
                .contains("heartbeat_timeout=15s is not longer than heartbeat_interval=15s");
    }
}
