package dev.muster.protocols.reliability;

import static dev.muster.testkit.ProtocolHarness.member;
import static dev.muster.testkit.ProtocolHarness.viewInstalled;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.api.Address;
import dev.muster.api.Settings;
import dev.muster.spi.Event;
import dev.muster.spi.Packet;
import dev.muster.testkit.ProtocolHarness;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Flow control where the network loses what does not fit a buffer: senders share it. */
class CreditWindowTest {

    private static final long MOST = 2_000_000;
    private static final long BUFFER = 2_400_000;
    private static final int PACKET = 59_488;
    /** What a packet costs. */
    private static final int COST = 60_000;
    private static final Address TWO = member(2);
    private static final Address THREE = member(3);

    private static ProtocolHarness started(Address self) {
        ProtocolHarness harness = ProtocolHarness.of(new FlowControl.Provider(), new Settings()
                .set(FlowControl.MAX_CREDITS, MOST).set(FlowControl.MIN_THRESHOLD, 0.5)).self(self).start();
        harness.event(new Event.ReceiveBuffer(BUFFER)).event(viewInstalled(1, member(1), TWO, THREE, member(4), member(5)));
        return harness.clear();
    }

    private static void sendUntilItWaits(ProtocolHarness harness, Packet packet) {
        while (harness.emittedUp(Event.SendingPaused.class).isEmpty()) {
            harness.down(TestCluster.numbered(packet, 1, PACKET).withFlags(Packet.DATA));
        }
    }

    /** What a sender has under way when it waits. */
    private static long underWay(ProtocolHarness harness) {
        return harness.passedDown().stream().filter(packet -> packet.has(Packet.DATA)).count() * COST;
    }

    /** Of a sender's packets everything is received, and the application consumes some. */
    private static void receive(ProtocolHarness receiver, Address source, int number, int consumed) {
        for (int i = 1; i <= number; i++) {
            receiver.up(TestCluster.numbered(Packet.toGroup(), i, PACKET).from(source, 1).withFlags(Packet.DATA)
                    .with(FlowControlHeader.sent((long) i * COST)));
        }
        receiver.event(new Event.Consumed(source, true, (long) consumed * COST));
    }

    private static List<FlowControlHeader> shares(ProtocolHarness receiver, Address to) {
        return receiver.passedDown().stream().filter(packet -> to.equals(packet.destination()))
                .map(packet -> packet.header(FlowControlHeader.class)).toList();
    }

    @Test
    void whoBeginsTakesNoMoreThanIfAllOthersSentAsWell() {
        ProtocolHarness toGroup = started(member(1));
        sendUntilItWaits(toGroup, Packet.toGroup());
        assertThat(underWay(toGroup)).isEqualTo(BUFFER / 4);
        ProtocolHarness toOne = started(member(1));
        sendUntilItWaits(toOne, Packet.to(TWO));
        assertThat(underWay(toOne)).isEqualTo(BUFFER / 4);
    }

    @Test
    void aSingleSenderIsGivenTheWholeWindowSoon() {
        ProtocolHarness receiver = started(TWO);
        receive(receiver, member(1), 10, 5);
        assertThat(shares(receiver, member(1))).containsExactly(FlowControlHeader.share(true, 5 * COST, MOST));
    }

    @Test
    void thoseWhoSendAtPresentShareTheBuffer() {
        ProtocolHarness receiver = started(TWO);
        receive(receiver, THREE, 1, 0);
        receive(receiver, member(4), 1, 0);
        receive(receiver, member(1), 10, 5);
        assertThat(shares(receiver, member(1))).containsExactly(FlowControlHeader.share(true, 5 * COST, BUFFER / 3));
    }

    @Test
    void whoHasFallenSilentLeavesItsShareToTheOthers() {
        ProtocolHarness receiver = started(TWO);
        receive(receiver, THREE, 1, 0);
        receiver.advance(Duration.ofSeconds(2));
        receive(receiver, member(1), 10, 5);
        assertThat(shares(receiver, member(1))).containsExactly(FlowControlHeader.share(true, 5 * COST, MOST));
    }

    @Test
    void ownGroupDataTakeNoShareForTheyDoNotComeOverTheNetwork() {
        ProtocolHarness receiver = started(TWO);
        receive(receiver, TWO, 1, 0);
        receive(receiver, THREE, 1, 0);
        receive(receiver, member(1), 10, 5);
        assertThat(shares(receiver, member(1))).containsExactly(FlowControlHeader.share(true, 5 * COST, BUFFER / 2));
    }

    @Test
    void aReceiverTellsWhenHalfOfWhatItToldLastIsConsumed() {
        ProtocolHarness receiver = started(TWO);
        receive(receiver, member(1), 40, 5);
        receiver.clear().event(new Event.Consumed(member(1), true, 15 * COST));
        assertThat(shares(receiver, member(1))).isEmpty();
        receiver.event(new Event.Consumed(member(1), true, 2 * COST));
        assertThat(shares(receiver, member(1))).hasSize(1);
    }

    @Test
    void aSenderKeepsToTheSmallestShareThatItWasTold() {
        ProtocolHarness sender = started(member(1));
        sendUntilItWaits(sender, Packet.toGroup());
        sender.clear();
        for (int i = 0; i < 10; i++) {
            sender.down(TestCluster.numbered(Packet.toGroup(), 1, PACKET).withFlags(Packet.DATA));
        }
        receive(sender, member(1), 10, 10);
        for (Address receiver : List.of(TWO, THREE, member(4))) {
            sender.up(Packet.to(member(1)).from(receiver, 1).with(FlowControlHeader.share(true, 10 * COST, MOST)));
        }
        assertThat(underWay(sender)).isZero();
        sender.up(Packet.to(member(1)).from(member(5), 1).with(FlowControlHeader.share(true, 10 * COST, 300_000)));
        assertThat(underWay(sender)).isEqualTo(300_000);
    }

    @Test
    void inALargeGroupASenderIsLeftAFewPacketsAllTheSame() {
        CreditWindow window = new CreditWindow(MOST, MOST / 2);
        window.waitsIn(BUFFER);
        assertThat(window.among(1_000)).isEqualTo(CreditWindow.LEAST_SHARE);
        assertThat(window.quantum(window.among(1_000))).isEqualTo(CreditWindow.LEAST_SHARE / 2);
    }

    @Test
    void smallPacketsCostWhatTheyTakeUpInTheSystem() {
        ProtocolHarness sender = started(member(1));
        for (int i = 0; i < 2_000; i++) {
            sender.down(TestCluster.numbered(Packet.to(TWO), 1, 88).withFlags(Packet.DATA));
        }
        assertThat(sender.passedDown()).hasSize((int) (BUFFER / 4 / 600));
    }
}
