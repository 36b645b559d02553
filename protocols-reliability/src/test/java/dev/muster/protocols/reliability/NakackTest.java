package dev.muster.protocols.reliability;

import static dev.muster.testkit.ProtocolHarness.member;
import static dev.muster.testkit.ProtocolHarness.viewInstalled;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.api.Address;
import dev.muster.api.Flag;
import dev.muster.api.Settings;
import dev.muster.api.ViewId;
import dev.muster.spi.Digest;
import dev.muster.spi.Event;
import dev.muster.spi.FlushTarget;
import dev.muster.spi.Packet;
import dev.muster.testkit.ProtocolHarness;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class NakackTest {

    private static final Address TWO = member(2);
    private static final Address THREE = member(3);
    private static final Event.ViewInstalled VIEW = viewInstalled(5, member(1), TWO, THREE);

    private ProtocolHarness harness;

    @BeforeEach
    void start() {
        harness = ProtocolHarness.of(new Nakack.Provider(), new Settings().set(Nakack.GC_LAG, 0)).start();
    }

    private static Packet data(Address sender, ViewId view, long sequence, int flags) {
        return TestCluster.numbered(Packet.toGroup(), sequence, 8).withFlags(flags).from(sender, 1)
                .with(NakackHeader.data(view, sequence));
    }

    private void receive(Address sender, long sequence) {
        harness.up(data(sender, VIEW.view().id(), sequence, Packet.DATA));
    }

    private List<Long> delivered() {
        return harness.passedUp().stream().map(TestCluster::number).toList();
    }

    private void send(long number) {
        harness.down(TestCluster.numbered(Packet.toGroup(), number, 8));
    }

    private List<NakackHeader> sent(int kind) {
        return harness.passedDown().stream().map(packet -> packet.header(NakackHeader.class))
                .filter(header -> header != null && header.kind() == kind).toList();
    }

    private static SortedSet<Long> set(Long... numbers) {
        return new TreeSet<>(List.of(numbers));
    }

    private static Event.Fill fill(Address sender, long upTo, SortedSet<Long> beyond, Address holder) {
        return new Event.Fill(new FlushTarget(List.of(new FlushTarget.Entry(sender, upTo, beyond, holder))));
    }

    private Digest lastDigest() {
        List<Event.Flushed> all = harness.emittedUp(Event.Flushed.class);
        return all.get(all.size() - 1).digest();
    }

    @Test
    void ownPacketsComeBackAtOnceAndAreNumberedFromOneInEveryView() {
        harness.event(VIEW);
        send(1);
        send(2);
        harness.event(viewInstalled(6, member(1), TWO));
        send(3);
        assertThat(delivered()).containsExactly(1L, 2L, 3L);
        assertThat(sent(NakackHeader.DATA)).extracting(NakackHeader::sequence).containsExactly(1L, 2L, 1L);
        assertThat(harness.passedUp()).extracting(Packet::source).containsOnly(harness.self());
    }

    @Test
    void packetsBeforeTheFirstViewWaitForIt() {
        send(1);
        assertThat(harness.passedDown()).isEmpty();
        harness.event(VIEW);
        assertThat(sent(NakackHeader.DATA)).hasSize(1);
    }

    @Test
    void aGapHoldsBackWhatFollowsAndIsAskedForAfterAShortWait() {
        harness.event(VIEW);
        receive(TWO, 1);
        receive(TWO, 4);
        assertThat(delivered()).containsExactly(1L);
        harness.advance(Duration.ofMillis(19));
        assertThat(sent(NakackHeader.REQUEST)).isEmpty();
        harness.advance(Duration.ofMillis(1));
        assertThat(sent(NakackHeader.REQUEST)).singleElement()
                .isEqualTo(NakackHeader.request(VIEW.view().id(), TWO, Ranges.of(2, 3)));
        assertThat(harness.passedDown().get(0).destination()).isEqualTo(TWO);
        receive(TWO, 3);
        receive(TWO, 2);
        assertThat(delivered()).containsExactly(1L, 2L, 3L, 4L);
        harness.clear().advance(Duration.ofMinutes(1));
        assertThat(harness.passedDown()).isEmpty();
    }

    @Test
    void packetsThatComeTogetherGoUpTogetherAndInOrder() {
        harness.event(VIEW);
        ViewId view = VIEW.view().id();
        harness.up(List.of(data(TWO, view, 2, 0), data(THREE, view, 1, 0), data(TWO, view, 1, 0), data(TWO, view, 1, 0)));
        assertThat(delivered()).containsExactly(1L, 1L, 2L);
        assertThat(harness.passedUp()).extracting(Packet::source).containsExactly(THREE, TWO, TWO);
        assertThat(harness.counter("duplicates")).isEqualTo(1);
    }

    @Test
    void anOutOfBandPacketIsDeliveredAheadOnce() {
        harness.event(VIEW);
        harness.up(data(TWO, VIEW.view().id(), 3, Flag.OOB.bit()));
        harness.up(data(TWO, VIEW.view().id(), 3, Flag.OOB.bit()));
        receive(TWO, 1);
        receive(TWO, 2);
        receive(TWO, 4);
        assertThat(delivered()).containsExactly(3L, 1L, 2L, 4L);
    }

    @Test
    void whoeverHasAPacketGivesItToWhoeverAsksWithTheHeadersItHad() {
        harness.event(VIEW);
        Packet packet = data(TWO, VIEW.view().id(), 1, Packet.DATA).with(new FlowControlHeader(FlowControlHeader.SENT, 8));
        harness.up(packet);
        harness.clear().up(Packet.to(harness.self()).from(THREE, 1)
                .with(NakackHeader.request(VIEW.view().id(), TWO, Ranges.of(1, 9))));
        Packet answer = harness.passedDown().get(0);
        assertThat(answer.destination()).isEqualTo(THREE);
        assertThat(answer.header(FlowControlHeader.class).total()).isEqualTo(8);

        ProtocolHarness asker = ProtocolHarness.of(new Nakack.Provider()).self(THREE).start();
        asker.event(VIEW).up(answer);
        assertThat(asker.passedUp()).singleElement().satisfies(got -> {
            assertThat(got.source()).isEqualTo(TWO);
            assertThat(got.isToGroup()).isTrue();
            assertThat(TestCluster.number(got)).isEqualTo(1);
        });
    }

    @Test
    void oneRequestIsAnsweredWithABoundedNumberOfBytes() {
        harness.event(VIEW);
        for (int i = 1; i <= 100; i++) {
            harness.down(TestCluster.numbered(Packet.toGroup(), i, 60_000));
        }
        harness.clear().up(Packet.to(harness.self()).from(THREE, 1)
                .with(NakackHeader.request(VIEW.view().id(), harness.self(), Ranges.of(1, Long.MAX_VALUE - 1))));
        assertThat(harness.passedDown()).hasSize(16);
    }

    @Test
    void anIdleSenderRepeatsHowFarItHasGotUntilThatIsStable() {
        harness.event(VIEW);
        send(1);
        send(2);
        harness.clear().advance(Duration.ofSeconds(1));
        assertThat(sent(NakackHeader.HIGHEST)).extracting(NakackHeader::sequence).hasSizeBetween(2, 4).containsOnly(2L);
        harness.event(new Event.Stable(new Digest(VIEW.view().id(), Map.of(harness.self(), 2L), Map.of())));
        harness.clear().advance(Duration.ofMinutes(1));
        assertThat(harness.passedDown()).isEmpty();
    }

    @Test
    void aMemberThatMissedTheTailAsksAtOnceWhenItHearsOfIt() {
        harness.event(VIEW);
        harness.up(Packet.toGroup().withFlags(Packet.UNRELIABLE).from(TWO, 1).with(NakackHeader.highest(VIEW.view().id(), 2)));
        harness.advance(Duration.ZERO);
        assertThat(sent(NakackHeader.REQUEST)).singleElement().extracting(NakackHeader::ranges).isEqualTo(Ranges.of(1, 2));
    }

    @Test
    void packetsOfALaterViewWaitForItAndThoseOfAnEarlierOneAreDropped() {
        harness.event(VIEW);
        Event.ViewInstalled next = viewInstalled(6, member(1), TWO);
        harness.up(data(TWO, next.view().id(), 1, 0));
        harness.up(data(TWO, new ViewId(4, TWO), 1, 0));
        assertThat(delivered()).isEmpty();
        harness.event(next);
        assertThat(delivered()).containsExactly(1L);
        assertThat(harness.counter("dropped_old_view")).isEqualTo(1);
    }

    @Test
    void afterAFlushNothingIsSentOrDeliveredAndTheDigestStaysTrue() {
        harness.event(VIEW);
        send(1);
        receive(TWO, 1);
        harness.up(data(THREE, VIEW.view().id(), 2, Flag.OOB.bit()));
        harness.clear().event(new Event.Flush());
        assertThat(lastDigest().delivered()).containsExactly(Map.entry(harness.self(), 1L), Map.entry(TWO, 1L));
        assertThat(lastDigest().beyond()).isEqualTo(Map.of(THREE, set(2L)));
        assertThat(harness.emittedUp(Event.SendingPaused.class)).hasSize(1);
        send(2);
        receive(TWO, 2);
        harness.up(data(THREE, VIEW.view().id(), 4, Flag.OOB.bit()));
        assertThat(harness.passedUp()).isEmpty();
        assertThat(sent(NakackHeader.DATA)).isEmpty();
        harness.event(new Event.Flush());
        assertThat(lastDigest().of(TWO)).isEqualTo(1);
        assertThat(harness.emittedUp(Event.SendingPaused.class)).hasSize(1);
    }

    @Test
    void fillingDeliversExactlyUpToTheTargetAskingTheHolderOfADeadSendersPackets() {
        harness.event(VIEW);
        receive(TWO, 1);
        harness.event(new Event.Flush());
        receive(TWO, 4);
        harness.clear().event(fill(TWO, 3, set(), THREE)).advance(Duration.ZERO);
        assertThat(sent(NakackHeader.REQUEST)).singleElement()
                .isEqualTo(NakackHeader.request(VIEW.view().id(), TWO, Ranges.of(2, 3)));
        assertThat(harness.passedDown().get(0).destination()).isEqualTo(THREE);
        for (long sequence = 2; sequence <= 3; sequence++) {
            assertThat(harness.emittedUp(Event.Filled.class)).isEmpty();
            harness.up(TestCluster.numbered(Packet.to(harness.self()), sequence, 8).from(THREE, 1)
                    .with(NakackHeader.retransmission(VIEW.view().id(), sequence, TWO)));
        }
        assertThat(delivered()).containsExactly(2L, 3L);
        assertThat(harness.emittedUp(Event.Filled.class)).hasSize(1);
        harness.event(new Event.Flush());
        assertThat(lastDigest().of(TWO)).isEqualTo(3);
        harness.event(fill(TWO, 3, set(), THREE));
        assertThat(harness.emittedUp(Event.Filled.class)).hasSize(2);
    }

    @Test
    void fillingAsksOthersWhenTheHolderDoesNotAnswer() {
        harness.event(VIEW).event(new Event.Flush());
        harness.clear().event(fill(TWO, 1, set(3L), TWO)).advance(Duration.ofSeconds(3));
        assertThat(harness.passedDown()).extracting(Packet::destination).contains(TWO, THREE);
        assertThat(sent(NakackHeader.REQUEST)).extracting(NakackHeader::ranges).containsOnly(Ranges.of(1, 1, 3, 3));
    }

    @Test
    void fillingDeliversAgreedPacketsOutOfBandAndNoOthers() {
        harness.event(VIEW).event(new Event.Flush());
        harness.up(data(TWO, VIEW.view().id(), 3, Flag.OOB.bit()));
        harness.up(data(TWO, VIEW.view().id(), 4, Flag.OOB.bit()));
        harness.event(fill(TWO, 0, set(4L), THREE));
        assertThat(delivered()).containsExactly(4L);
        assertThat(harness.emittedUp(Event.Filled.class)).hasSize(1);
    }

    @Test
    void whenAFlushEndsEverythingGoesOnInTheSameView() {
        harness.event(VIEW).event(new Event.Flush());
        send(7);
        receive(TWO, 1);
        receive(TWO, 2);
        harness.up(data(THREE, VIEW.view().id(), 2, Flag.OOB.bit()));
        harness.event(new Event.FlushEnded());
        assertThat(delivered()).containsExactly(1L, 2L, 2L, 7L);
        assertThat(harness.emittedUp(Event.SendingResumed.class)).hasSize(1);
        assertThat(sent(NakackHeader.DATA)).singleElement().extracting(NakackHeader::view).isEqualTo(VIEW.view().id());
    }

    @Test
    void whatWaitedDuringAFlushIsSentInTheNextView() {
        harness.event(VIEW).event(new Event.Flush());
        send(7);
        Event.ViewInstalled next = viewInstalled(6, member(1), TWO);
        harness.event(next);
        assertThat(sent(NakackHeader.DATA)).singleElement().isEqualTo(NakackHeader.data(next.view().id(), 1));
        assertThat(harness.emittedUp(Event.SendingResumed.class)).hasSize(1);
    }

    @Test
    void aStablePacketIsNoLongerGiven() {
        harness.event(VIEW);
        send(1);
        send(2);
        harness.event(new Event.Stable(new Digest(VIEW.view().id(), Map.of(harness.self(), 1L), Map.of())));
        harness.clear().up(Packet.to(harness.self()).from(THREE, 1)
                .with(NakackHeader.request(VIEW.view().id(), harness.self(), Ranges.of(1, 2))));
        assertThat(sent(NakackHeader.RETRANSMISSION)).singleElement().extracting(NakackHeader::sequence).isEqualTo(2L);
    }

    @Test
    void packetsToOneMemberAndUnreliableOnesPassUntouched() {
        harness.event(VIEW);
        harness.down(Packet.to(TWO));
        harness.down(Packet.toGroup().withFlags(Packet.UNRELIABLE));
        assertThat(harness.passedDown()).hasSize(2).allMatch(packet -> packet.headerCount() == 0);
        assertThat(harness.passedUp()).isEmpty();
    }

    @Test
    void aFullWindowStopsSendersUntilSomeIsStable() {
        harness.event(VIEW);
        for (int i = 1; i <= 65_540; i++) {
            send(i);
        }
        assertThat(harness.emittedUp(Event.SendingPaused.class)).hasSize(1);
        harness.event(new Event.Stable(new Digest(VIEW.view().id(), Map.of(harness.self(), 60_000L), Map.of())));
        assertThat(harness.emittedUp(Event.SendingResumed.class)).hasSize(1);
        assertThat(delivered()).hasSize(65_540);
    }
}
