package dev.muster.protocols.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.api.Address;
import dev.muster.api.ConfigurationException;
import dev.muster.api.HostPort;
import dev.muster.api.Settings;
import dev.muster.api.StackBuilder;
import dev.muster.api.ViewId;
import dev.muster.core.Assembler;
import dev.muster.protocols.transport.TcpTransport;
import dev.muster.protocols.transport.UdpTransport;
import dev.muster.spi.Event;
import dev.muster.spi.MemberInfo;
import dev.muster.spi.Packet;
import dev.muster.testkit.ProtocolHarness;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.Assertions;
import org.assertj.core.api.ThrowableAssert;
import org.junit.jupiter.api.Test;

class PingTest {

    private static final Address ANN = ProtocolHarness.member(1);
    private static final Address BOB = ProtocolHarness.member(2);
    private static final Address CID = ProtocolHarness.member(3);
    private static final InetSocketAddress GROUP = new InetSocketAddress("228.11.11.11", 45_588);

    private final Settings settings = new Settings();

    private static InetSocketAddress at(int port) {
        return new InetSocketAddress("127.0.0.1", port);
    }

    private ProtocolHarness started() {
        return ProtocolHarness.of(new Ping.Provider(), settings).start().event(new Event.TransportReady(at(7800)));
    }

    private ProtocolHarness multicasting() {
        return started().event(new Event.MulticastReady(GROUP));
    }

    private static void answer(ProtocolHarness ann, Address member, int port) {
        answer(ann, new MemberInfo(member, at(port), null, null, null));
    }

    private static void answer(ProtocolHarness ann, MemberInfo info) {
        long search = ann.passedDown().get(0).header(DiscoveryHeader.class).search();
        ann.up(Packet.to(ANN).from(info.member(), 1).withPhysical(info.physical())
                .with(new DiscoveryHeader(true, search, info)));
    }

    private static MemberInfo alone(Address member, int port) {
        return new MemberInfo(member, at(port), member, at(port), new ViewId(1, member));
    }

    @Test
    void oneQuestionToTheGroupAsksEverybody() {
        ProtocolHarness ann = multicasting().event(new Event.FindMembers("join"));
        assertThat(ann.passedDown()).singleElement().satisfies(question -> {
            assertThat(question.physical()).isEqualTo(GROUP);
            assertThat(question.has(Packet.TO_PHYSICAL)).isTrue();
        });
    }

    @Test
    void anAnswerDoesNotKeepItFromAskingTheOthersAgain() {
        settings.set(DiscoverySettings.NUM_INITIAL_MEMBERS, 5);
        ProtocolHarness ann = multicasting().event(new Event.FindMembers("join"));
        answer(ann, BOB, 7801);
        ann.advance(Duration.ofMillis(2_999));
        assertThat(ann.passedDown()).hasSize(6).allMatch(packet -> packet.physical().equals(GROUP));
        assertThat(ann.emittedUp(Event.MembersFound.class)).isEmpty();
        ann.advance(Duration.ofMillis(1));
        assertThat(ann.emittedUp(Event.MembersFound.class)).singleElement()
                .satisfies(end -> assertThat(end.found()).extracting(MemberInfo::member).containsExactly(BOB));
    }

    @Test
    void enoughAnswersEndASearchToJoinAMomentLater() {
        ProtocolHarness ann = multicasting().event(new Event.FindMembers("join"));
        answer(ann, BOB, 7801);
        answer(ann, CID, 7802);
        ann.advance(Duration.ofMillis(100));
        assertThat(ann.emittedUp(Event.MembersFound.class)).hasSize(1);
    }

    @Test
    void aSearchForOtherPartsEndsAMomentAfterTheFirstOfThem() {
        ProtocolHarness ann = multicasting().event(ProtocolHarness.viewInstalled(1, ANN)).event(new Event.FindMembers("merge"));
        ann.advance(Duration.ofSeconds(1));
        answer(ann, alone(BOB, 7801));
        ann.advance(Duration.ofMillis(749));
        answer(ann, alone(CID, 7802));
        assertThat(ann.emittedUp(Event.MembersFound.class)).isEmpty();
        ann.advance(Duration.ofMillis(1));
        assertThat(ann.emittedUp(Event.MembersFound.class)).singleElement()
                .satisfies(end -> assertThat(end.found()).hasSize(2));
    }

    @Test
    void aPartThatIsFoundAtTheEndOfASearchLeavesTheOthersTheirMomentToo() {
        ProtocolHarness ann = multicasting().event(ProtocolHarness.viewInstalled(1, ANN)).event(new Event.FindMembers("merge"));
        ann.advance(Duration.ofMillis(2_900));
        answer(ann, alone(BOB, 7801));
        ann.advance(Duration.ofMillis(749));
        assertThat(ann.emittedUp(Event.MembersFound.class)).isEmpty();
        ann.advance(Duration.ofMillis(1));
        assertThat(ann.emittedUp(Event.MembersFound.class)).hasSize(1);
    }

    @Test
    void membersOfTheOwnPartDoNotEndASearchForOthers() {
        ProtocolHarness ann = multicasting().event(ProtocolHarness.viewInstalled(2, BOB, ANN))
                .event(new Event.FindMembers("merge"));
        answer(ann, new MemberInfo(BOB, at(7801), BOB, at(7801), new ViewId(2, BOB)));
        ann.advance(Duration.ofMillis(2_999));
        assertThat(ann.emittedUp(Event.MembersFound.class)).isEmpty();
    }

    /** Asked for more often than its time is over, it would never end if it began anew. */
    @Test
    void aSearchThatIsAskedForAgainEndsInItsTime() {
        ProtocolHarness ann = multicasting().event(new Event.FindMembers("merge"));
        for (int i = 0; i < 3; i++) {
            ann.advance(Duration.ofMillis(900)).event(new Event.FindMembers("merge"));
        }
        ann.advance(Duration.ofMillis(300));
        assertThat(ann.emittedUp(Event.MembersFound.class)).hasSize(1);
    }

    @Test
    void withInitialHostsThoseAreAskedAndNobodyElse() {
        settings.set(Ping.INITIAL_HOSTS, HostPort.list("127.0.0.1[7800],127.0.0.1[7801]"));
        ProtocolHarness ann = multicasting().event(new Event.FindMembers("join"));
        assertThat(ann.passedDown()).extracting(Packet::physical).containsExactly(at(7801));
    }

    @Test
    void aMemberThatIsNotListedIsTold() {
        settings.set(Ping.INITIAL_HOSTS, HostPort.list("127.0.0.1[7800],127.0.0.1[7801]"));
        ProtocolHarness ann = started();
        ann.eventFromAbove(new Event.PhysicalAddresses(Map.of(ANN, at(7800), BOB, at(7801))));
        ann.event(ProtocolHarness.viewInstalled(1, ANN, BOB));
        assertThat(ann.counter("unlisted_members")).isZero();
        ann.eventFromAbove(new Event.PhysicalAddresses(Map.of(CID, at(7802))));
        ann.event(ProtocolHarness.viewInstalled(2, ANN, BOB, CID));
        ann.event(ProtocolHarness.viewInstalled(3, ANN, BOB, CID));
        assertThat(ann.counter("unlisted_members")).isEqualTo(1);
    }

    private static ThrowableAssert.ThrowingCallable check(StackBuilder stack) {
        Assembler assembler = new Assembler(List.of(new UdpTransport.Provider(), new TcpTransport.Provider(),
                new Ping.Provider()), List.of());
        return () -> assembler.check(stack.definition());
    }

    @Test
    void overATransportWithoutMulticastItSaysWhatIsMissing() {
        Assertions.assertThatThrownBy(check(StackBuilder.create().add("TCP", Map.of()).add("PING", Map.of())))
                .isInstanceOf(ConfigurationException.class).hasMessageContaining("PING")
                .hasMessageContaining("the transport below does not multicast").hasMessageContaining("MPING");
        Assertions.assertThatThrownBy(check(StackBuilder.create().add("UDP", Map.of("ip_mcast", "false"))
                .add("PING", Map.of()))).isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("for ip_mcast=false of UDP");
    }

    @Test
    void overUdpOrWithHostsItIsFine() {
        Assertions.assertThatCode(check(StackBuilder.create().add("UDP", Map.of()).add("PING", Map.of())))
                .doesNotThrowAnyException();
        Assertions.assertThatCode(check(StackBuilder.create().add("TCP", Map.of())
                .add("PING", Map.of("initial_hosts", "127.0.0.1[7800]")))).doesNotThrowAnyException();
    }
}
