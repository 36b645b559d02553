package dev.muster.protocols.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.api.Address;
import dev.muster.api.HostPort;
import dev.muster.api.Settings;
import dev.muster.spi.Event;
import dev.muster.spi.MemberInfo;
import dev.muster.spi.Packet;
import dev.muster.spi.router.RegisteredByTransport;
import dev.muster.spi.router.RouterAddress;
import dev.muster.spi.router.RouterMember;
import dev.muster.spi.router.RouterMessage;
import dev.muster.spi.router.RouterMessage.Kind;
import dev.muster.testkit.ProtocolHarness;
import dev.muster.testkit.ScriptedNetwork;
import dev.muster.testkit.ScriptedRouter;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TcpGossipTest {

    private static final Address ANN = ProtocolHarness.member(1);
    private static final Address BOB = ProtocolHarness.member(2);
    private static final Address CID = ProtocolHarness.member(3);
    private static final InetSocketAddress HERE = new InetSocketAddress("127.0.0.1", 7800);
    private static final InetSocketAddress AT_BOB = new InetSocketAddress("127.0.0.1", 7801);

    private final ScriptedNetwork network = new ScriptedNetwork();
    private ProtocolHarness ann = start("127.0.0.1[1]");

    private ProtocolHarness start(String routers) {
        return ProtocolHarness.of(new TcpGossip.Provider(), new Settings()
                .set(TcpGossip.INITIAL_HOSTS, HostPort.list(routers))).network(network).start();
    }

    private ScriptedRouter router(int number) {
        return new ScriptedRouter(ann, network.stream(number));
    }

    private ScriptedRouter connected(int number) {
        return router(number).accepts();
    }

    /** What was said but heartbeats. */
    private static List<RouterMessage> said(ScriptedRouter router) {
        return router.heard().stream().filter(message -> message.kind() != Kind.HEARTBEAT).toList();
    }

    private void names(ScriptedRouter router, Address... members) {
        List<RouterMember> told = new ArrayList<>();
        for (Address member : members) {
            told.add(RouterMember.server(RouterAddress.Id.of(member), member.name(),
                    member.equals(BOB) ? new RouterAddress.Ip(AT_BOB) : null));
        }
        router.says(RouterMessage.members(Kind.LAST_MEMBERS, ann.cluster(), told));
    }

    private void answers(Address member, Packet question) {
        MemberInfo info = new MemberInfo(member, null, null, null, null);
        ann.up(Packet.to(ANN).with(new DiscoveryHeader(true, question.header(DiscoveryHeader.class).search(), info)));
    }

    private List<List<MemberInfo>> found() {
        return ann.emittedUp(Event.MembersFound.class).stream().map(Event.MembersFound::found).toList();
    }

    private RouterMessage question() {
        return RouterMessage.about(Kind.GET_MEMBERS, ann.cluster(), null);
    }

    @Test
    void itRegistersWhereItIsReachedAndUnregistersInTheEnd() {
        ScriptedRouter router = connected(0);
        ann.eventFromBelow(new Event.TransportReady(HERE));
        assertThat(said(router)).containsExactly(RouterMessage.register(ann.cluster(), RouterAddress.Id.of(ANN), ANN.name(),
                new RouterAddress.Ip(HERE)));
        ann.stop();
        assertThat(said(router)).containsExactly(
                RouterMessage.about(Kind.UNREGISTER, ann.cluster(), RouterAddress.Id.of(ANN)));
    }

    @Test
    void itDoesNotRegisterWhereTheTransportDoes() {
        ScriptedRouter router = connected(0);
        ann.eventFromBelow(new RegisteredByTransport()).eventFromBelow(new Event.TransportReady(HERE));
        ann.stop();
        assertThat(said(router)).isEmpty();
    }

    @Test
    void thoseThatARouterNamesAreAskedAndTheSearchEndsWhenAllHaveAnswered() {
        ScriptedRouter router = connected(0);
        ann.eventFromAbove(new Event.FindMembers("merge"));
        assertThat(said(router)).containsExactly(question());
        names(router, ANN, BOB, CID);
        assertThat(ann.passedDown()).extracting(Packet::destination).containsExactly(BOB, CID);
        assertThat(ann.passedDown()).extracting(Packet::physical).containsExactly(AT_BOB, null);
        answers(BOB, ann.passedDown().get(0));
        assertThat(found()).isEmpty();
        answers(CID, ann.passedDown().get(0));
        assertThat(found()).singleElement().satisfies(all -> assertThat(all).hasSize(2));
    }

    @Test
    void aRouterThatNamesNobodyElseIsDoneWith() {
        ScriptedRouter router = connected(0);
        ann.eventFromAbove(new Event.FindMembers("join"));
        names(router, ANN);
        assertThat(found()).containsExactly(List.of());
    }

    @Test
    void whoIsLostOnTheWayIsAskedAgain() {
        ScriptedRouter router = connected(0);
        ann.eventFromAbove(new Event.FindMembers("join"));
        names(router, BOB);
        ann.clear().advance(Duration.ofSeconds(1));
        assertThat(said(router)).contains(question());
        names(router, BOB);
        assertThat(ann.passedDown()).extracting(Packet::destination).containsExactly(BOB);
    }

    @Test
    void aRouterThatIsReachedLaterIsAskedThen() {
        ann.eventFromAbove(new Event.FindMembers("join"));
        assertThat(said(connected(0))).contains(question());
    }

    @Test
    void withoutAnyRouterASearchTakesAllItsTime() {
        router(0).refuses();
        ann.eventFromAbove(new Event.FindMembers("join"));
        ann.advance(Duration.ofMillis(2_900));
        assertThat(found()).isEmpty();
        ann.advance(Duration.ofMillis(200));
        assertThat(found()).containsExactly(List.of());
    }

    @Test
    void howLongToWaitForARouterAndUntilTheNextAttemptCanBeSet() {
        ann.stop();
        ann = ProtocolHarness.of(new TcpGossip.Provider(), new Settings()
                .set(TcpGossip.INITIAL_HOSTS, HostPort.list("127.0.0.1[1]"))
                .set(TcpGossip.SOCK_CONN_TIMEOUT, Duration.ofMillis(700))
                .set(TcpGossip.RECONNECT_INTERVAL, Duration.ofMillis(300))).network(network).start();
        assertThat(network.stream(1).options().connectTimeoutNanos()).isEqualTo(Duration.ofMillis(700).toNanos());
        for (int attempt = 1; attempt < 10; attempt++) {
            router(attempt).refuses();
            ann.advance(Duration.ofMillis(300));
            assertThat(network.streams()).hasSize(attempt + 2);
        }
    }

    @Test
    void ofSeveralRoutersThoseThatRefuseAreNotWaitedFor() {
        ann.stop();
        ann = start("127.0.0.1[1],127.0.0.1[2]");
        connected(1);
        ann.eventFromAbove(new Event.FindMembers("join"));
        names(router(1), ANN);
        assertThat(found()).isEmpty();
        router(2).refuses();
        assertThat(found()).containsExactly(List.of());
    }
}
