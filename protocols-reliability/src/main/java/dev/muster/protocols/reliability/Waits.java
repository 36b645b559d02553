package dev.muster.protocols.reliability;

import java.time.Duration;
import java.util.List;

/** Successive waits before something is tried again; the last one repeats. */
final class Waits {

    private final long[] nanos;

    Waits(List<Duration> waits) {
        nanos = new long[waits.size()];
        for (int i = 0; i < nanos.length; i++) {
            nanos[i] = waits.get(i).toNanos();
        }
    }

    /** How many there are. */
    int count() {
        return nanos.length;
    }

    /** Wait after a number of tries, from 0. */
    long after(int tries) {
        return nanos[Math.min(tries, nanos.length - 1)];
    }
}
