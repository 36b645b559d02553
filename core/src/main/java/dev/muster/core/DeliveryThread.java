package dev.muster.core;

/**
 * Knows whether the current thread is in a callback of the application. Such a thread is never made to wait: what it would
 * wait for may need that very thread.
 */
final class DeliveryThread {

    private static final ThreadLocal<Boolean> DELIVERING = new ThreadLocal<>();

    private DeliveryThread() {}

    /** Run a callback of the application, or what ends in one; may be nested. */
    static void run(Runnable callback) {
        boolean outermost = !isCurrent();
        DELIVERING.set(Boolean.TRUE);
        try {
            callback.run();
        } finally {
            if (outermost) {
                DELIVERING.remove();
            }
        }
    }

    /** Tell whether the calling thread is in a callback. */
    static boolean isCurrent() {
        return DELIVERING.get() != null;
    }
}
