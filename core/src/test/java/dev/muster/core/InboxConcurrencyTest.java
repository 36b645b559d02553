package dev.muster.core;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.api.Address;
import dev.muster.api.Flag;
import dev.muster.spi.Packet;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jetbrains.lincheck.Lincheck;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The inbox with one thread that fills it and several that deliver. Its work is done by callbacks on an executor, so it has
 * no operations whose results Lincheck could compare; instead a checker watches what the callbacks see, in a small case
 * under Lincheck's model checker and in a large one on a real pool.
 */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class InboxConcurrencyTest {

    private static final Address[] SOURCES = {Fakes.ANNA, Fakes.BERT, Fakes.CARL};

    /** What an inbox is to whoever fills it, so that a broken one can be put in its place. */
    private record Target(Consumer<Packet> packets, Consumer<Inbox.Barrier> barriers) {}

    /**
     * Watches deliveries. A packet carries the number of the view it was accepted in and its number in its lane; barriers
     * begin views.
     */
    private static final class Checker {
        private final AtomicInteger view = new AtomicInteger();
        private final AtomicInteger running = new AtomicInteger();
        private final AtomicInteger handed = new AtomicInteger();
        private final AtomicLong credit = new AtomicLong();
        private final AtomicIntegerArray nextInLane = new AtomicIntegerArray(SOURCES.length);
        private final AtomicIntegerArray laneBusy = new AtomicIntegerArray(SOURCES.length);
        private final ConcurrentLinkedQueue<String> problems = new ConcurrentLinkedQueue<>();

        void deliver(Packet packet) {
            running.incrementAndGet();
            String[] parts = Fakes.text(packet).split(" ");
            if (Integer.parseInt(parts[0]) != view.get()) {
                problems.add("packet " + Fakes.text(packet) + " in view " + view);
            }
            if (!packet.has(Flag.OOB)) {
                checkLane(indexOf(packet.source()), Integer.parseInt(parts[1]));
            }
            handed.incrementAndGet();
            running.decrementAndGet();
        }

        private void checkLane(int lane, int number) {
            if (laneBusy.incrementAndGet(lane) != 1) {
                problems.add("two threads in one lane");
            }
            int expected = nextInLane.getAndIncrement(lane);
            if (number != expected) {
                problems.add("lane " + lane + " handed over " + number + ", expected " + expected);
            }
            laneBusy.decrementAndGet(lane);
        }

        private static int indexOf(Address source) {
            return (int) source.high() - 1;
        }

        Inbox.Barrier barrier(int newView) {
            return done -> {
                if (running.get() != 0) {
                    problems.add("a barrier ran beside a delivery");
                }
                view.set(newView);
                done.run();
            };
        }

        void consumed(Address source, boolean toGroup, long bytes) {
            credit.addAndGet(bytes);
        }

        void expect(int packets, long credits) {
            if (handed.get() != packets) {
                problems.add("handed over " + handed + " packets of " + packets);
            }
            if (credit.get() != credits) {
                problems.add("gave back " + credit + " of " + credits + " bytes of credit");
            }
            if (!problems.isEmpty()) {
                throw new AssertionError(String.join("; ", problems));
            }
        }
    }

    private static Target real(Executor executor, Checker checker) {
        Inbox inbox = new Inbox(executor, executor, checker::deliver, checker::consumed);
        return new Target(inbox::accept, inbox::accept);
    }

    /** Lets packets that are out of band pass barriers by. */
    private static Target overtaking(Executor executor, Checker checker) {
        Inbox inbox = new Inbox(executor, executor, checker::deliver, checker::consumed);
        return new Target(packet -> {
            if (packet.has(Flag.OOB)) {
                executor.execute(() -> {
                    checker.deliver(packet);
                    checker.consumed(packet.source(), true, packet.credit());
                });
            } else {
                inbox.accept(packet);
            }
        }, inbox::accept);
    }

    /** Forgets that a lane is being run. */
    private static Target careless(Executor executor, Checker checker) {
        return new Target(packet -> executor.execute(() -> {
            checker.deliver(packet);
            checker.consumed(packet.source(), true, packet.credit());
        }), barrier -> barrier.run(() -> {}));
    }

    /** Makes an inbox on an executor. */
    private interface Maker {
        Target make(Executor executor, Checker checker);
    }

    private static Packet packet(int source, int view, int number, boolean oob) {
        Packet packet = Fakes.packet(SOURCES[source], view + " " + number);
        return oob ? packet.withFlags(Flag.OOB.bit()) : packet;
    }

    /** Two lanes, an OOB packet and a barrier in the middle, two delivering threads. */
    private static void smallCase() {
        Lincheck.runConcurrentTest(30, () -> {
            ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
            Checker checker = new Checker();
            Target inbox = real(tasks::add, checker);
            List<Packet> before = List.of(packet(0, 0, 0, false), packet(1, 0, 0, false));
            List<Packet> after = List.of(packet(0, 1, 1, false), packet(1, 1, 0, true));
            Threads.together(() -> {
                before.forEach(inbox.packets);
                inbox.barriers.accept(checker.barrier(1));
                after.forEach(inbox.packets);
            }, () -> runSome(tasks, 3), () -> runSome(tasks, 3));
            runSome(tasks, Integer.MAX_VALUE);
            checker.expect(4, 12);
        });
    }

    private static void runSome(ConcurrentLinkedQueue<Runnable> tasks, int most) {
        Runnable task = tasks.poll();
        for (int i = 0; i < most && task != null; i++) {
            task.run();
            task = i + 1 < most ? tasks.poll() : null;
        }
    }

    @Test
    void lanesKeepTheirOrderAndNothingPassesABarrier() {
        smallCase();
    }

    @Test
    void theCheckFindsPacketsThatPassABarrier() {
        assertThatThrownBy(() -> stress(InboxConcurrencyTest::overtaking, 2_000)).isInstanceOf(AssertionError.class)
                .hasMessageContaining("in view");
    }

    @Test
    void theCheckFindsLanesRunByTwoThreads() {
        assertThatThrownBy(() -> stress(InboxConcurrencyTest::careless, 2_000)).isInstanceOf(AssertionError.class);
    }

    @Test
    void lanesKeepTheirOrderAndNothingPassesABarrierUnderLoad() {
        stress(InboxConcurrencyTest::real, 2_000);
    }

    private static void stress(Maker maker, int rounds) {
        ExecutorService pool = Executors.newFixedThreadPool(4);
        try {
            Checker checker = new Checker();
            Target inbox = maker.make(pool, checker);
            int[] next = new int[SOURCES.length];
            List<Packet> sent = new ArrayList<>();
            for (int round = 0; round < rounds; round++) {
                for (int i = 0; i < 20; i++) {
                    int source = (round + i * 7) % SOURCES.length;
                    boolean oob = i % 6 == 5;
                    Packet packet = packet(source, round, oob ? -1 : next[source]++, oob);
                    sent.add(packet);
                    inbox.packets.accept(packet);
                }
                inbox.barriers.accept(checker.barrier(round + 1));
            }
            long credit = sent.stream().mapToLong(Packet::credit).sum();
            Await.until("all is handed over", () -> checker.handed.get() >= sent.size() && checker.credit.get() >= credit
                    && checker.view.get() == rounds);
            checker.expect(sent.size(), credit);
        } finally {
            pool.shutdownNow();
        }
    }
}
