package dev.muster.protocols.membership.detection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.api.Address;
import dev.muster.api.Settings;
import dev.muster.spi.Event;
import dev.muster.spi.Event.Evidence;
import dev.muster.spi.Event.Suspected;
import dev.muster.spi.Packet;
import dev.muster.testkit.ProtocolHarness;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class FdTest {

    private static final Address ANN = ProtocolHarness.member(1);
    private static final Address BOB = ProtocolHarness.member(2);
    private static final Address CID = ProtocolHarness.member(3);
    private static final Duration TIMEOUT = Duration.ofSeconds(1);

    private static Settings settings() {
        return new Settings().set(Fd.TIMEOUT, TIMEOUT);
    }

    private static ProtocolHarness ann(Settings settings) {
        return ProtocolHarness.of(new Fd.Provider(), settings).start()
                .event(ProtocolHarness.viewInstalled(5, ANN, BOB, CID)).clear();
    }

    private static List<Address> asked(ProtocolHarness harness) {
        return harness.passedDown().stream()
                .filter(packet -> packet.header(NeighbourHeader.class).equals(NeighbourHeader.QUESTION))
                .map(Packet::destination).toList();
    }

    private static Packet says(Address member, NeighbourHeader what) {
        return Packet.to(ANN).from(member, 1).with(what);
    }

    @Test
    void everyTimeoutTheRightNeighbourAloneIsAsked() {
        ProtocolHarness ann = ann(settings());
        ann.advance(TIMEOUT.multipliedBy(2));
        assertThat(asked(ann)).containsExactly(BOB, BOB);
        assertThat(ann.passedDown()).allMatch(packet -> packet.has(Packet.UNRELIABLE));
    }

    @Test
    void whoLeavesAllQuestionsUnansweredIsSuspectedAndTheNextIsAsked() {
        ProtocolHarness ann = ann(settings().set(Fd.MAX_TRIES, 3));
        ann.advance(TIMEOUT.multipliedBy(3));
        assertThat(ann.emittedUp()).isEmpty();
        ann.clear().advance(TIMEOUT);
        assertThat(ann.emittedUp()).containsExactly(new Suspected(BOB, Evidence.SILENCE));
        assertThat(asked(ann)).containsExactly(BOB, CID);
    }

    @Test
    void anyPacketCountsAsLife() {
        ProtocolHarness ann = ann(settings().set(Fd.MAX_TRIES, 1));
        for (int i = 0; i < 10; i++) {
            ann.up(List.of(Packet.toGroup().from(BOB, 1))).advance(TIMEOUT);
        }
        assertThat(ann.emittedUp()).isEmpty();
        assertThat(ann.passedUp()).hasSize(10);
    }

    @Test
    void whoeverIsHeardAgainIsClearedAndWatchedAsBefore() {
        ProtocolHarness ann = ann(settings().set(Fd.MAX_TRIES, 1));
        ann.advance(TIMEOUT.multipliedBy(2)).clear();
        ann.up(says(BOB, NeighbourHeader.ANSWER));
        assertThat(ann.emittedUp()).containsExactly(new Event.Unsuspected(BOB));
        ann.clear().advance(TIMEOUT);
        assertThat(asked(ann)).containsExactly(BOB);
    }

    @Test
    void aSuspicionOutlastsAViewThatStillHoldsTheSuspect() {
        ProtocolHarness ann = ann(settings().set(Fd.MAX_TRIES, 1));
        ann.advance(TIMEOUT.multipliedBy(2));
        ann.event(ProtocolHarness.viewInstalled(6, ANN, BOB)).clear().advance(TIMEOUT.multipliedBy(4));
        assertThat(ann.emittedUp(Suspected.class)).hasSizeBetween(2, 4);
        ann.clear().up(says(BOB, NeighbourHeader.ANSWER));
        assertThat(ann.emittedUp()).containsExactly(new Event.Unsuspected(BOB));
    }

    @Test
    void afterAPauseOfItsOwnItBeginsToObserveAnew() {
        ProtocolHarness ann = ann(settings().set(Fd.MAX_TRIES, 1));
        ann.advance(TIMEOUT).pause(Duration.ofSeconds(30));
        ann.advance(TIMEOUT.minusMillis(1));
        assertThat(ann.emittedUp()).isEmpty();
    }

    @Test
    void aQuestionIsAnsweredAlsoToAStrangerOfWhomMembershipIsTold() {
        ProtocolHarness ann = ann(settings());
        ann.up(says(ProtocolHarness.member(9), NeighbourHeader.QUESTION));
        assertThat(ann.passedDown()).extracting(packet -> packet.header(NeighbourHeader.class))
                .containsExactly(NeighbourHeader.STRANGER);
        assertThat(ann.passedUp()).isEmpty();
        assertThat(ann.emittedUp()).containsExactly(new Event.StrangerHeard(ProtocolHarness.member(9)));
        ann.clear().up(says(CID, NeighbourHeader.QUESTION));
        assertThat(ann.passedDown()).hasSize(1);
        assertThat(ann.emittedUp()).isEmpty();
    }

    @Test
    void whoeverIsInAnotherViewIsNotWatchedButTheNext() {
        ProtocolHarness ann = ann(settings().set(Fd.MAX_TRIES, 1));
        ann.advance(TIMEOUT).up(says(BOB, NeighbourHeader.STRANGER)).clear();
        ann.advance(TIMEOUT).up(says(BOB, NeighbourHeader.STRANGER));
        assertThat(asked(ann)).containsExactly(BOB, CID);
        ann.advance(TIMEOUT);
        assertThat(ann.emittedUp()).containsExactly(new Suspected(CID, Evidence.SILENCE));
    }

    @Test
    void whoeverIsInAnotherViewIsSuspectedWhenItDoesNotAnswerAnyMore() {
        ProtocolHarness ann = ann(settings().set(Fd.MAX_TRIES, 1));
        ann.advance(TIMEOUT).up(says(BOB, NeighbourHeader.STRANGER));
        for (int i = 0; i < 2; i++) {
            ann.up(says(CID, NeighbourHeader.ANSWER)).advance(TIMEOUT);
        }
        assertThat(ann.emittedUp()).containsExactly(new Suspected(BOB, Evidence.SILENCE));
    }

    @Test
    void whoeverInstallsTheViewLateIsWatchedAgain() {
        ProtocolHarness ann = ann(settings());
        ann.up(says(BOB, NeighbourHeader.STRANGER)).up(says(BOB, NeighbourHeader.ANSWER)).clear().advance(TIMEOUT);
        assertThat(asked(ann)).containsExactly(BOB);
        assertThat(ann.emittedUp()).isEmpty();
    }

    @Test
    void withShunMembershipIsToldAtTheStart() {
        assertThat(ProtocolHarness.of(new Fd.Provider(), settings().set(Fd.SHUN, true)).start().emittedUp())
                .containsExactly(new Event.ShunExcluded());
        assertThat(ProtocolHarness.of(new Fd.Provider(), settings()).start().emittedUp()).isEmpty();
    }

    @Test
    void aloneItIsSilent() {
        ProtocolHarness ann = ann(settings());
        ann.event(ProtocolHarness.viewInstalled(6, ANN)).clear().advance(Duration.ofSeconds(10));
        assertThat(ann.passedDown()).isEmpty();
        assertThat(ann.pendingTimers()).isEmpty();
    }
}
