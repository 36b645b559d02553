package dev.muster.protocols.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.api.Address;
import dev.muster.api.HostPort;
import dev.muster.api.Settings;
import dev.muster.api.ViewId;
import dev.muster.spi.Event;
import dev.muster.spi.MemberInfo;
import dev.muster.spi.Packet;
import dev.muster.testkit.ProtocolHarness;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TcpPingTest {

    private static final Address ANN = ProtocolHarness.member(1);
    private static final Address BOB = ProtocolHarness.member(2);
    private static final Address CID = ProtocolHarness.member(3);

    private final Settings settings = new Settings()
            .set(TcpPing.INITIAL_HOSTS, HostPort.list("127.0.0.1[7800],localhost[7801],127.0.0.1[7802]"));
    private ProtocolHarness ann = started();

    private ProtocolHarness started() {
        return ProtocolHarness.of(new TcpPing.Provider(), settings).start().event(new Event.TransportReady(at(7800)));
    }

    private static InetSocketAddress at(int port) {
        return new InetSocketAddress("127.0.0.1", port);
    }

    private static MemberInfo info(Address member, int port, Address coordinator) {
        return new MemberInfo(member, at(port), coordinator, null,
                coordinator == null ? null : new ViewId(4, coordinator));
    }

    private void find(String purpose) {
        ann.clear().event(new Event.FindMembers(purpose));
    }

    private long searchNumber() {
        return ann.passedDown().get(0).header(DiscoveryHeader.class).search();
    }

    private void answer(MemberInfo info) {
        ann.up(Packet.to(ANN).from(info.member(), 1).withFlags(Packet.UNRELIABLE)
                .with(new DiscoveryHeader(true, searchNumber(), info)));
    }

    private List<Event.MembersFound> results() {
        return ann.emittedUp(Event.MembersFound.class);
    }

    @Test
    void itAsksEveryHostButItself() {
        find("join");
        assertThat(ann.passedDown()).extracting(Packet::physical).containsExactly(at(7801), at(7802));
        assertThat(ann.passedDown()).allMatch(packet -> packet.has(Packet.TO_PHYSICAL));
    }

    @Test
    void eachHostIsAskedAtAsManyPortsAsTheRangeSaysItsOwnFirst() {
        settings.set(TcpPing.INITIAL_HOSTS, HostPort.list("10.0.0.1[5],10.0.0.2[9]")).set(TcpPing.PORT_RANGE, 3);
        ann = started();
        find("join");
        assertThat(ann.passedDown()).extracting(packet -> packet.physical().getPort()).containsExactly(5, 6, 7, 9, 10, 11);
    }

    @Test
    void aSearchEndsWhenAllHaveAnsweredOrRefused() {
        find("merge");
        ann.event(new Event.Unreachable(at(7801)));
        assertThat(results()).isEmpty();
        answer(info(CID, 7802, null));
        assertThat(results()).containsExactly(new Event.MembersFound("merge", List.of(info(CID, 7802, null))));
        ann.advance(Duration.ofSeconds(10));
        assertThat(results()).hasSize(1);
    }

    @Test
    void aCoordinatorEndsASearchForAGroupToJoin() {
        find("join");
        answer(info(BOB, 7801, BOB));
        assertThat(results()).containsExactly(new Event.MembersFound("join", List.of(info(BOB, 7801, BOB))));
    }

    @Test
    void aCoordinatorDoesNotEndASearchForOtherParts() {
        find("merge");
        answer(info(BOB, 7801, BOB));
        assertThat(results()).isEmpty();
    }

    @Test
    void aMemberOfAnotherViewEndsASearchForOtherPartsAMomentLater() {
        ann.event(ProtocolHarness.viewInstalled(1, ANN));
        find("merge");
        answer(info(BOB, 7801, BOB));
        ann.advance(Duration.ofMillis(749));
        assertThat(results()).isEmpty();
        ann.advance(Duration.ofMillis(1));
        assertThat(results()).hasSize(1);
    }

    @Test
    void aSearchThatSeesAnotherPartOnlyAtItsEndLooksForFurtherPartsToo() {
        ann.event(ProtocolHarness.viewInstalled(1, ANN));
        find("merge");
        ann.advance(Duration.ofMillis(2_900));
        answer(info(BOB, 7801, CID));
        ann.advance(Duration.ofMillis(749));
        assertThat(results()).isEmpty();
        ann.advance(Duration.ofMillis(1));
        assertThat(results()).hasSize(1);
    }

    @Test
    void whoeverRefusedIsAskedOnceMoreWhenAnotherPartIsSeen() {
        ann.event(ProtocolHarness.viewInstalled(1, ANN));
        find("merge");
        long number = searchNumber();
        ann.event(new Event.Unreachable(at(7802)));
        ann.clear().up(Packet.to(ANN).from(BOB, 1).withFlags(Packet.UNRELIABLE)
                .with(new DiscoveryHeader(true, number, info(BOB, 7801, BOB))));
        assertThat(ann.passedDown()).extracting(Packet::physical).containsExactly(at(7802));

        ann.event(new Event.Unreachable(at(7802)));
        assertThat(results()).as("an attempt from before may have failed only now").isEmpty();
        answer(info(CID, 7802, CID));
        assertThat(results()).hasSize(1);
    }

    @Test
    void enoughAnswersEndASearchToJoinAMomentLater() {
        settings.set(DiscoverySettings.NUM_INITIAL_MEMBERS, 1);
        ann = started();
        find("join");
        answer(info(BOB, 7801, null));
        assertThat(results()).isEmpty();
        ann.advance(Duration.ofMillis(100));
        assertThat(results()).hasSize(1);
    }

    @Test
    void whoeverIsNotListedWaitsForAListedMemberToFoundTheGroup() {
        settings.set(TcpPing.INITIAL_HOSTS, HostPort.list("127.0.0.1[7801],127.0.0.1[7802]"));
        ann = started();
        find("join");
        answer(info(BOB, 7801, null));
        answer(info(CID, 7802, null));
        ann.advance(Duration.ofSeconds(1));
        assertThat(results()).isEmpty();
        assertThat(ann.passedDown()).filteredOn(packet -> packet.physical().equals(at(7801))).hasSizeGreaterThan(1);
        answer(info(BOB, 7801, BOB));
        assertThat(results()).hasSize(1);
    }

    @Test
    void whoeverIsNotListedFoundsTheGroupWhenListedMembersDoNot() {
        settings.set(TcpPing.INITIAL_HOSTS, HostPort.list("127.0.0.1[7801]"));
        ann = started();
        find("join");
        answer(info(BOB, 7801, null));
        ann.advance(Duration.ofSeconds(3));
        assertThat(results()).containsExactly(new Event.MembersFound("join", List.of(info(BOB, 7801, null))));
    }

    @Test
    void silenceEndsASearchAfterTheTimeoutAndQuestionsAreRepeatedMeanwhile() {
        find("join");
        answer(info(BOB, 7801, null));
        ann.clear().advance(Duration.ofMillis(2_999));
        assertThat(results()).isEmpty();
        assertThat(ann.passedDown()).isNotEmpty().allMatch(packet -> packet.physical().equals(at(7802)));
        ann.advance(Duration.ofMillis(1));
        assertThat(results()).containsExactly(new Event.MembersFound("join", List.of(info(BOB, 7801, null))));
    }

    @Test
    void withoutHostsASearchEndsAtOnce() {
        settings.set(TcpPing.INITIAL_HOSTS, HostPort.list("localhost[7800]"));
        ann = started();
        find("join");
        ann.advance(Duration.ZERO);
        assertThat(results()).containsExactly(new Event.MembersFound("join", List.of()));
    }

    @Test
    void aMemberAnswersWithItsViewAndWhereItsCoordinatorIs() {
        ann.eventFromAbove(new Event.PhysicalAddresses(Map.of(BOB, at(7801))));
        ann.event(ProtocolHarness.viewInstalled(3, BOB, ANN));
        ann.clear().up(Packet.toPhysical(at(7800)).from(CID, 1)
                .with(new DiscoveryHeader(false, 77, info(CID, 7802, null))));

        Packet answer = ann.passedDown().get(0);
        assertThat(answer.destination()).isEqualTo(CID);
        assertThat(answer.physical()).isEqualTo(at(7802));
        assertThat(answer.header(DiscoveryHeader.class)).isEqualTo(new DiscoveryHeader(true, 77,
                new MemberInfo(ANN, at(7800), BOB, at(7801), new ViewId(3, BOB))));
        assertThat(ann.emittedDown(Event.PhysicalAddresses.class))
                .containsExactly(new Event.PhysicalAddresses(Map.of(CID, at(7802))));
    }

    @Test
    void aCoordinatorThatIsOnlyNamedIsAskedToo() {
        find("join");
        answer(new MemberInfo(BOB, at(7801), CID, at(9999), new ViewId(4, CID)));
        assertThat(ann.passedDown()).extracting(Packet::physical).contains(at(9999));
        answer(info(CID, 9999, CID));
        assertThat(results()).hasSize(1);
    }

    @Test
    void strangersAreAskedNextTimeAsFarAsAllowed() {
        settings.set(TcpPing.MAX_DYNAMIC_HOSTS, 1);
        ann = started();
        ann.up(Packet.toPhysical(at(7800)).from(BOB, 1).with(new DiscoveryHeader(false, 1, info(BOB, 8001, null))));
        ann.up(Packet.toPhysical(at(7800)).from(CID, 1).with(new DiscoveryHeader(false, 1, info(CID, 8002, null))));
        find("merge");
        assertThat(ann.passedDown()).extracting(packet -> packet.physical().getPort()).containsExactly(7801, 7802, 8001);
    }

    @Test
    void lateAnswersAndAnswersToOthersAreIgnored() {
        find("join");
        ann.advance(Duration.ofSeconds(3));
        answer(info(BOB, 7801, BOB));
        assertThat(results()).hasSize(1);
    }

    @Test
    void twoPurposesAreSearchedForSideBySide() {
        find("join");
        long join = searchNumber();
        ann.event(new Event.FindMembers("merge"));
        ann.up(Packet.to(ANN).from(BOB, 1).with(new DiscoveryHeader(true, join, info(BOB, 7801, BOB))));
        ann.advance(Duration.ofSeconds(3));
        assertThat(results()).extracting(Event.MembersFound::purpose).containsExactly("join", "merge");
    }
}
