package dev.muster.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.api.Address;
import dev.muster.api.BackPressureException;
import dev.muster.api.Flag;
import dev.muster.api.MessageTooLargeException;
import dev.muster.api.NotConnectedException;
import dev.muster.core.Outbox.WhenFull;
import dev.muster.spi.Limits;
import dev.muster.spi.Packet;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 2, unit = TimeUnit.MINUTES)
class OutboxTest {

    private static final int OOB = Flag.OOB.bit();

    private final Outbox outbox = open(1_000, new Limits(100, 5_000, true));

    private static Outbox open(long capacity, Limits limits) {
        Outbox outbox = new Outbox(capacity, Runnable::run);
        outbox.open(limits);
        return outbox;
    }

    private static boolean append(Outbox outbox, Address destination, int flags, String text, WhenFull whenFull) {
        byte[] payload = Fakes.bytes("#" + text + "#");
        return outbox.append(destination, flags, payload, 1, payload.length - 2, whenFull);
    }

    private void append(Address destination, int flags, String text) {
        assertThat(append(outbox, destination, flags, text, WhenFull.REFUSE)).isTrue();
    }

    private static List<String> drain(Outbox outbox) {
        List<String> packets = new ArrayList<>();
        for (Packet packet = outbox.take(); packet != null; packet = outbox.take()) {
            packets.add((packet.destination() == null ? "all" : packet.destination().toString())
                    + (packet.has(Flag.OOB) ? " oob" : "") + (packet.has(Packet.SINGLE) ? " single" : "") + " "
                    + Fakes.messages(packet));
        }
        return packets;
    }

    @Test
    void messagesToOneDestinationShareAPacket() {
        append(null, 0, "a");
        append(Fakes.BERT, 0, "b");
        append(null, 0, "c");
        append(Fakes.BERT, 0, "d");

        assertThat(drain(outbox)).containsExactly("all [a, c]", "bert [b, d]");
        assertThat(outbox.isEmpty()).isTrue();
        assertThat(outbox.queuedBytes()).isZero();
    }

    @Test
    void destinationsAreServedAgainAfterADrainAndInTurns() {
        for (int round = 0; round < 3; round++) {
            append(Fakes.BERT, 0, "b");
            append(Fakes.BERT, 0, "b2");
            assertThat(drain(outbox)).containsExactly("bert [b, b2]");
            append(Fakes.CARL, 0, "c");
            append(Fakes.BERT, OOB, "urgent");
            append(null, 0, "all");
            append(Fakes.CARL, 0, "c2");
            assertThat(drain(outbox)).containsExactly("carl [c, c2]", "bert oob [urgent]", "all [all]");
        }
        outbox.clear();
        append(Fakes.CARL, 0, "c");
        assertThat(drain(outbox)).containsExactly("carl [c]");
    }

    @Test
    void aPacketIsDataAndHoldsTheCallersBytesAsTheyWere() {
        byte[] payload = Fakes.bytes("before");
        outbox.append(null, 0, payload, 0, payload.length, WhenFull.REFUSE);
        payload[0] = 'X';

        Packet packet = outbox.take();
        assertThat(packet.has(Packet.DATA)).isTrue();
        assertThat(packet.isToGroup()).isTrue();
        assertThat(Fakes.messages(packet)).containsExactly("before");
    }

    @Test
    void aPacketIsFullWhenTheNextMessageWithItsLengthWouldNotFit() {
        String nineteen = "x".repeat(19);
        for (int i = 0; i < 6; i++) {
            append(null, 0, nineteen);
        }

        Packet first = outbox.take();
        assertThat(first.length()).isEqualTo(100);
        assertThat(Fakes.messages(first)).hasSize(5);
        assertThat(Fakes.messages(outbox.take())).hasSize(1);
    }

    @Test
    void messagesOfAnySizeComeOutAsTheyWentIn() {
        Outbox large = open(1 << 30, new Limits(70_000, 1 << 20, true));
        List<String> sent = new ArrayList<>();
        for (int length : new int[] {0, 1, 127, 128, 16_383, 16_384, 69_994, 69_995, 69_996, 70_000, 70_001, 300_000, 0}) {
            sent.add("y".repeat(length));
            append(large, null, 0, "y".repeat(length), WhenFull.REFUSE);
        }

        List<String> received = new ArrayList<>();
        for (Packet packet = large.take(); packet != null; packet = large.take()) {
            assertThat(packet.length()).isLessThanOrEqualTo(packet.has(Packet.SINGLE) ? 300_000 : 70_000);
            received.addAll(Fakes.messages(packet));
        }
        assertThat(received).isEqualTo(sent);
        assertThat(large.queuedBytes()).isZero();
    }

    @Test
    void largeMessagesGoAloneAndKeepTheirPlace() {
        append(null, 0, "a");
        append(null, 0, "z".repeat(300));
        append(null, 0, "b");

        assertThat(drain(outbox)).containsExactly("all [a]", "all single [" + "z".repeat(300) + "]", "all [b]");
    }

    @Test
    void anArrayThatWasGivenAwayIsSentFromIfItsMessageGoesAlone() {
        byte[] large = Fakes.bytes("z".repeat(300));
        byte[] small = Fakes.bytes("s");
        Outbox roomy = open(10_000, new Limits(100, 5_000, true));
        int noCopy = Flag.NO_COPY.bit();
        roomy.append(null, noCopy, large, 0, large.length, WhenFull.REFUSE);
        roomy.append(null, noCopy, large, 0, 200, WhenFull.REFUSE);
        roomy.append(null, 0, large, 0, large.length, WhenFull.REFUSE);
        roomy.appendLater(null, noCopy, large);
        roomy.append(null, noCopy, small, 0, small.length, WhenFull.REFUSE);

        assertThat(roomy.take().buffer()).isSameAs(large);
        assertThat(roomy.take().buffer()).as("a part of it").isNotSameAs(large).hasSize(200);
        assertThat(roomy.take().buffer()).as("without the flag").isNotSameAs(large).isEqualTo(large);
        Packet later = roomy.take();
        assertThat(later.buffer()).isSameAs(large);
        assertThat(later.has(Flag.NO_COPY)).as("nothing for the wire").isFalse();
        assertThat(Fakes.messages(roomy.take())).containsExactly("s");
    }

    @Test
    void aMessageThatMustNotBeBundledEndsItsPacket() {
        append(null, 0, "a");
        append(null, Flag.DONT_BUNDLE.bit(), "b");
        append(null, 0, "c");

        assertThat(drain(outbox)).containsExactly("all [a, b]", "all [c]");
    }

    @Test
    void messagesOutOfBandNeverShareAPacketWithOthers() {
        append(null, 0, "a");
        append(null, OOB, "urgent");
        append(null, 0, "b");

        assertThat(drain(outbox)).containsExactly("all [a, b]", "all oob [urgent]");
    }

    @Test
    void aStackThatIsNotPackedGetsOneMessagePerPacket() {
        Outbox unpacked = open(1_000, new Limits(100, 100, false));
        append(unpacked, null, 0, "a", WhenFull.REFUSE);
        append(unpacked, null, 0, "", WhenFull.REFUSE);
        append(unpacked, null, 0, "b", WhenFull.REFUSE);

        assertThat(drain(unpacked)).containsExactly("all single [a]", "all single []", "all single [b]");
    }

    @Test
    void whatTheStackCannotCarryIsRefusedWithARemedy() {
        assertThatThrownBy(() -> append(null, 0, "x".repeat(5_001))).isInstanceOf(MessageTooLargeException.class)
                .hasMessage("payload of 5001 bytes is more than the 5000 bytes this stack can carry; send smaller ones,"
                        + " or add FRAG2 to the stack");
        assertThatThrownBy(() -> outbox.appendLater(null, 0, new byte[5_001])).isInstanceOf(MessageTooLargeException.class);
        append(null, 0, "x".repeat(5_000));
    }

    @Test
    void aClosedOutboxSaysWhy() {
        Outbox fresh = new Outbox(10, Runnable::run);
        assertThatThrownBy(() -> append(fresh, null, 0, "a", WhenFull.WAIT)).isInstanceOf(NotConnectedException.class)
                .hasMessage("the channel is not connected; connect first");

        append(null, 0, "a");
        outbox.close("the channel is leaving the group");
        assertThatThrownBy(() -> append(null, 0, "b")).isInstanceOf(NotConnectedException.class)
                .hasMessageContaining("leaving");
        assertThat(drain(outbox)).as("what was accepted still goes out").containsExactly("all [a]");
    }

    @Test
    void pausedDestinationsAreHeldBackWhileOthersGoOnAndPausesAreCounted() {
        append(Fakes.BERT, 0, "b1");
        append(null, 0, "a");
        outbox.pause(Fakes.BERT);
        outbox.pause(Fakes.BERT);
        assertThat(drain(outbox)).containsExactly("all [a]");

        append(Fakes.BERT, 0, "b2");
        outbox.resume(Fakes.BERT);
        assertThat(drain(outbox)).isEmpty();
        outbox.resume(Fakes.BERT);
        assertThat(drain(outbox)).containsExactly("bert [b1, b2]");

        outbox.resume(null);
        outbox.pause(null);
        append(null, 0, "c");
        assertThat(drain(outbox)).isEmpty();
        outbox.resume(null);
        assertThat(drain(outbox)).containsExactly("all [c]");
    }

    private void fill() {
        while (append(outbox, null, 0, "f".repeat(90), WhenFull.REFUSE)) {
            // until it is full
        }
    }

    @Test
    void aFullOutboxRefusesUntilAPacketIsTaken() {
        fill();
        assertThat(outbox.queuedBytes()).isBetween(1_000L, 1_100L);

        outbox.take();

        assertThat(append(outbox, null, 0, "x", WhenFull.REFUSE)).isTrue();
    }

    @Test
    void aDeliveryThreadHasAReserveAsLargeAsTheBoundThenIsRefused() {
        fill();
        long before = outbox.queuedBytes();

        assertThatThrownBy(() -> {
            for (int i = 0; i < 1_000; i++) {
                append(outbox, null, 0, "r".repeat(90), WhenFull.USE_RESERVE);
            }
        }).isInstanceOf(BackPressureException.class).hasMessageContaining("the reserve of 1000 bytes is used up");
        assertThat(outbox.queuedBytes()).isBetween(2_000L, 2_100L).isGreaterThan(before);
    }

    @Test
    void whatADeliveryThreadSendsDoesNotOvertakeWhatItAskedToBeSentLater() {
        fill();
        CompletableFuture<Void> first = outbox.appendLater(null, 0, Fakes.bytes("first"));
        assertThat(first).isNotDone();

        append(outbox, null, 0, "second", WhenFull.USE_RESERVE);

        assertThat(first).isDone();
        String all = String.join(",", drain(outbox));
        assertThat(all.indexOf("first")).isPositive().isLessThan(all.indexOf("second"));
    }

    @Test
    void messagesForLaterAreAcceptedInOrderAsRoomComes() {
        fill();
        List<CompletableFuture<Void>> futures = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            futures.add(outbox.appendLater(null, 0, Fakes.bytes(i + "-".repeat(80))));
        }
        assertThat(futures).noneMatch(CompletableFuture::isDone);
        assertThat(append(outbox, null, 0, "no overtaking", WhenFull.REFUSE)).isFalse();

        List<String> order = drain(outbox).stream().filter(packet -> !packet.contains("ffff"))
                .map(packet -> packet.replaceAll("\\D", "")).toList();

        assertThat(futures).allMatch(CompletableFuture::isDone);
        assertThat(order).isEqualTo(
                java.util.stream.IntStream.range(0, 30).mapToObj(String::valueOf).toList());
    }

    @Test
    void closingRefusesThoseThatWaitForRoom() {
        fill();
        CompletableFuture<Void> later = outbox.appendLater(null, 0, Fakes.bytes("later"));

        outbox.close("over");

        assertThat(later).isCompletedExceptionally();
        assertThatThrownBy(later::join).hasCauseInstanceOf(NotConnectedException.class);
    }

    @Test
    void clearingForgetsEverythingPausesIncluded() {
        append(null, 0, "a");
        append(Fakes.BERT, 0, "b");
        outbox.pause(null);

        outbox.clear();

        assertThat(outbox.isEmpty()).isTrue();
        assertThat(outbox.queuedBytes()).isZero();
        append(null, 0, "c");
        assertThat(drain(outbox)).containsExactly("all [c]");
    }

    @Test
    void anInterruptWhileWaitingLeavesTheOutboxUsableAndTheMessageUnsent() throws InterruptedException {
        fill();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        AtomicReference<Boolean> stillInterrupted = new AtomicReference<>();
        Thread waiter = new Thread(() -> {
            try {
                append(outbox, null, 0, "unsent", WhenFull.WAIT);
            } catch (BackPressureException e) {
                failure.set(e);
                stillInterrupted.set(Thread.currentThread().isInterrupted());
            }
        });
        waiter.start();
        Await.until("it waits", () -> waiter.getState() == Thread.State.WAITING);

        waiter.interrupt();
        waiter.join();

        assertThat(failure.get()).isNotNull().hasMessageContaining("was not sent");
        assertThat(stillInterrupted.get()).isTrue();
        assertThat(String.join(",", drain(outbox))).doesNotContain("unsent");
        append(outbox, null, 0, "next", WhenFull.WAIT);
        assertThat(drain(outbox)).containsExactly("all [next]");
    }

    @Test
    void aWaiterGoesOnWhenHalfOfTheRoomIsFree() throws InterruptedException {
        fill();
        Thread waiter = new Thread(() -> append(outbox, null, 0, "waited", WhenFull.WAIT));
        waiter.start();
        Await.until("it waits", () -> outbox.senders() == 1);

        while (outbox.queuedBytes() > 500) {
            assertThat(outbox.senders()).as("woken for less would be woken again and again").isEqualTo(1);
            outbox.take();
        }
        waiter.join();

        assertThat(String.join(",", drain(outbox))).contains("waited");
    }

    @Test
    void theDutyToDrainIsClaimedOnceUntilTheDrainBegins() {
        assertThat(outbox.claimDrain()).isTrue();
        assertThat(outbox.claimDrain()).isFalse();
        outbox.beginDrain();
        assertThat(outbox.claimDrain()).isTrue();
    }
}
