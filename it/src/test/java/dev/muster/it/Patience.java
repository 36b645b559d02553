package dev.muster.it;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for what real machines do in their own time. */
public final class Patience {

    private static final Duration DEADLINE = Duration.ofSeconds(60);
    private static final long LOOK_EVERY_NANOS = 1_000_000;

    private Patience() {}

    /**
     * Wait for a condition; the deadline only says that something hangs.
     *
     * @param what is waited for
     * @param condition looked at every millisecond; what it throws ends the waiting
     */
    public static void await(String what, BooleanSupplier condition) {
        await(() -> what, condition);
    }

    /**
     * Wait for a condition; the deadline only says that something hangs.
     *
     * @param what is waited for, and how things stand; asked only when the deadline has passed
     * @param condition looked at every millisecond; what it throws ends the waiting
     */
    public static void await(Supplier<String> what, BooleanSupplier condition) {
        if (!holdsWithin(DEADLINE, condition)) {
            throw new AssertionError("not within " + DEADLINE.toSeconds() + " s: " + what.get());
        }
    }

    /**
     * Watch for a while that something does not happen.
     *
     * @param duration how long
     * @param what must not happen
     * @param condition true if it has happened
     */
    public static void never(Duration duration, String what, BooleanSupplier condition) {
        if (holdsWithin(duration, condition)) {
            throw new AssertionError("must not happen, but did: " + what);
        }
    }

    private static boolean holdsWithin(Duration duration, BooleanSupplier condition) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - start > duration.toNanos()) {
                return false;
            }
            LockSupport.parkNanos(LOOK_EVERY_NANOS);
        }
        return true;
    }
}
