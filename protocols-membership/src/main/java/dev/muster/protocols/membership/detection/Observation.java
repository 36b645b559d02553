package dev.muster.protocols.membership.detection;

/** What an observer knows of one member: when it was heard last, and which of the latest probes it has not answered. */
final class Observation {

    /** Most probes remembered. */
    static final int MAX_WINDOW = 60;

    private final int window;
    private final int tolerated;
    private long heardNanos;
    private long number;
    private long unanswered;
    private int sent;
    private boolean accused;

    Observation(int window, int tolerated, long nowNanos) {
        this.window = window;
        this.tolerated = tolerated;
        heardNanos = nowNanos;
    }

    /** Begin anew, as after a pause of the observer. */
    void restart(long nowNanos) {
        heardNanos = nowNanos;
        unanswered = 0;
        sent = 0;
        accused = false;
    }

    void heard(long nowNanos) {
        heardNanos = nowNanos;
    }

    /** The number of the next probe. */
    long nextProbe() {
        number++;
        sent = Math.min(sent + 1, window + 1);
        unanswered = unanswered << 1 | 1;
        return number;
    }

    /** A late answer is as good as an early one while its probe is remembered. */
    void answered(long probe) {
        long age = number - probe;
        if (age >= 0 && age <= window) {
            unanswered &= ~(1L << age);
        }
    }

    long silentNanos(long nowNanos) {
        return nowNanos - heardNanos;
    }

    /** Tell whether more of the latest probes than tolerated have no answer; the very last one has had no time yet. */
    boolean isLossy() {
        long mask = (1L << window) - 1;
        return Long.bitCount(unanswered >>> 1 & mask) > tolerated;
    }

    /** Tell whether every probe but the last two has its answer. */
    boolean isClean() {
        return (unanswered >>> 2 & (1L << window - 1) - 1) == 0;
    }

    boolean isAccused() {
        return accused;
    }

    void accuse(boolean yes) {
        accused = yes;
    }
}
