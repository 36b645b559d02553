package dev.muster.protocols.reliability;

import static dev.muster.testkit.ProtocolHarness.member;
import static dev.muster.testkit.ProtocolHarness.viewInstalled;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.api.Address;
import dev.muster.api.Flag;
import dev.muster.api.Settings;
import dev.muster.spi.Event;
import dev.muster.spi.Packet;
import dev.muster.testkit.ProtocolHarness;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FragmentationTest {

    private static final Address TWO = member(2);
    private static final int LARGE = Packet.DATA | Packet.SINGLE;

    private ProtocolHarness sender;
    private ProtocolHarness receiver;

    @BeforeEach
    void start() {
        sender = started(member(1), 1_000);
        receiver = started(TWO, 1_000);
    }

    private static ProtocolHarness started(Address self, long fragment) {
        ProtocolHarness harness = ProtocolHarness.of(new Fragmentation.Provider(), new Settings()
                .set(Fragmentation.FRAG_SIZE, fragment).set(Fragmentation.MAX_MESSAGE_SIZE, 3_000_000L)).self(self).start();
        return harness.event(viewInstalled(1, member(1), TWO)).clear();
    }

    private List<Packet> takeSent() {
        List<Packet> sent = new ArrayList<>(sender.passedDown());
        sender.passedDown().clear();
        return sent;
    }

    private void loopBack(List<Packet> sent) {
        sent.forEach(sender::up);
    }

    private void bring(List<Packet> sent) {
        sent.forEach(packet -> receiver.up(sender.overTheWire(packet).withCredit(packet.length())));
    }

    private static List<Long> numbers(ProtocolHarness harness) {
        return harness.passedUp().stream().map(TestCluster::number).toList();
    }

    @Test
    void aLargeMessageIsCutAndJoinedWithItsFlagsAndItsOrder() {
        sender.down(TestCluster.numbered(Packet.toGroup(), 1, 8).withFlags(Packet.DATA));
        sender.down(TestCluster.numbered(Packet.toGroup(), 2, 20_500).withFlags(LARGE | Flag.OOB.bit()));
        sender.down(TestCluster.numbered(Packet.toGroup(), 3, 8).withFlags(Packet.DATA));
        List<Packet> sent = takeSent();
        assertThat(sent).hasSize(22).noneMatch(packet -> packet.has(Flag.OOB)).allMatch(packet -> packet.length() <= 1_000);
        loopBack(sent);
        sent.addAll(takeSent());
        bring(sent);
        assertThat(numbers(receiver)).containsExactly(1L, 2L, 3L);
        Packet large = receiver.passedUp().get(1);
        assertThat(large.length()).isEqualTo(20_500);
        assertThat(large.has(LARGE | Flag.OOB.bit())).isTrue();
        assertThat(large.credit()).isEqualTo(20_500);
        assertThat(sender.emittedUp()).containsExactly(new Event.SendingPaused(null), new Event.SendingResumed(null));
    }

    @Test
    void aMessageIsInMemoryOnceAtItsSenderAndOnceAtItsReceiver() {
        Packet large = TestCluster.numbered(Packet.toGroup(), 1, 20_500).withFlags(LARGE);
        sender.down(large);
        List<Packet> sent = takeSent();
        bring(sent);
        loopBack(sent);

        assertThat(sent).allMatch(fragment -> fragment.buffer() == large.buffer());
        assertThat(sender.passedUp()).singleElement().satisfies(own -> {
            assertThat(own.buffer()).isSameAs(large.buffer());
            assertThat(own.has(Packet.UNSHARED)).as("perhaps it is to be sent again").isFalse();
        });
        assertThat(receiver.passedUp()).singleElement().satisfies(packet -> {
            assertThat(packet.buffer()).hasSize(20_500);
            assertThat(packet.has(Packet.UNSHARED)).isTrue();
        });
    }

    @Test
    void fragmentsThatDisagreeOnTheLengthOfTheWholeAreDropped() {
        for (long length : new long[] {2_001, 1_999, 1_500}) {
            receiver.up(fragment(0, 2_000, false)).up(fragment(1, length, true));
        }
        receiver.up(fragment(0, 2_000, false)).up(fragment(1, 2_000, true));

        assertThat(receiver.counter("fragments_dropped")).isEqualTo(3);
        assertThat(receiver.passedUp()).hasSize(1);
    }

    private static Packet fragment(int index, long length, boolean last) {
        return TestCluster.numbered(Packet.to(TWO), 1, 1_000).from(member(1), 1).withFlags(LARGE)
                .with(new FragmentHeader(last, false, 1, index, 0, length));
    }

    @Test
    void aSetOfMoreFragmentsThanItsLengthJustifiesIsDropped() {
        for (int index = 0; index < 1_000; index++) {
            receiver.up(Packet.to(TWO).from(member(1), 1).withFlags(Packet.DATA)
                    .with(new FragmentHeader(false, false, 1, index, 0, 10_000)));
        }

        assertThat(receiver.counter("fragments_dropped")).isGreaterThan(800);
    }

    @Test
    void whatIsBehindALargeGroupMessageWaitsUntilItHasItsPlace() {
        sender.down(TestCluster.numbered(Packet.toGroup(), 1, 3_000).withFlags(LARGE));
        List<Packet> first = takeSent();
        sender.down(TestCluster.numbered(Packet.toGroup(), 2, 8).withFlags(Packet.DATA));
        sender.down(TestCluster.numbered(Packet.toGroup(), 3, 8).withFlags(Packet.DATA | Flag.OOB.bit()));
        assertThat(takeSent()).singleElement().satisfies(packet -> assertThat(packet.has(Flag.OOB)).isTrue());
        loopBack(first);
        assertThat(takeSent()).singleElement().satisfies(packet -> assertThat(TestCluster.number(packet)).isEqualTo(2));
    }

    @Test
    void aMessageInterruptedByAViewIsSentAgainAsAWholeInThatView() {
        sender.down(TestCluster.numbered(Packet.toGroup(), 7, 5_000).withFlags(LARGE));
        List<Packet> old = takeSent();
        bring(old.subList(0, 3));
        sender.event(viewInstalled(2, member(1), TWO));
        receiver.event(viewInstalled(2, member(1), TWO));
        bring(old.subList(3, 5));
        bring(old);
        assertThat(receiver.passedUp()).isEmpty();
        List<Packet> again = takeSent();
        assertThat(again).hasSize(5);
        bring(again);
        assertThat(numbers(receiver)).containsExactly(7L);
        assertThat(sender.counter("messages_restarted")).isEqualTo(1);
        long given = receiver.emittedDown(Event.Consumed.class).stream().mapToLong(Event.Consumed::bytes).sum();
        assertThat(given).as("every fragment gives its credit back").isEqualTo(3_000 + 2_000 + 5_000 + 5_000);
    }

    @Test
    void aMessageWhoseLastFragmentHasComeBackIsNotSentAgain() {
        sender.down(TestCluster.numbered(Packet.toGroup(), 7, 5_000).withFlags(LARGE));
        loopBack(takeSent());
        sender.event(viewInstalled(2, member(1), TWO));
        assertThat(takeSent()).isEmpty();
    }

    @Test
    void aMessageToOneMemberGoesOnAcrossViews() {
        sender.down(TestCluster.numbered(Packet.to(TWO), 7, 5_000).withFlags(LARGE));
        List<Packet> sent = takeSent();
        bring(sent.subList(0, 2));
        sender.event(viewInstalled(2, member(1), TWO));
        receiver.event(viewInstalled(2, member(1), TWO));
        bring(sent.subList(2, 5));
        assertThat(numbers(receiver)).containsExactly(7L);
        assertThat(takeSent()).isEmpty();
    }

    @Test
    void fragmentsStopWhileSendingIsPausedAndGoOnAfterwards() {
        sender.event(new Event.SendingPaused(null)).event(new Event.SendingPaused(null));
        sender.down(TestCluster.numbered(Packet.toGroup(), 7, 20_000).withFlags(LARGE));
        assertThat(takeSent()).isEmpty();
        sender.event(new Event.SendingResumed(null));
        assertThat(takeSent()).isEmpty();
        sender.event(new Event.SendingResumed(null));
        assertThat(takeSent()).hasSize(20);
    }

    @Test
    void whatIsLeftForALeaverIsForgottenAndThePauseEnds() {
        sender.event(new Event.SendingPaused(TWO));
        sender.down(TestCluster.numbered(Packet.to(TWO), 7, 20_000).withFlags(LARGE));
        sender.event(viewInstalled(2, member(1), member(3)));
        sender.event(new Event.SendingResumed(TWO));
        assertThat(takeSent()).isEmpty();
        assertThat(sender.emittedUp()).containsExactly(new Event.SendingPaused(TWO), new Event.SendingResumed(TWO));
    }

    @Test
    void aFragmentThatDoesNotGoOnWhereTheLastOneEndedIsDroppedWithItsSet() {
        sender.down(TestCluster.numbered(Packet.to(TWO), 7, 4_000).withFlags(LARGE));
        sender.down(TestCluster.numbered(Packet.to(TWO), 8, 4_000).withFlags(LARGE));
        List<Packet> sent = takeSent();
        sent.remove(1);
        bring(sent);
        assertThat(numbers(receiver)).containsExactly(8L);
        assertThat(receiver.counter("fragments_dropped")).isEqualTo(2);
    }

    @Test
    void creditForALargeMessageIsGivenBackAtOnceButNotWhileMuchWaitsForTheApplication() {
        for (int number = 1; number <= 3; number++) {
            sender.down(TestCluster.numbered(Packet.to(TWO), number, 1_500_000).withFlags(LARGE));
        }
        bring(takeSent());
        long given = receiver.emittedDown(Event.Consumed.class).stream().mapToLong(Event.Consumed::bytes).sum();
        assertThat(given).isBetween(2_900_000L, 3_000_000L);
        receiver.clear().event(new Event.Consumed(member(1), false, 1_500_000));
        assertThat(receiver.emittedDown(Event.Consumed.class)).isEmpty();
        receiver.event(new Event.Consumed(member(1), false, 1_500_000));
        receiver.event(new Event.Consumed(member(1), false, 1_500_000));
        given += receiver.emittedDown(Event.Consumed.class).stream().mapToLong(Event.Consumed::bytes).sum();
        assertThat(given).isEqualTo(4_500_000);
    }

    @Test
    void aMessageLargerThanAllowedIsNotJoined() {
        ProtocolHarness other = started(member(1), 100_000);
        Packet fragment = TestCluster.numbered(Packet.to(TWO), 1, 1_000).from(member(1), 1).withFlags(LARGE).withCredit(9)
                .with(new FragmentHeader(false, false, 1, 0, 0, 3_000_001));
        other.up(fragment);
        assertThat(other.counter("fragments_dropped")).isEqualTo(1);
        assertThat(other.emittedDown()).containsExactly(new Event.Consumed(member(1), false, 9));
        assertThat(other.limits().messageBytes()).isEqualTo(3_000_000);
    }
}
