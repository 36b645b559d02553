package dev.muster.protocols.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.api.Address;
import dev.muster.api.Settings;
import dev.muster.spi.Event;
import dev.muster.spi.MemberInfo;
import dev.muster.spi.Packet;
import dev.muster.testkit.ProtocolHarness;
import dev.muster.testkit.ScriptedNetwork;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MPingTest {

    private static final Address ANN = ProtocolHarness.member(1);
    private static final Address BOB = ProtocolHarness.member(2);
    private static final InetSocketAddress GROUP = new InetSocketAddress("228.8.8.8", 7555);

    private final Settings settings = new Settings();
    private final ScriptedNetwork annsNetwork = new ScriptedNetwork();
    private final ScriptedNetwork bobsNetwork = new ScriptedNetwork();

    private static InetSocketAddress at(int port) {
        return new InetSocketAddress("127.0.0.1", port);
    }

    private ProtocolHarness started(Address self, ScriptedNetwork network, int port) {
        return ProtocolHarness.of(new MPing.Provider(), settings).self(self).network(network).start()
                .event(new Event.TransportReady(at(port)));
    }

    /** Carry what one has multicast to the other. */
    private static void multicast(ScriptedNetwork from, ProtocolHarness to, ScriptedNetwork at) {
        for (ScriptedNetwork.SentDatagram sent : from.sockets().get(0).sent()) {
            assertThat(sent.remote()).isEqualTo(GROUP);
            to.call(() -> at.subscriptions().get(0).handler().received(ByteBuffer.wrap(sent.bytes()),
                    from.sockets().get(0).local()));
        }
    }

    @Test
    void questionsGoByItsOwnSocketAndAnswersByTheTransportToWhereTheAskerIs() {
        ProtocolHarness ann = started(ANN, annsNetwork, 7800);
        ProtocolHarness bob = started(BOB, bobsNetwork, 7801);
        ann.event(new Event.FindMembers("join"));
        assertThat(ann.passedDown()).isEmpty();
        multicast(annsNetwork, bob, bobsNetwork);
        assertThat(bob.passedDown()).singleElement().satisfies(answer -> {
            assertThat(answer.destination()).isEqualTo(ANN);
            assertThat(answer.physical()).isEqualTo(at(7800));
        });

        ann.up(bob.passedDown().get(0).from(BOB, 1));
        ann.advance(Duration.ofSeconds(3));
        assertThat(ann.emittedUp(Event.MembersFound.class)).singleElement()
                .satisfies(end -> assertThat(end.found()).extracting(MemberInfo::member).containsExactly(BOB));
    }

    @Test
    void ownQuestionsAndThoseOfOtherClustersAreNotAnswered() {
        ProtocolHarness ann = started(ANN, annsNetwork, 7800);
        ProtocolHarness other = ProtocolHarness.of(new MPing.Provider(), settings).self(BOB).cluster("another")
                .network(bobsNetwork).start().event(new Event.TransportReady(at(7801)));
        ann.event(new Event.FindMembers("join"));
        multicast(annsNetwork, ann, annsNetwork);
        multicast(annsNetwork, other, bobsNetwork);
        assertThat(ann.passedDown()).isEmpty();
        assertThat(other.passedDown()).isEmpty();
    }

    @Test
    void garbageIsDroppedAndCounted() {
        ProtocolHarness ann = started(ANN, annsNetwork, 7800);
        ann.call(() -> annsNetwork.subscriptions().get(0).handler().received(ByteBuffer.allocate(3), at(1)));
        assertThat(ann.counter("malformed")).isEqualTo(1);
    }

    @Test
    void aCoordinatorThatIsNamedIsAskedThroughTheTransport() {
        ProtocolHarness ann = started(ANN, annsNetwork, 7800);
        ProtocolHarness bob = started(BOB, bobsNetwork, 7801);
        ann.event(new Event.FindMembers("join"));
        multicast(annsNetwork, bob, bobsNetwork);
        DiscoveryHeader answer = bob.passedDown().get(0).header(DiscoveryHeader.class);
        ann.up(Packet.to(ANN).from(BOB, 1).with(new DiscoveryHeader(true, answer.search(),
                new MemberInfo(BOB, at(7801), ProtocolHarness.member(3), at(7802), null))));
        assertThat(ann.passedDown()).extracting(Packet::physical).containsExactly(at(7802));
    }

    @Test
    void onAllInterfacesItListensAndAsksAndClosesWhatItOpened() throws UnknownHostException {
        InetAddress card = InetAddress.getByName("10.0.0.1");
        annsNetwork.interfaces(InetAddress.getLoopbackAddress(), card, InetAddress.getByName("::1"));
        settings.set(MPing.BIND_TO_ALL_INTERFACES, true).set(MPing.IP_TTL, 3);
        started(ANN, annsNetwork, 7800).event(new Event.FindMembers("join")).stop();
        assertThat(annsNetwork.subscriptions()).singleElement().satisfies(joined -> {
            assertThat(joined.interfaces()).containsExactly(InetAddress.getLoopbackAddress(), card);
            assertThat(joined.isClosed()).isTrue();
        });
        assertThat(annsNetwork.sockets()).extracting(socket -> socket.local().getAddress())
                .containsExactly(InetAddress.getLoopbackAddress(), card);
        assertThat(annsNetwork.sockets()).allSatisfy(socket -> {
            assertThat(socket.options().hops()).isEqualTo(3);
            assertThat(socket.sent()).singleElement().satisfies(question -> assertThat(question.remote()).isEqualTo(GROUP));
            assertThat(socket.isClosed()).isTrue();
        });
    }

    @Test
    void overIpv6TheGroupIsOneOfIpv6() throws UnknownHostException {
        settings.set(MPing.BIND_ADDR, "::1");
        started(ANN, annsNetwork, 7800);
        assertThat(annsNetwork.subscriptions().get(0).group().getAddress()).isEqualTo(InetAddress.getByName("ff0e::8:8:8"));
    }

    @Test
    void anAddressThatIsNoGroupIsReported() {
        List<String> problems = new ArrayList<>();
        new MPing.Provider().validate(settings.set(MPing.MCAST_ADDR, "288.8.8.8"), problems::add);
        assertThat(problems).singleElement().asString().contains("did you mean 228.8.8.8?");
    }
}
