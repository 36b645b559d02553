package dev.muster.protocols.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.api.Flag;
import dev.muster.protocols.reliability.TestCluster.Member;
import dev.muster.api.Settings;
import dev.muster.spi.Packet;
import dev.muster.testkit.ProtocolHarness;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class PacketsToOneMemberOnABadNetworkTest {

    private static final int SEEDS = 200;

    private static TestCluster cluster(long seed) {
        TestCluster cluster = new TestCluster(seed, 3, harness -> {
            harness.above(new Unicast.Provider(), new Settings());
            harness.above(new TestMembership.Provider(), new Settings());
        }, new Settings());
        cluster.loss = (seed % 5) * 0.08;
        cluster.mostDelay = 1 + (int) (seed % 13);
        return cluster;
    }

    private static boolean isOutOfBand(long number) {
        return number % 7 == 3;
    }

    private static void send(TestCluster cluster, Member from, Member to, long number) {
        boolean large = number % 11 == 5 && !isOutOfBand(number);
        int length = large ? 64_000 + cluster.random.nextInt(200_000) : 8 + cluster.random.nextInt(300);
        int flags = isOutOfBand(number) ? Flag.OOB.bit() | Packet.DATA : large ? 0 : Packet.DATA;
        from.harness.down(TestCluster.numbered(Packet.to(to.address()), number, length).withFlags(flags));
    }

    private static List<Long> received(Member at, Member from) {
        return at.deliveries.stream().filter(delivery -> !delivery.packet().isToGroup()
                && delivery.packet().source().equals(from.address()))
                .map(delivery -> TestCluster.number(delivery.packet())).toList();
    }

    private static void assertEverythingArrivedOnceAndInOrder(TestCluster cluster, long count, long seed) {
        List<Long> all = LongStream.rangeClosed(1, count).boxed().toList();
        List<Long> ordered = all.stream().filter(number -> !isOutOfBand(number)).toList();
        for (Member to : cluster.members) {
            for (Member from : cluster.members) {
                List<Long> got = received(to, from);
                assertThat(got).as("seed %d", seed).containsExactlyInAnyOrderElementsOf(all);
                assertThat(got.stream().filter(number -> !isOutOfBand(number)).toList()).as("seed %d", seed)
                        .isEqualTo(ordered);
            }
        }
    }

    private static void sendAll(TestCluster cluster, long first, long last) {
        for (long number = first; number <= last; number++) {
            for (Member from : cluster.members) {
                for (Member to : cluster.members) {
                    send(cluster, from, to, number);
                }
                cluster.collect(from);
            }
            cluster.steps(cluster.random.nextInt(4));
        }
    }

    @Test
    void everyPacketArrivesOnceAndInOrderWithoutAnyViewWhateverItsSize() {
        for (long seed = 1; seed <= SEEDS; seed++) {
            TestCluster cluster = cluster(seed);
            sendAll(cluster, 1, 40);
            cluster.steps(9_000);
            assertEverythingArrivedOnceAndInOrder(cluster, 40, seed);
            for (Member member : cluster.members) {
                assertThat(member.harness.pendingTimers()).as("timers of NAKACK").isEmpty();
                assertThat(member.harness.counter("connections_given_up")).isZero();
            }
        }
    }

    @Test
    void viewsThatMembersStayInLoseAndRepeatNothing() {
        for (long seed = 1; seed <= SEEDS; seed++) {
            TestCluster cluster = cluster(seed);
            cluster.install(cluster.members);
            for (int round = 0; round < 4; round++) {
                sendAll(cluster, round * 10 + 1, round * 10 + 10);
                cluster.install(cluster.members);
            }
            cluster.steps(9_000);
            assertEverythingArrivedOnceAndInOrder(cluster, 40, seed);
        }
    }

    @Test
    void whatIsSentToAMemberThatLeftAndCameBackArrivesInOrderAndNeverTwice() {
        for (long seed = 1; seed <= SEEDS; seed++) {
            TestCluster cluster = cluster(seed);
            cluster.install(cluster.members);
            sendAll(cluster, 1, 15);
            List<Member> two = cluster.members.subList(0, 2);
            cluster.install(two);
            cluster.steps(cluster.random.nextInt(200));
            sendAll(cluster, 16, 20);
            cluster.install(cluster.members);
            sendAll(cluster, 21, 35);
            cluster.steps(9_000);
            Member lost = cluster.members.get(2);
            for (Member member : two) {
                for (List<Long> got : List.of(received(member, lost), received(lost, member))) {
                    assertThat(got).as("seed %d", seed).doesNotHaveDuplicates().contains(35L, 34L, 33L);
                    assertThat(got.stream().filter(number -> !isOutOfBand(number)).toList()).isSorted();
                }
            }
            assertThat(received(two.get(0), two.get(1))).hasSize(35);
        }
    }

    private static ProtocolHarness unicastOf(int member) {
        return ProtocolHarness.of(new Unicast.Provider()).self(ProtocolHarness.member(member)).start();
    }

    private static void exchange(ProtocolHarness sender, ProtocolHarness receiver) {
        for (int i = 0; i < 10; i++) {
            sender.transferTo(receiver);
            receiver.advance(Duration.ofMillis(100));
            receiver.transferTo(sender);
            sender.advance(Duration.ofMillis(100));
        }
    }

    @Test
    void aReceiverThatForgotTheConnectionGetsEverythingNotAcknowledgedOnANewOne() {
        ProtocolHarness sender = unicastOf(1);
        ProtocolHarness before = unicastOf(2);
        ProtocolHarness after = unicastOf(2);
        sender.down(TestCluster.numbered(Packet.to(before.self()), 1, 8));
        sender.transferTo(before);
        before.advance(Duration.ofMillis(20));
        before.transferTo(sender);
        sender.down(TestCluster.numbered(Packet.to(before.self()), 2, 8));
        sender.down(TestCluster.numbered(Packet.to(before.self()), 3, 8));
        exchange(sender, after);
        assertThat(after.passedUp()).extracting(TestCluster::number).containsExactly(2L, 3L);
        assertThat(sender.counter("resets")).isEqualTo(1);
    }

    @Test
    void aReceiverThatForgotWhatItsAcknowledgementUnderWayTellsGetsTheRestOnANewConnection() {
        ProtocolHarness sender = unicastOf(1);
        ProtocolHarness before = unicastOf(2);
        ProtocolHarness after = unicastOf(2);
        sender.down(TestCluster.numbered(Packet.to(before.self()), 1, 8));
        sender.transferTo(before);
        before.advance(Duration.ofMillis(20));
        sender.down(TestCluster.numbered(Packet.to(before.self()), 2, 8));
        sender.transferTo(after);
        before.transferTo(sender);
        for (int i = 0; i < 10; i++) {
            sender.advance(Duration.ofMillis(100));
            sender.transferTo(after);
            after.advance(Duration.ofMillis(100));
            after.transferTo(sender);
        }
        assertThat(after.passedUp()).extracting(TestCluster::number).containsExactly(2L);
        assertThat(sender.counter("resets")).isEqualTo(1);
    }

    @Test
    void aReceiverThatForgotTheConnectionAndHasHeardItsBeginningAgainGetsTheRestOnANewConnection() {
        ProtocolHarness sender = unicastOf(1);
        ProtocolHarness before = unicastOf(2);
        ProtocolHarness after = unicastOf(2);
        sender.down(TestCluster.numbered(Packet.to(before.self()), 1, 8));
        Packet late = sender.passedDown().get(0).from(sender.self(), 1);
        sender.down(TestCluster.numbered(Packet.to(before.self()), 2, 8));
        sender.transferTo(before);
        before.advance(Duration.ofMillis(20));
        before.transferTo(sender);
        after.up(late);
        after.clear();
        sender.down(TestCluster.numbered(Packet.to(before.self()), 3, 8));
        sender.down(TestCluster.numbered(Packet.to(before.self()), 4, 8));
        exchange(sender, after);
        assertThat(after.passedUp()).extracting(TestCluster::number).containsExactly(3L, 4L);
        assertThat(sender.counter("resets")).isEqualTo(1);
    }

    @Test
    void whatWaitsForMoreOfASilentStrangerIsForgottenAndComesAgainIfItLives() {
        ProtocolHarness harness = ProtocolHarness.of(new Unicast.Provider()).start();
        List<Packet> two = new ArrayList<>();
        for (long sequence = 1; sequence <= 2; sequence++) {
            two.add(TestCluster.numbered(Packet.to(harness.self()), sequence, 8).from(ProtocolHarness.member(2), 1)
                    .with(UnicastHeader.data(UnicastHeader.OPENING, 4, sequence, 0, 0)));
        }
        harness.up(two.get(1));
        assertThat(harness.counter("waiting_packets")).isEqualTo(1);
        harness.advance(Duration.ofSeconds(40));
        assertThat(harness.counter("waiting_packets")).isZero();
        assertThat(harness.passedUp()).isEmpty();

        two.forEach(harness::up);
        assertThat(harness.passedUp()).extracting(TestCluster::number).containsExactly(1L, 2L);
    }

    @Test
    void whatComesAgainOfAForgottenStrangerIsNotHandedUpAgain() {
        ProtocolHarness harness = ProtocolHarness.of(new Unicast.Provider()).start();
        for (int stranger : new int[] {2, 2}) {
            harness.up(opening(harness, stranger));
            for (int other = 100; other < 5_100; other++) {
                harness.up(opening(harness, other));
            }
        }
        assertThat(harness.passedUp().stream().filter(packet -> packet.source().equals(ProtocolHarness.member(2)))).hasSize(1);
    }

    @Test
    void howeverManyStrangersComeWithWhomThisMemberHasHadToDoIsNotForgotten() {
        ProtocolHarness harness = ProtocolHarness.of(new Unicast.Provider()).start();
        harness.event(ProtocolHarness.viewInstalled(1, harness.self(), ProtocolHarness.member(2)));
        harness.event(ProtocolHarness.viewInstalled(2, harness.self()));
        harness.down(TestCluster.numbered(Packet.to(ProtocolHarness.member(3)), 1, 8));
        harness.advance(Duration.ofMinutes(1));
        for (int time = 0; time < 2; time++) {
            harness.up(opening(harness, 2));
            harness.up(opening(harness, 3));
            for (int stranger = 100; stranger < 75_000; stranger++) {
                harness.up(opening(harness, stranger));
            }
            harness.advance(Duration.ofMillis(20));
        }
        assertThat(harness.passedUp()).filteredOn(packet -> packet.source().equals(ProtocolHarness.member(2))).hasSize(1);
        assertThat(harness.passedUp()).filteredOn(packet -> packet.source().equals(ProtocolHarness.member(3))).hasSize(1);
    }

    private static Packet opening(ProtocolHarness harness, int stranger) {
        return TestCluster.numbered(Packet.to(harness.self()), 1, 8).from(ProtocolHarness.member(stranger), 1)
                .with(UnicastHeader.data(UnicastHeader.OPENING, 4, 1, 0, 0));
    }

    @Test
    void strangersTogetherLeaveNoMoreBehindGapsThanABound() {
        ProtocolHarness harness = ProtocolHarness.of(new Unicast.Provider()).start();
        byte[] bytes = new byte[60_000];
        for (int stranger = 2; stranger < 102; stranger++) {
            for (long sequence = 2; sequence <= 12; sequence++) {
                harness.up(Packet.to(harness.self()).from(ProtocolHarness.member(stranger), 1).withPayload(bytes, 0, bytes.length)
                        .with(UnicastHeader.data(UnicastHeader.OPENING, 4, sequence, 0, 0)));
            }
        }
        assertThat(harness.counter("kept_bytes")).isBetween(30_000_000L, 1L << 25);
        assertThat(harness.counter("refused_of_strangers")).isPositive();

        harness.up(TestCluster.numbered(Packet.to(harness.self()), 1, 8).from(ProtocolHarness.member(200), 1)
                .with(UnicastHeader.data(UnicastHeader.OPENING, 4, 1, 0, 0)));
        assertThat(harness.passedUp()).as("who sends in order is heard").hasSize(1);
    }

    @Test
    void whatArrivesLateOnAnEarlierConnectionIsDropped() {
        ProtocolHarness harness = ProtocolHarness.of(new Unicast.Provider()).start();
        long number = 0;
        for (long connection : new long[] {4, 4, 9, 4, 9}) {
            number++;
            long sequence = number == 2 || number == 5 ? 2 : 1;
            harness.up(TestCluster.numbered(Packet.to(harness.self()), number, 8).from(ProtocolHarness.member(2), 1)
                    .with(UnicastHeader.data(UnicastHeader.OPENING, connection, sequence, 0, 0)));
        }
        assertThat(harness.passedUp()).extracting(TestCluster::number).containsExactly(1L, 2L, 3L, 5L);
        assertThat(harness.counter("dropped_old_connection")).isEqualTo(1);
    }

    @Test
    void aSilentStrangerIsGivenUpButAMemberIsNot() {
        ProtocolHarness sender = ProtocolHarness.of(new Unicast.Provider()).start();
        sender.event(ProtocolHarness.viewInstalled(1, sender.self(), ProtocolHarness.member(2)));
        sender.down(TestCluster.numbered(Packet.to(ProtocolHarness.member(2)), 1, 8));
        sender.down(TestCluster.numbered(Packet.to(ProtocolHarness.member(3)), 1, 8));
        sender.advance(Duration.ofMinutes(1));
        assertThat(sender.counter("connections_given_up")).isEqualTo(1);
        sender.clear().advance(Duration.ofMinutes(1));
        assertThat(sender.passedDown()).isNotEmpty().extracting(Packet::destination)
                .containsOnly(ProtocolHarness.member(2));
    }

    @Test
    void aPacketToOneselfComesStraightBack() {
        ProtocolHarness harness = ProtocolHarness.of(new Unicast.Provider()).start();
        harness.down(TestCluster.numbered(Packet.to(harness.self()), 5, 8));
        assertThat(harness.passedDown()).isEmpty();
        assertThat(harness.passedUp()).singleElement().extracting(Packet::source).isEqualTo(harness.self());
    }

    @Test
    void groupPacketsAndUnreliableOnesPassUntouched() {
        ProtocolHarness harness = ProtocolHarness.of(new Unicast.Provider()).start();
        harness.down(Packet.toGroup());
        harness.down(Packet.to(ProtocolHarness.member(2)).withFlags(Packet.UNRELIABLE));
        assertThat(harness.passedDown()).hasSize(2).allMatch(packet -> packet.headerCount() == 0);
        assertThat(harness.pendingTimers()).isEmpty();
    }

    @Test
    void acknowledgementsRideOnAnswers() {
        ProtocolHarness asker = unicastOf(1);
        ProtocolHarness answerer = unicastOf(2);
        for (int i = 0; i < 100; i++) {
            asker.down(TestCluster.numbered(Packet.to(answerer.self()), i, 8));
            asker.transferTo(answerer);
            answerer.down(TestCluster.numbered(Packet.to(asker.self()), i, 8));
            answerer.transferTo(asker);
        }
        assertThat(answerer.counter("acknowledgements_sent") + asker.counter("acknowledgements_sent")).isLessThan(8);
        asker.advance(Duration.ofSeconds(5));
        answerer.transferTo(asker);
        assertThat(answerer.counter("retransmissions_sent")).isZero();
    }
}
