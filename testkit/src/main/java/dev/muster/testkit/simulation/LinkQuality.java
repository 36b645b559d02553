package dev.muster.testkit.simulation;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How well a link carries, one way. On streams loss shows as delay, since their bytes are sent again; duplicates and
 * reordering don't show there at all.
 *
 * @param delay least time on the way
 * @param jitter most time more, evenly spread
 * @param loss part of datagrams lost, 0 to 1
 * @param duplication part of datagrams that come twice
 * @param reordering part of datagrams that take several times as long, so that later ones overtake them
 * @param tail part of everything that takes very long: up to {@code tailDelay}
 * @param tailDelay the longest time that takes
 */
public record LinkQuality(Duration delay, Duration jitter, double loss, double duplication, double reordering,
        double tail, Duration tailDelay) {

    /** A local network in good health. */
    public static final LinkQuality GOOD = new LinkQuality(Duration.ofNanos(100_000), Duration.ofNanos(200_000), 0, 0, 0,
            0, Duration.ZERO);

    /** Loss of 10 %, duplicates, reordering and now and then a very late packet. */
    public static final LinkQuality BAD = new LinkQuality(Duration.ofNanos(200_000), Duration.ofMillis(2), 0.10, 0.02, 0.05,
            0.005, Duration.ofMillis(300));

    /**
     * The same with another loss.
     *
     * @param part 0 to 1
     * @return new quality
     */
    public LinkQuality withLoss(double part) {
        return new LinkQuality(delay, jitter, part, duplication, reordering, tail, tailDelay);
    }

    long datagramNanos(RandomGenerator random) {
        long nanos = wayNanos(random);
        return reordering > 0 && random.nextDouble() < reordering ? nanos * 4 + nanos(jitter) : nanos;
    }

    /** Whether a time is one that only the tail explains. */
    boolean isLate(long nanos) {
        return tail > 0 && nanos > 5 * (nanos(delay) + nanos(jitter));
    }

    /** Time on the way including that for sending lost segments again. */
    long streamNanos(RandomGenerator random) {
        long nanos = wayNanos(random);
        long wait = 2 * nanos(delay) + 10_000_000L;
        for (int tries = 0; loss > 0 && tries < 10 && random.nextDouble() < loss; tries++) {
            nanos += wait + random.nextLong(wait);
            wait *= 2;
        }
        return nanos;
    }

    private long wayNanos(RandomGenerator random) {
        long nanos = nanos(delay);
        if (!jitter.isZero()) {
            nanos += random.nextLong(nanos(jitter));
        }
        if (tail > 0 && random.nextDouble() < tail) {
            double late = random.nextDouble();
            nanos += (long) (late * late * nanos(tailDelay));
        }
        return nanos;
    }

    private static long nanos(Duration duration) {
        return duration.toNanos();
    }
}
