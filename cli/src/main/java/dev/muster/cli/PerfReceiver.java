package dev.muster.cli;

import dev.muster.api.Address;
import dev.muster.api.Message;
import dev.muster.api.MessageBatch;
import dev.muster.api.Receiver;
import dev.muster.api.View;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Counts what arrives and looks at its order.
 *
 * <p>A message begins with its number among its sender's, from 1; the last one of a sender with the negative count of all.
 */
final class PerfReceiver implements Receiver {

    /** Least size of a message. */
    static final int LEAST_BYTES = Long.BYTES;

    private static final VarHandle NUMBER = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    /**
     * What arrived between {@link #prepare} and the last message of the last sender.
     *
     * @param delivered messages, last marks aside
     * @param lost messages that never came
     * @param outOfOrder messages that came too early, too late or twice
     * @param lastMicros when the last one came
     * @param cpuBefore as handed to {@link #prepare}
     */
    record Tally(long delivered, long lost, long outOfOrder, long lastMicros, Duration cpuBefore) {}

    /** One sender. Messages of one sender come one at a time. */
    private static final class Sender {
        long delivered;
        long expected = 1;
        long outOfOrder;
        /** Guarded by the receiver: whoever sees all of them sees all that came before them. */
        long sent = -1;

        /** Take a number; true if it was the last mark. */
        boolean take(long number) {
            if (number < 0) {
                return true;
            }
            delivered++;
            if (number != expected) {
                outOfOrder++;
            }
            expected = number + 1;
            return false;
        }
    }

    private final Consumer<Tally> done;
    private final Consumer<View> views;
    private volatile Map<Address, Sender> senders = new ConcurrentHashMap<>();
    private volatile int expectedSenders;
    private volatile Duration cpuBefore = Duration.ZERO;

    PerfReceiver(Consumer<Tally> done, Consumer<View> views) {
        this.done = done;
        this.views = views;
    }

    static void write(byte[] payload, long number) {
        NUMBER.set(payload, 0, number);
    }

    /** Forget everything; nothing may be under way. */
    void prepare(int count, Duration cpu) {
        senders = new ConcurrentHashMap<>();
        expectedSenders = count;
        cpuBefore = cpu;
    }

    /** The same, message by message. */
    Receiver plain() {
        return new Receiver() {
            @Override
            public void receive(Message message) {
                take(message.source(), message.payload(), 0);
            }

            @Override
            public void viewAccepted(View view) {
                views.accept(view);
            }
        };
    }

    @Override
    public void receive(Message message) {
        take(message.source(), message.payload(), 0);
    }

    @Override
    public void receive(MessageBatch batch) {
        Sender sender = sender(batch.source());
        while (batch.next()) {
            long number = (long) NUMBER.get(batch.buffer(), batch.offset());
            if (sender.take(number)) {
                finish(sender, -number);
            }
        }
    }

    private void take(Address source, byte[] payload, int offset) {
        Sender sender = sender(source);
        long number = (long) NUMBER.get(payload, offset);
        if (sender.take(number)) {
            finish(sender, -number);
        }
    }

    private Sender sender(Address source) {
        return senders.computeIfAbsent(source, address -> new Sender());
    }

    /** A sender has come to its end; the one that is the last to do so tells. */
    private synchronized void finish(Sender finished, long sent) {
        finished.sent = sent;
        Map<Address, Sender> all = senders;
        if (all.size() < expectedSenders || all.values().stream().anyMatch(sender -> sender.sent < 0)) {
            return;
        }
        long delivered = all.values().stream().mapToLong(sender -> sender.delivered).sum();
        long lost = all.values().stream().mapToLong(sender -> Math.max(0, sender.sent - sender.delivered)).sum();
        long outOfOrder = all.values().stream().mapToLong(sender -> sender.outOfOrder).sum();
        done.accept(new Tally(delivered, lost, outOfOrder, MemberLine.nowMicros(), cpuBefore));
    }

    @Override
    public void viewAccepted(View view) {
        views.accept(view);
    }
}
