package dev.muster.protocols.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.api.Address;
import dev.muster.api.HostPort;
import dev.muster.api.Settings;
import dev.muster.spi.Event;
import dev.muster.spi.MemberInfo;
import dev.muster.spi.Network.CloseReason;
import dev.muster.spi.Packet;
import dev.muster.spi.router.RegisteredByTransport;
import dev.muster.spi.router.RouterAddress;
import dev.muster.spi.router.RouterCodec;
import dev.muster.spi.router.RouterMember;
import dev.muster.spi.router.RouterMessage;
import dev.muster.spi.router.RouterMessage.Kind;
import dev.muster.testkit.ProtocolHarness;
import dev.muster.testkit.ScriptedNetwork;
import dev.muster.testkit.ScriptedNetwork.ScriptedStream;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
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

    private ScriptedStream connected(int number) {
        ScriptedStream stream = network.stream(number);
        ann.call(() -> stream.handler().connected());
        return stream;
    }

    private void names(ScriptedStream stream, Address... members) {
        List<RouterMember> told = new ArrayList<>();
        for (Address member : members) {
            told.add(RouterMember.server(RouterAddress.Id.of(member), member.name(),
                    member.equals(BOB) ? new RouterAddress.Ip(AT_BOB) : null));
        }
        ann.call(() -> {
            stream.handler().received(RouterCodec.frame(RouterMessage.members(Kind.LAST_MEMBERS, ann.cluster(), told)));
            stream.handler().receivedAll();
        });
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
        ScriptedStream router = connected(0);
        ann.eventFromBelow(new Event.TransportReady(HERE));
        assertThat(RouterWords.said(router)).containsExactly(RouterMessage.register(ann.cluster(), RouterAddress.Id.of(ANN), ANN.name(),
                new RouterAddress.Ip(HERE)));
        ann.stop();
        assertThat(RouterWords.said(router)).containsExactly(
                RouterMessage.about(Kind.UNREGISTER, ann.cluster(), RouterAddress.Id.of(ANN)));
    }

    @Test
    void itDoesNotRegisterWhereTheTransportDoes() {
        ScriptedStream router = connected(0);
        ann.eventFromBelow(new RegisteredByTransport()).eventFromBelow(new Event.TransportReady(HERE));
        ann.stop();
        assertThat(RouterWords.said(router)).isEmpty();
    }

    @Test
    void thoseThatARouterNamesAreAskedAndTheSearchEndsWhenAllHaveAnswered() {
        ScriptedStream router = connected(0);
        ann.eventFromAbove(new Event.FindMembers("merge"));
        assertThat(RouterWords.said(router)).containsExactly(question());
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
        ScriptedStream router = connected(0);
        ann.eventFromAbove(new Event.FindMembers("join"));
        names(router, ANN);
        assertThat(found()).containsExactly(List.of());
    }

    @Test
    void whoIsLostOnTheWayIsAskedAgain() {
        ScriptedStream router = connected(0);
        ann.eventFromAbove(new Event.FindMembers("join"));
        names(router, BOB);
        ann.clear().advance(Duration.ofSeconds(1));
        assertThat(RouterWords.said(router)).contains(question());
        names(router, BOB);
        assertThat(ann.passedDown()).extracting(Packet::destination).containsExactly(BOB);
    }

    @Test
    void aRouterThatIsReachedLaterIsAskedThen() {
        ann.eventFromAbove(new Event.FindMembers("join"));
        assertThat(RouterWords.said(connected(0))).contains(question());
    }

    @Test
    void withoutAnyRouterASearchTakesAllItsTime() {
        ann.call(() -> network.stream(0).handler().closed(CloseReason.REFUSED, "test"));
        ann.eventFromAbove(new Event.FindMembers("join"));
        ann.advance(Duration.ofMillis(2_900));
        assertThat(found()).isEmpty();
        ann.advance(Duration.ofMillis(200));
        assertThat(found()).containsExactly(List.of());
    }

    @Test
    void ofSeveralRoutersThoseThatRefuseAreNotWaitedFor() {
        ScriptedNetwork several = new ScriptedNetwork();
        ann = ProtocolHarness.of(new TcpGossip.Provider(), new Settings()
                .set(TcpGossip.INITIAL_HOSTS, HostPort.list("127.0.0.1[1],127.0.0.1[2]"))).network(several).start();
        ann.call(() -> several.stream(0).handler().connected());
        ann.eventFromAbove(new Event.FindMembers("join"));
        names(several.stream(0), ANN);
        assertThat(found()).isEmpty();
        ann.call(() -> several.stream(1).handler().closed(CloseReason.REFUSED, "test"));
        assertThat(found()).containsExactly(List.of());
    }

    @Test
    void aRouterThatIsOutOfReachIsTriedAgainAtLeastOncePerReconnectInterval() {
        ScriptedNetwork refusing = new ScriptedNetwork();
        ann = ProtocolHarness.of(new TcpGossip.Provider(), new Settings()
                .set(TcpGossip.INITIAL_HOSTS, HostPort.list("127.0.0.1[1]"))
                .set(TcpGossip.RECONNECT_INTERVAL, Duration.ofSeconds(3))).network(refusing).start();
        for (int attempt = 0; attempt < 12; attempt++) {
            ScriptedStream last = refusing.stream(refusing.streams().size() - 1);
            ann.call(() -> last.handler().closed(CloseReason.REFUSED, "test")).advance(Duration.ofSeconds(3));
            assertThat(refusing.stream(refusing.streams().size() - 1)).as("attempt %d", attempt).isNotSameAs(last);
        }
    }
}
