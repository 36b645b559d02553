package dev.muster.testkit.simulation;

import java.time.Duration;

/**
 * What the applications do.
 *
 * @param interval mean time between two messages of a member
 * @param unicasts part of the messages that go to one other member, 0 to 1
 * @param outOfBand part of the group messages that are out of band, 0 to 1
 * @param large part of the group messages that are large, 0 to 1
 * @param bytes most bytes of an ordinary message; at least 16
 * @param largeBytes bytes of a large one
 * @param withState newcomers ask for the state: all group messages so far
 */
public record Workload(Duration interval, double unicasts, double outOfBand, double large, int bytes,
        int largeBytes, boolean withState) {

    /** Few and small messages, one in ten to one member. */
    public static final Workload LIGHT = new Workload(Duration.ofMillis(400), 0.1, 0, 0, 100, 0, false);

    /** Members that only watch. */
    public static final Workload SILENT = new Workload(Duration.ofDays(1), 0, 0, 0, 16, 0, false);

    /**
     * The same at another rate.
     *
     * @param mean time between two messages of a member
     * @return a new workload
     */
    public Workload every(Duration mean) {
        return new Workload(mean, unicasts, outOfBand, large, bytes, largeBytes, withState);
    }

    /**
     * The same with some large messages.
     *
     * @param part of the group messages
     * @param size of a large one in bytes
     * @return a new workload
     */
    public Workload withLarge(double part, int size) {
        return new Workload(interval, unicasts, outOfBand, part, bytes, size, withState);
    }

    /**
     * The same with some messages out of band.
     *
     * @param part of the group messages
     * @return a new workload
     */
    public Workload withOutOfBand(double part) {
        return new Workload(interval, unicasts, part, large, bytes, largeBytes, withState);
    }

    /**
     * The same with states.
     *
     * @return a new workload
     */
    public Workload withStates() {
        return new Workload(interval, unicasts, outOfBand, large, bytes, largeBytes, true);
    }
}
