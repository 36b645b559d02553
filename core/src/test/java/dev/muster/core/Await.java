package dev.muster.core;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for something to become true, until a deadline that is long enough for a busy machine. */
final class Await {

    private static final long DEADLINE_NANOS = TimeUnit.SECONDS.toNanos(60);

    private Await() {}

    static void until(String what, BooleanSupplier condition) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - start > DEADLINE_NANOS) {
                throw new AssertionError("waited in vain until " + what);
            }
            LockSupport.parkNanos(100_000);
        }
    }
}
