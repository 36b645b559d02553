package dev.muster.core;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.api.NotConnectedException;
import dev.muster.spi.Limits;
import dev.muster.spi.Packet;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jetbrains.lincheck.Lincheck;
import org.jetbrains.lincheck.LincheckAssertionError;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The outbox with several threads: its operations are linearizable (Lincheck, against the outbox itself run by one
 * thread), no drain is lost (Lincheck's model checker), and under load each thread's messages come out in order, once, and
 * within the bound (a stress test with a checker, since callers that wait for room don't fit Lincheck's operations).
 */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class OutboxConcurrencyTest {

    private static final Limits SMALL = new Limits(12, 1_000, true);

    /** Operations that Lincheck combines; small enough that packets are sealed and room runs out. */
    public static class Operations {
        private final Outbox outbox = new Outbox(10, Runnable::run);

        public Operations() {
            outbox.open(SMALL);
        }

        @Operation
        public boolean appendToGroup(int value) {
            return append(null, value);
        }

        @Operation
        public boolean appendToBert(int value) {
            return append(Fakes.BERT, value);
        }

        private boolean append(dev.muster.api.Address destination, int value) {
            byte[] payload = {(byte) value, (byte) value, 0};
            return outbox.append(destination, 0, payload, 0, payload.length, Outbox.WhenFull.REFUSE);
        }

        @Operation
        public void appendLater(int value) {
            outbox.appendLater(null, 0, new byte[] {(byte) value});
        }

        @Operation
        public String take() {
            Packet packet = outbox.take();
            return packet == null ? "none" : packet.destination() + ":" + content(packet);
        }

        private static List<Integer> content(Packet packet) {
            List<Integer> content = new ArrayList<>();
            for (int i = packet.offset(); i < packet.offset() + packet.length(); i++) {
                content.add((int) packet.buffer()[i]);
            }
            return content;
        }

        @Operation
        public void pauseGroup() {
            outbox.pause(null);
        }

        @Operation
        public void resumeGroup() {
            outbox.resume(null);
        }

        @Operation
        public void close() {
            outbox.close("over");
        }

        @Operation
        public long queuedBytes() {
            return outbox.queuedBytes();
        }
    }

    @Test
    void operationsOfSeveralThreadsHaveTheEffectOfSomeOrderOfThem() {
        new ModelCheckingOptions().iterations(2).invocationsPerIteration(15).threads(2).actorsPerThread(2)
                .check(Operations.class);
    }

    @Test
    void operationsOfSeveralThreadsHaveTheEffectOfSomeOrderAlsoUnderStress() {
        new StressOptions().iterations(6).invocationsPerIteration(150).threads(3).actorsPerThread(3)
                .check(Operations.class);
    }

    /** A channel in small: senders claim the drain, whoever owns carries it out. */
    private static final class Drainage {
        private final Outbox outbox = new Outbox(1_000, Runnable::run);
        private final Ownership ownership = new Ownership();
        private final AtomicInteger drains = new AtomicInteger();
        private final AtomicInteger taken = new AtomicInteger();
        private final boolean beginsTooLate;

        private Drainage(boolean beginsTooLate) {
            this.beginsTooLate = beginsTooLate;
            outbox.open(SMALL);
        }

        private void send() {
            outbox.append(null, 0, new byte[] {1, 2, 3, 4, 5, 6}, 0, 6, Outbox.WhenFull.REFUSE);
            if (outbox.claimDrain()) {
                drains.incrementAndGet();
                if (ownership.acquireOrRequest()) {
                    own();
                }
            }
        }

        private void own() {
            do {
                for (int claimed = drains.getAndSet(0); claimed > 0; claimed--) {
                    drain();
                }
            } while (!ownership.release());
        }

        private void drain() {
            if (!beginsTooLate) {
                outbox.beginDrain();
            }
            while (outbox.take() != null) {
                taken.incrementAndGet();
            }
            if (beginsTooLate) {
                outbox.beginDrain();
            }
        }
    }

    private static void twoSenders(boolean beginsTooLate) {
        Lincheck.runConcurrentTest(40, () -> {
            Drainage drainage = new Drainage(beginsTooLate);
            Threads.together(drainage::send, drainage::send);
            if (!drainage.outbox.isEmpty()) {
                throw new AssertionError("a message was left lying");
            }
        });
    }

    @Test
    void noMessageIsLeftLyingBecauseADrainWasNotAskedFor() {
        twoSenders(false);
    }

    @Test
    void theCheckFindsADrainThatBeginsTooLate() {
        assertThatThrownBy(() -> twoSenders(true)).isInstanceOf(LincheckAssertionError.class)
                .hasMessageContaining("a message was left lying");
    }

    /** Checks what comes out: per sender in order, nothing twice. */
    private static final class Checker {
        private final Map<Integer, Integer> last = new HashMap<>();
        private long messages;

        void check(Packet packet) {
            LentBatch batch = new LentBatch(packet.from(Fakes.ANNA, 1), false);
            while (batch.next()) {
                int sender = batch.buffer()[batch.offset()];
                int number = number(batch.buffer(), batch.offset());
                int expected = last.merge(sender, 1, Integer::sum) - 1;
                if (number != expected) {
                    throw new AssertionError("of sender " + sender + " came " + number + ", expected " + expected);
                }
                messages++;
            }
        }

        private static int number(byte[] buffer, int offset) {
            return (buffer[offset + 1] & 0xFF) << 16 | (buffer[offset + 2] & 0xFF) << 8 | buffer[offset + 3] & 0xFF;
        }
    }

    private static byte[] message(int sender, int number) {
        byte[] message = new byte[4 + (number * 31 + sender) % 60];
        message[0] = (byte) sender;
        message[1] = (byte) (number >>> 16);
        message[2] = (byte) (number >>> 8);
        message[3] = (byte) number;
        return message;
    }

    @Test
    void eachThreadsMessagesComeOutInOrderOnceAndWithinTheBound() {
        int senders = 4;
        int perSender = 10_000;
        long capacity = 4_096;
        ExecutorService completions = Executors.newFixedThreadPool(2);
        Outbox outbox = new Outbox(capacity, completions);
        outbox.open(new Limits(512, 10_000, true));
        Checker checker = new Checker();
        AtomicLong most = new AtomicLong();
        AtomicInteger completed = new AtomicInteger();
        Threads.Task[] tasks = new Threads.Task[senders + 2];
        for (int sender = 0; sender < senders; sender++) {
            int self = sender;
            tasks[sender] = () -> {
                for (int number = 0; number < perSender; number++) {
                    send(outbox, self, number, completed);
                }
            };
        }
        AtomicBoolean done = new AtomicBoolean();
        tasks[senders] = () -> {
            try {
                while (checker.messages < (long) senders * perSender) {
                    most.accumulateAndGet(outbox.queuedBytes(), Math::max);
                    Packet packet = outbox.take();
                    if (packet != null) {
                        checker.check(packet);
                    }
                }
            } finally {
                done.set(true);
                outbox.close("the checker is done");
            }
        };
        tasks[senders + 1] = () -> {
            while (!done.get()) {
                outbox.pause(null);
                Thread.onSpinWait();
                outbox.resume(null);
                Thread.yield();
            }
        };

        Threads.together(tasks);

        int async = senders * (perSender / 5);
        Await.until("all futures are complete", () -> completed.get() == async);
        completions.shutdown();
        if (!outbox.isEmpty() || outbox.queuedBytes() != 0 || most.get() > capacity + 70) {
            throw new AssertionError("left over " + outbox.queuedBytes() + " bytes, at most " + most + " were queued");
        }
    }

    private static void send(Outbox outbox, int self, int number, AtomicInteger completed) {
        byte[] message = message(self, number);
        switch (number % 5) {
            case 0 -> outbox.appendLater(null, 0, message).thenRun(completed::incrementAndGet);
            case 1 -> {
                while (!outbox.append(null, 0, message, 0, message.length, Outbox.WhenFull.REFUSE)) {
                    Thread.yield();
                }
            }
            default -> outbox.append(null, 0, message, 0, message.length, Outbox.WhenFull.WAIT);
        }
    }

    @Test
    void theCheckerFindsMessagesThatOvertakeEachOther() {
        Outbox outbox = new Outbox(4_096, Runnable::run);
        outbox.open(new Limits(512, 10_000, true));
        byte[] second = message(0, 1);
        outbox.append(null, 0, second, 0, second.length, Outbox.WhenFull.REFUSE);

        assertThatThrownBy(() -> new Checker().check(outbox.take())).isInstanceOf(AssertionError.class)
                .hasMessageContaining("of sender 0 came 1, expected 0");
    }

    @Test
    void closingLetsEverybodyGoWhoWaits() {
        for (int round = 0; round < 500; round++) {
            Outbox outbox = new Outbox(8, Runnable::run);
            outbox.open(SMALL);
            AtomicInteger refused = new AtomicInteger();
            Threads.Task sender = () -> {
                try {
                    while (true) {
                        outbox.append(null, 0, new byte[6], 0, 6, Outbox.WhenFull.WAIT);
                    }
                } catch (NotConnectedException e) {
                    refused.incrementAndGet();
                }
            };

            Threads.together(sender, sender, () -> outbox.close("over"));

            if (refused.get() != 2) {
                throw new AssertionError("only " + refused + " senders learnt of the end");
            }
        }
    }
}
