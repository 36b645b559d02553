package dev.muster.protocols.membership.detection;

/**
 * How much an observer may trust its own senses (after Lifeguard: Dadgar, Phillips and Currey 2017). It is in bad health
 * while its own timers are late, which wears off slowly, and while it misses most of those it observes.
 */
final class LocalHealth {

    private final int most;
    private int strain;
    private boolean missesMost;

    /**
     * Begin in good health.
     *
     * @param most times that patience is prolonged at worst
     */
    LocalHealth(int most) {
        this.most = most;
    }

    /** The process was stopped for more than a moment. */
    void wasStopped() {
        strain = most;
    }

    /**
     * One look at those observed.
     *
     * @param late whether the look itself came late
     * @param missed how many are quiet or lossy
     * @param observed of how many
     */
    void assess(boolean late, int missed, int observed) {
        strain = late ? Math.min(most, strain + 1) : Math.max(0, strain - 1);
        missesMost = missed > 1 && 2 * missed > observed;
    }

    boolean missesMost() {
        return missesMost;
    }

    /** By how much to multiply the time that a silence may last; 1 in good health. */
    int patience() {
        return 1 + (missesMost ? most : strain);
    }

    boolean isGood() {
        return strain == 0 && !missesMost;
    }
}
