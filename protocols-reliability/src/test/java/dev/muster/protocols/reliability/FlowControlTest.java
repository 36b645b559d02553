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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FlowControlTest {

    private static final Address TWO = member(2);
    private static final Address THREE = member(3);

    private ProtocolHarness harness;

    @BeforeEach
    void start() {
        harness = ProtocolHarness.of(new FlowControl.Provider(), new Settings().set(FlowControl.MAX_CREDITS, 10_000L)
                .set(FlowControl.MIN_THRESHOLD, 0.1)).start();
        harness.event(viewInstalled(1, harness.self(), TWO, THREE)).clear();
    }

    private void sendToGroup(int bytes) {
        harness.down(TestCluster.numbered(Packet.toGroup(), 1, bytes).withFlags(Packet.DATA));
    }

    private void sendTo(Address member, int bytes) {
        harness.down(TestCluster.numbered(Packet.to(member), 1, bytes).withFlags(Packet.DATA));
    }

    private void grant(Address from, int kind, long total) {
        harness.up(Packet.to(harness.self()).from(from, 1).with(new FlowControlHeader(kind, total)));
    }

    private void consumeAllOwn(long bytes) {
        harness.event(new Event.Consumed(harness.self(), true, bytes));
    }

    /** What the layers below do with own group data. */
    private void loopBack() {
        List<Packet> sent = new ArrayList<>(harness.passedDown());
        sent.stream().filter(packet -> packet.isToGroup() && packet.has(Packet.DATA)).forEach(harness::up);
    }

    @Test
    void groupDataWaitForTheSlowestMember() {
        for (int i = 0; i < 10; i++) {
            sendToGroup(1_000);
        }
        assertThat(harness.passedDown()).hasSize(10);
        loopBack();
        sendToGroup(1_000);
        sendToGroup(1_000);
        assertThat(harness.passedDown()).hasSize(10);
        assertThat(harness.emittedUp()).containsExactly(new Event.SendingPaused(null));
        consumeAllOwn(10_000);
        grant(TWO, FlowControlHeader.GRANT_GROUP, 10_000);
        assertThat(harness.passedDown()).hasSize(10);
        grant(THREE, FlowControlHeader.GRANT_GROUP, 500);
        assertThat(harness.passedDown()).hasSize(11);
        grant(THREE, FlowControlHeader.GRANT_GROUP, 10_000);
        assertThat(harness.passedDown()).hasSize(12);
        assertThat(harness.emittedUp()).containsExactly(new Event.SendingPaused(null), new Event.SendingResumed(null));
    }

    @Test
    void aPacketLargerThanTheCreditGoesWhileAnyCreditIsLeft() {
        sendTo(TWO, 9_999);
        sendTo(TWO, 50_000);
        sendTo(TWO, 8);
        assertThat(harness.passedDown()).hasSize(2);
        assertThat(harness.emittedUp()).containsExactly(new Event.SendingPaused(TWO));
    }

    @Test
    void eachReceiverHasCreditOfItsOwn() {
        sendTo(TWO, 20_000);
        sendTo(TWO, 8);
        sendTo(THREE, 8);
        sendToGroup(8);
        assertThat(harness.passedDown()).hasSize(3);
    }

    @Test
    void controlPacketsAndThoseThatAskToPassFlowControlByDoSo() {
        sendToGroup(20_000);
        harness.down(Packet.toGroup());
        harness.down(Packet.toGroup().withFlags(Packet.DATA | Flag.NO_FC.bit()));
        assertThat(harness.passedDown()).hasSize(3);
        harness.up(Packet.toGroup().from(TWO, 1).withFlags(Packet.DATA | Flag.NO_FC.bit()));
        assertThat(harness.passedUp()).singleElement().extracting(Packet::credit).isEqualTo(0L);
    }

    @Test
    void aReceiverGrantsOnceTheSenderRunsLowAndNoMoreThanWasConsumed() {
        for (int i = 1; i <= 10; i++) {
            harness.up(TestCluster.numbered(Packet.to(harness.self()), i, 1_000).from(TWO, 1).withFlags(Packet.DATA)
                    .with(new FlowControlHeader(FlowControlHeader.SENT, 70_000 + 1_000 * i)));
        }
        assertThat(harness.passedUp()).extracting(Packet::credit).containsOnly(1_000L);
        harness.event(new Event.Consumed(TWO, false, 8_999));
        assertThat(harness.passedDown()).isEmpty();
        harness.event(new Event.Consumed(TWO, false, 1));
        assertThat(harness.passedDown()).singleElement().satisfies(packet -> {
            assertThat(packet.destination()).isEqualTo(TWO);
            assertThat(packet.has(Packet.UNRELIABLE)).isFalse();
            assertThat(packet.header(FlowControlHeader.class))
                    .isEqualTo(new FlowControlHeader(FlowControlHeader.GRANT_MEMBER, 79_000));
        });
    }

    @Test
    void aReceiverThatLeavesNoLongerHoldsTheGroupUp() {
        sendToGroup(10_000);
        loopBack();
        sendToGroup(8);
        consumeAllOwn(10_000);
        grant(TWO, FlowControlHeader.GRANT_GROUP, 10_000);
        assertThat(harness.passedDown()).hasSize(1);
        harness.event(viewInstalled(2, harness.self(), TWO));
        assertThat(harness.passedDown()).hasSize(2);
        assertThat(harness.emittedUp(Event.SendingResumed.class)).hasSize(1);
    }

    @Test
    void whatWaitsForAReceiverThatLeavesIsDroppedAndThePauseEnds() {
        sendTo(THREE, 10_000);
        sendTo(THREE, 8);
        harness.event(viewInstalled(2, harness.self(), TWO));
        assertThat(harness.emittedUp()).containsExactly(new Event.SendingPaused(THREE), new Event.SendingResumed(THREE));
        assertThat(harness.counter("dropped_receiver_left")).isEqualTo(1);
    }

    @Test
    void aMemberThatCameBackHasFullCreditAndTotalsOnlyGrow() {
        sendTo(THREE, 10_000);
        harness.event(viewInstalled(2, harness.self(), TWO));
        harness.event(viewInstalled(3, harness.self(), TWO, THREE)).clear();
        sendTo(THREE, 1_000);
        assertThat(harness.passedDown()).singleElement().extracting(packet -> packet.header(FlowControlHeader.class).total())
                .isEqualTo(11_000L);
    }

    @Test
    void aNewcomerOwesNothingForWhatItNeverGot() {
        sendToGroup(10_000);
        loopBack();
        consumeAllOwn(10_000);
        grant(TWO, FlowControlHeader.GRANT_GROUP, 10_000);
        harness.event(viewInstalled(2, harness.self(), TWO, member(4))).clear();
        sendToGroup(9_000);
        sendToGroup(9_000);
        assertThat(harness.passedDown()).hasSize(2);
    }

    @Test
    void aSenderThatWaitsLongAsksBehindItsDataAndIsToldHowItStands() {
        sendTo(TWO, 10_000);
        sendTo(TWO, 8);
        harness.clear().advance(Duration.ofSeconds(2));
        Packet ask = harness.passedDown().get(0);
        assertThat(ask.header(FlowControlHeader.class)).isEqualTo(new FlowControlHeader(FlowControlHeader.ASK_MEMBER, 10_000));
        ProtocolHarness receiver = ProtocolHarness.of(new FlowControl.Provider()).self(TWO).start();
        receiver.event(viewInstalled(1, harness.self(), TWO, THREE)).up(harness.overTheWire(ask));
        receiver.transferTo(harness);
        assertThat(harness.emittedUp(Event.SendingResumed.class)).hasSize(1);
        harness.clear().advance(Duration.ofMinutes(5));
        assertThat(harness.passedDown()).isEmpty();
        assertThat(harness.pendingTimers()).isEmpty();
    }

    @Test
    void aLostGrantForTheGroupIsMadeGoodByAsking() {
        sendToGroup(10_000);
        loopBack();
        sendToGroup(8);
        consumeAllOwn(10_000);
        grant(TWO, FlowControlHeader.GRANT_GROUP, 10_000);
        harness.clear().advance(Duration.ofSeconds(1));
        Packet ask = harness.passedDown().get(0);
        assertThat(ask.isToGroup()).isTrue();
        assertThat(ask.has(Packet.UNRELIABLE)).isFalse();
        ProtocolHarness receiver = ProtocolHarness.of(new FlowControl.Provider()).self(THREE).start();
        receiver.up(harness.overTheWire(ask));
        receiver.transferTo(harness);
        assertThat(harness.emittedUp(Event.SendingResumed.class)).hasSize(1);
    }
}
