package dev.muster.interop;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for what real machines do in their own time. */
final class Patience {

    private static final Duration DEADLINE = Duration.ofSeconds(90);
    private static final long LOOK_EVERY_NANOS = 5_000_000;

    private Patience() {}

    /** Wait for a condition; the deadline only says that something hangs. */
    static void await(Supplier<String> what, BooleanSupplier condition) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - start > DEADLINE.toNanos()) {
                throw new AssertionError("not within " + DEADLINE.toSeconds() + " s: " + what.get());
            }
            LockSupport.parkNanos(LOOK_EVERY_NANOS);
        }
    }
}
