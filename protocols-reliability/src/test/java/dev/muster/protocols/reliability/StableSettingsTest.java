package dev.muster.protocols.reliability;

import static dev.muster.testkit.ProtocolHarness.member;
import static dev.muster.testkit.ProtocolHarness.viewInstalled;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.api.Address;
import dev.muster.api.Settings;
import dev.muster.protocols.reliability.TestCluster.Member;
import dev.muster.spi.Digest;
import dev.muster.spi.Event;
import dev.muster.spi.Packet;
import dev.muster.testkit.ProtocolHarness;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each setting of STABLE does what it says, and a round costs what the documentation says. */
class StableSettingsTest {

    private static final Address ONE = member(1);
    private static final Address TWO = member(2);
    private static final Event.ViewInstalled VIEW = viewInstalled(5, ONE, TWO, member(3));
    private static final Duration LONG = Duration.ofHours(1);

    private static ProtocolHarness started(Settings settings) {
        return ProtocolHarness.of(new Stable.Provider(), settings).self(TWO).start().event(VIEW);
    }

    private static Settings paces(Duration delay, Duration gossip) {
        return new Settings().set(Stable.STABILITY_DELAY, delay).set(Stable.DESIRED_AVG_GOSSIP, gossip)
                .set(Stable.MAX_BYTES, 0L);
    }

    private static void deliver(ProtocolHarness harness, int bytes) {
        harness.up(TestCluster.numbered(Packet.toGroup(), 1, bytes).from(ONE, 1));
    }

    private static int reports(ProtocolHarness harness) {
        return harness.emittedDown(Event.DigestRequested.class).size();
    }

    /** How many reports a member makes that gets a packet each twentieth of a second. */
    private static int reportsWhileBusy(ProtocolHarness harness, Duration time) {
        for (long passed = 0; passed < time.toMillis(); passed += 50) {
            deliver(harness, 100);
            harness.advance(Duration.ofMillis(50));
        }
        return reports(harness);
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 400, 2_000})
    void aMemberThatHasBecomeIdleReportsAfterStabilityDelay(int delay) {
        ProtocolHarness harness = started(paces(Duration.ofMillis(delay), LONG));
        assertThat(reportsWhileBusy(harness, Duration.ofSeconds(6))).as("while it is not").isZero();
        harness.advance(Duration.ofMillis(delay - 60));
        assertThat(reports(harness)).isZero();
        harness.advance(Duration.ofMillis(delay + 60));
        assertThat(reports(harness)).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {300, 1_000, 2_000})
    void aMemberThatIsNotIdleReportsEveryDesiredAvgGossipWhateverStabilityDelayIs(int gossip) {
        for (int delay : new int[] {200, 1_000, 3_600_000}) {
            ProtocolHarness harness = started(paces(Duration.ofMillis(delay), Duration.ofMillis(gossip)));
            int reports = reportsWhileBusy(harness, Duration.ofSeconds(12));
            assertThat(reports).as("delay %d", delay).isBetween(12_000 / (gossip + Math.min(delay, gossip)),
                    12_000 / gossip);
        }
    }

    @Test
    void withADesiredAvgGossipOfZeroABusyMemberDoesNotReportByTime() {
        ProtocolHarness harness = started(paces(Duration.ofSeconds(1), Duration.ZERO));
        assertThat(reportsWhileBusy(harness, Duration.ofSeconds(60))).isZero();
    }

    @Test
    void aMemberReportsAfterMaxBytes() {
        ProtocolHarness harness = started(paces(LONG, Duration.ZERO).set(Stable.MAX_BYTES, 50_000L));
        deliver(harness, 49_000);
        assertThat(reports(harness)).isZero();
        deliver(harness, 1_000);
        assertThat(reports(harness)).isEqualTo(1);
        deliver(harness, 49_000);
        assertThat(reports(harness)).isEqualTo(1);
    }

    @Test
    void withMaxBytesOfZeroTheShareOfMaxUnstableAloneDemandsReports() {
        ProtocolHarness harness = started(paces(LONG, Duration.ZERO).set(Stable.MAX_UNSTABLE, 12_000_000L));
        deliver(harness, 990_000);
        assertThat(reports(harness)).as("a quarter of a third").isZero();
        deliver(harness, 10_000);
        assertThat(reports(harness)).isEqualTo(1);
    }

    // with reliable multicast below

    private static TestCluster cluster(int size, Settings stable) {
        TestCluster cluster = new TestCluster(size, size, harness -> {
            harness.above(new Unicast.Provider(), new Settings());
            harness.above(new Stable.Provider(), stable);
            harness.above(new TestMembership.Provider(), new Settings());
        }, new Settings().set(Nakack.GC_LAG, 0));
        cluster.loss = 0;
        cluster.duplicates = 0;
        cluster.install(cluster.members);
        return cluster;
    }

    private static void send(TestCluster cluster, Member member, int bytes) {
        member.harness.down(TestCluster.numbered(Packet.toGroup(), 1, bytes).withFlags(Packet.DATA));
        cluster.collect(member);
    }

    private static long sum(TestCluster cluster, String counter) {
        return cluster.members.stream().mapToLong(member -> member.harness.counter(counter)).sum();
    }

    @Test
    void maxUnstableBoundsWhatIsKeptWhileAMemberDoesNotAnswerAndNothingIsLost() {
        int most = 1_200_000;
        TestCluster cluster = cluster(3, new Settings().set(Stable.MAX_UNSTABLE, (long) most));
        Member silent = cluster.members.get(2);
        cluster.connected = (one, other) -> one != silent && other != silent;
        long[] sent = {0};
        cluster.eachStep = member -> {
            if (member != silent && !member.isPaused(null)) {
                sent[0]++;
                send(cluster, member, 5_000);
            }
        };
        cluster.steps(1_500);
        for (Member member : cluster.members.subList(0, 2)) {
            assertThat(member.isPaused(null)).isTrue();
            assertThat(member.harness.counter("kept_bytes")).isBetween(most / 2L, (long) most);
        }
        cluster.eachStep = member -> { };
        cluster.connected = (one, other) -> true;
        cluster.steps(5_000);
        for (Member member : cluster.members) {
            assertThat(member.deliveries).hasSize((int) sent[0]);
            assertThat(member.isPaused(null)).isFalse();
            assertThat(member.harness.counter("kept_bytes")).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 5, 20})
    void aRoundCostsNoMorePacketsThanThereAreMembers(int size) {
        TestCluster cluster = cluster(size, new Settings().set(Stable.MAX_BYTES, 100_000L));
        for (int i = 0; i < 2_000; i++) {
            send(cluster, cluster.members.get(size - 1), 1_000);
            cluster.step();
        }
        long rounds = cluster.members.get(0).harness.counter("rounds");
        assertThat(rounds).isGreaterThan(15);
        assertThat(sum(cluster, "words_ridden") + sum(cluster, "words_alone")).as("those that ride included")
                .isBetween(rounds * (size - 1), (rounds + 1) * size);
    }

    @Test
    void onlySendersAreListedHoweverManyMembersThereAre() {
        Address[] members = IntStream.rangeClosed(1, 1_000).mapToObj(ProtocolHarness::member).toArray(Address[]::new);
        ProtocolHarness harness = ProtocolHarness.of(new Stable.Provider(),
                new Settings().set(Stable.MAX_BYTES, 1_000L)).self(members[999]).start().event(viewInstalled(5, members));
        deliver(harness, 2_000);
        harness.event(new Event.DigestReported(new Digest(viewInstalled(5, members).view().id(),
                Map.of(members[3], 70L, members[800], 9L), Map.of())));
        StableHeader report = harness.passedDown().get(0).header(StableHeader.class);
        assertThat(report.delivered().size()).isEqualTo(2);
        assertThat(report.bytes()).isLessThan(40);
    }

    // riding on data

    private static StableHeader wordOn(Packet packet) {
        return packet.header(StableHeader.class);
    }

    /** A member that has sent data, and is to report that it has two packets of the first one. */
    private static ProtocolHarness reporting() {
        ProtocolHarness harness = started(new Settings().set(Stable.MAX_BYTES, 1_000L));
        harness.down(Packet.toGroup().withFlags(Packet.DATA));
        deliver(harness, 2_000);
        harness.event(new Event.DigestReported(new Digest(VIEW.view().id(), Map.of(ONE, 2L), Map.of())));
        assertThat(harness.passedDown()).singleElement().satisfies(packet -> assertThat(wordOn(packet)).isNull());
        return harness.clear();
    }

    @Test
    void aReportRidesOnTheNextDataAndOnNothingElse() {
        ProtocolHarness harness = reporting();
        harness.down(Packet.toGroup().withFlags(Packet.DATA | Packet.UNRELIABLE));
        harness.down(Packet.to(ONE).withFlags(Packet.DATA));
        harness.down(Packet.toGroup());
        harness.down(Packet.toGroup().withFlags(Packet.DATA));
        harness.down(Packet.toGroup().withFlags(Packet.DATA));
        assertThat(harness.passedDown()).extracting(packet -> wordOn(packet) != null)
                .containsExactly(false, false, false, true, false);
        assertThat(wordOn(harness.passedDown().get(3)).kind()).isEqualTo(StableHeader.REPORT);
        harness.clear().advance(Duration.ofMillis(50));
        assertThat(harness.passedDown()).isEmpty();
    }

    @Test
    void aReportGoesAloneIfNoDataComesSoon() {
        ProtocolHarness harness = reporting();
        harness.advance(Duration.ofMillis(50));
        assertThat(harness.passedDown()).singleElement().satisfies(packet -> {
            assertThat(packet.destination()).isEqualTo(ONE);
            assertThat(packet.has(Packet.UNRELIABLE)).isTrue();
        });
        harness.down(Packet.toGroup().withFlags(Packet.DATA));
        assertThat(wordOn(harness.passedDown().get(1))).isNull();
    }

    @Test
    void aMemberThatSendsNoDataReportsAtOnce() {
        ProtocolHarness harness = started(new Settings().set(Stable.MAX_BYTES, 1_000L));
        deliver(harness, 2_000);
        harness.event(new Event.DigestReported(new Digest(VIEW.view().id(), Map.of(ONE, 2L), Map.of())));
        assertThat(harness.passedDown()).hasSize(1);
    }

    @Test
    void aReportThatWaitsGoesAloneWhenSendingPausesAndNotAtAllInAnotherView() {
        ProtocolHarness paused = reporting();
        paused.event(new Event.SendingPaused(null));
        assertThat(paused.passedDown()).singleElement().extracting(packet -> wordOn(packet).kind())
                .isEqualTo(StableHeader.REPORT);
        ProtocolHarness elsewhere = reporting();
        elsewhere.event(viewInstalled(6, ONE, TWO));
        elsewhere.down(Packet.toGroup().withFlags(Packet.DATA));
        elsewhere.advance(Duration.ofMillis(50));
        assertThat(elsewhere.passedDown()).singleElement().satisfies(packet -> assertThat(wordOn(packet)).isNull());
    }

    @Test
    void aWordThatRidesIsTakenOffAndTheDataGoUp() {
        ProtocolHarness coordinator = ProtocolHarness.of(new Stable.Provider()).self(ONE).start().event(VIEW);
        ProtocolHarness harness = reporting();
        harness.down(TestCluster.numbered(Packet.toGroup(), 7, 100).withFlags(Packet.DATA));
        Packet carrier = harness.overTheWire(harness.passedDown().get(0));
        coordinator.up(List.of(TestCluster.numbered(Packet.toGroup(), 6, 100).from(TWO, 1), carrier,
                TestCluster.numbered(Packet.toGroup(), 8, 100).from(TWO, 1)));
        assertThat(coordinator.passedUp()).extracting(TestCluster::number).containsExactly(6L, 7L, 8L);
        assertThat(coordinator.passedUp()).allMatch(packet -> packet.headerCount() == 0);
        harness.clear().up(carrier);
        assertThat(harness.passedUp()).as("the member's own comes back to it").hasSize(1)
                .allMatch(packet -> packet.headerCount() == 0);
    }

    private static TestCluster whereAllSend(int size, double loss) {
        TestCluster cluster = cluster(size, new Settings().set(Stable.MAX_BYTES, 200_000L));
        cluster.loss = loss;
        for (int i = 0; i < 1_000; i++) {
            for (Member member : cluster.members) {
                send(cluster, member, 1_000);
            }
            cluster.step();
        }
        return cluster;
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 10})
    void whereAllSendNearlyAllWordsRide(int size) {
        TestCluster cluster = whereAllSend(size, 0);
        assertThat(sum(cluster, "words_ridden")).isGreaterThan(9 * sum(cluster, "words_alone"))
                .isGreaterThan(cluster.members.get(0).harness.counter("rounds") * (size - 1));
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 10})
    void whereDataAreLostWordsThatAreHeldUpAreFollowedByOthersThatGoAlone(int size) {
        TestCluster cluster = whereAllSend(size, 0.05);
        assertThat(sum(cluster, "words_ridden")).isPositive();
        assertThat(sum(cluster, "words_alone")).isPositive();
        cluster.loss = 0;
        cluster.steps(5_000);
        for (Member member : cluster.members) {
            assertThat(member.deliveries).hasSize(1_000 * size).allMatch(delivery ->
                    delivery.packet().header(StableHeader.class) == null);
            assertThat(member.harness.counter("kept_bytes")).isZero();
        }
    }
}
