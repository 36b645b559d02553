package dev.muster.core;

/**
 * When to stay awake for a moment instead of waiting for sockets asleep: after something was sent that is likely to be answered
 * at once, as long as that pays. Waking a sleeping thread takes longer than all the rest of the way there and back.
 *
 * <p>It pays if the answer comes sooner than half of the time that one is ready to wait; by then a sleeper would not be awake yet.
 * Each time in vain costs what several that pay have earned. So whoever is answered late, or has to share a processor with the
 * one who is to answer, gives up after a few times, and tries again ever more rarely. For the thread that waits for sockets.
 */
final class Spin {

    private static final int MOST_CREDIT = 64;
    private static final int COST = 4;
    private static final int LEAST_BETWEEN_TRIALS = 64;
    private static final int MOST_BETWEEN_TRIALS = 4096;

    private long limitNanos;
    private long beganNanos;
    private boolean isOn;
    private int credit = MOST_CREDIT / 2;
    private int betweenTrials = LEAST_BETWEEN_TRIALS;
    private int omitted;
    private int looks;

    /** How long to stay awake at most; never shorter than what was said before. */
    void atMost(long nanos) {
        limitNanos = Math.max(limitNanos, nanos);
    }

    /** Something was sent that may be answered at once. */
    void begin(long nowNanos) {
        isOn = limitNanos > 0 && (credit >= COST || isTrialDue());
        beganNanos = nowNanos;
        looks = 0;
    }

    private boolean isTrialDue() {
        boolean isDue = ++omitted >= betweenTrials;
        omitted = isDue ? 0 : omitted;
        return isDue;
    }

    /** Whether to stay awake. */
    boolean isOn() {
        return isOn;
    }

    /**
     * Somebody who stays awake has looked.
     *
     * @param found whether something has come
     * @param isNeeded whether there is something else to do
     */
    void looked(boolean found, boolean isNeeded, long nowNanos) {
        looks++;
        if (found && looks > 1) {
            found(nowNanos);
        } else if (found || isNeeded) {
            // no need to wait, so no verdict
            isOn = false;
        } else if (nowNanos - beganNanos >= limitNanos) {
            didNotPay(COST);
        } else {
            Thread.onSpinWait();
        }
    }

    private void found(long nowNanos) {
        isOn = false;
        if (nowNanos - beganNanos > limitNanos / 2) {
            didNotPay(1);
        } else {
            credit = Math.min(MOST_CREDIT, Math.max(COST, credit + 1));
            betweenTrials = LEAST_BETWEEN_TRIALS;
        }
    }

    private void didNotPay(int cost) {
        isOn = false;
        if (credit < COST) {
            betweenTrials = Math.min(MOST_BETWEEN_TRIALS, betweenTrials * 2);
        }
        credit = Math.max(0, credit - cost);
    }
}
