package dev.muster.core;

import dev.muster.api.Address;
import dev.muster.api.View;
import dev.muster.api.ViewId;
import dev.muster.spi.Environment;
import dev.muster.spi.Network;
import dev.muster.spi.Packet;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;

/** Stand-ins shared by tests: addresses, packets, an environment whose time and tasks move only when told. */
final class Fakes {

    static final Address ANNA = Address.of(1, 1, "anna");
    static final Address BERT = Address.of(2, 2, "bert");
    static final Address CARL = Address.of(3, 3, "carl");

    private Fakes() {}

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static View view(long counter, Address... members) {
        return new View(new ViewId(counter, members[0]), List.of(members));
    }

    /** A group packet of one message. */
    static Packet packet(Address source, String text) {
        byte[] payload = bytes(text);
        return Packet.toGroup().withFlags(Packet.DATA | Packet.SINGLE).withPayload(payload, 0, payload.length)
                .from(source, 1).withCredit(payload.length);
    }

    static String text(Packet packet) {
        return new String(packet.buffer(), packet.offset(), packet.length(), StandardCharsets.UTF_8);
    }

    /** The messages of a packet from an outbox. */
    static List<String> messages(Packet packet) {
        List<String> texts = new ArrayList<>();
        LentBatch batch = new LentBatch(packet.from(ANNA, 1), false);
        while (batch.next()) {
            texts.add(batch.message().text());
        }
        return texts;
    }

    /** Runs tasks when told. */
    static final class ManualExecutor implements Executor {
        private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();

        @Override
        public synchronized void execute(Runnable task) {
            tasks.add(task);
        }

        synchronized int size() {
            return tasks.size();
        }

        private synchronized Runnable poll() {
            return tasks.poll();
        }

        boolean runOne() {
            Runnable task = poll();
            if (task != null) {
                task.run();
            }
            return task != null;
        }

        void runAll() {
            while (runOne()) {
                // until none is left
            }
        }
    }

    /** One thread, a clock that stands, an executor for deliveries. */
    static final class ManualEnvironment implements Environment {
        final ManualExecutor tasks = new ManualExecutor();
        final ManualExecutor deliveries = new ManualExecutor();
        final TimerQueue timers = new TimerQueue();
        long now = 1_000;
        int scheduled;
        int closed;
        private long addresses;

        void settle() {
            while (tasks.runOne() || deliveries.runOne()) {
                // until nothing is left to do
            }
        }

        void advance(long nanos) {
            now += nanos;
            for (Runnable task = timers.due(now); task != null; task = timers.due(now)) {
                task.run();
                settle();
            }
        }

        @Override
        public long nowNanos() {
            return now;
        }

        @Override
        public long wallMillis() {
            return 0;
        }

        @Override
        public RandomGenerator newRandom() {
            return new SplittableRandom(1);
        }

        @Override
        public Address newAddress(String name) {
            return Address.of(77, ++addresses, name);
        }

        @Override
        public void execute(Runnable task) {
            tasks.execute(task);
        }

        @Override
        public Scheduled schedule(long delayNanos, Runnable task) {
            scheduled++;
            return timers.add(now + delayNanos, task);
        }

        @Override
        public Executor delivery() {
            return deliveries;
        }

        @Override
        public Network network() {
            throw new UnsupportedOperationException("these tests have no network");
        }

        @Override
        public void runOrHandOver(Runnable work) {
            tasks.execute(work);
        }

        @Override
        public void close() {
            closed++;
        }
    }
}
