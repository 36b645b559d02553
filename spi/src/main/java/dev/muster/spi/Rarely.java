package dev.muster.spi;

/**
 * Tells when something is due again that shall happen at most once in a while: a warning, say, that others could cause as often
 * as they like.
 *
 * <p>For the owner of the stack only.
 */
public final class Rarely {

    private final Context context;
    private final long pauseNanos;
    private boolean ever;
    private long lastNanos;

    /**
     * Create one that is due.
     *
     * @param context tells the time
     * @param pauseNanos least time from one occasion to the next
     */
    public Rarely(Context context, long pauseNanos) {
        this.context = context;
        this.pauseNanos = pauseNanos;
    }

    /**
     * Ask whether it is due, and if so, take the occasion.
     *
     * @return true the first time, and then once each time the pause is over
     */
    public boolean isDue() {
        if (ever && context.nowNanos() - lastNanos < pauseNanos) {
            return false;
        }
        ever = true;
        lastNanos = context.nowNanos();
        return true;
    }
}
