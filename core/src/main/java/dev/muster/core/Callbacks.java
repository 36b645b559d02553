package dev.muster.core;

import dev.muster.api.Wait;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Runs callbacks of the application, and tells of those that do not return. Safe for use by any thread. */
final class Callbacks {

    /** Whoever returns sooner keeps nobody waiting. */
    private static final long OVERDUE_NANOS = Duration.ofMillis(100).toNanos();

    private final Map<Thread, Running> running = new ConcurrentHashMap<>();
    private final LongSupplier clock;

    Callbacks(LongSupplier nanoClock) {
        clock = nanoClock;
    }

    private record Running(Supplier<String> cause, long since) {}

    /**
     * Run one; may be nested, of which the outermost counts.
     *
     * @param cause what it is called for, asked for only if somebody wants to know
     * @param callback what to run
     */
    void run(Supplier<String> cause, Runnable callback) {
        Thread thread = Thread.currentThread();
        boolean outermost = running.putIfAbsent(thread, new Running(cause, clock.getAsLong())) == null;
        try {
            DeliveryThread.run(callback);
        } finally {
            if (outermost) {
                running.remove(thread);
            }
        }
    }

    /** Those that are overdue, the longest first. */
    List<Wait> waits() {
        long now = clock.getAsLong();
        return running.entrySet().stream()
                .filter(call -> now - call.getValue().since() >= OVERDUE_NANOS)
                .map(call -> new Wait(Wait.Reason.APPLICATION, "the callback for " + call.getValue().cause().get()
                        + " has not returned on thread " + call.getKey().getName(), List.of(),
                        Duration.ofNanos(now - call.getValue().since())))
                .sorted(Comparator.comparing(Wait::lasting).reversed())
                .toList();
    }
}
