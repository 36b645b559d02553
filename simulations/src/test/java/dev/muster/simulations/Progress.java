package dev.muster.simulations;

import java.util.Locale;

/** Says once a minute how far a campaign has come; short ones stay silent. Guarded by its owner. */
final class Progress {

    private static final long EVERY_NANOS = 60_000_000_000L;

    private final long all;
    private final long begin = System.nanoTime();
    private long toldAt = begin;
    private int failed;

    Progress(long all) {
        this.all = all;
    }

    /** A seed has failed: whoever watches a long campaign need not wait for its end to hear of it. */
    void failed(String what) {
        failed++;
        System.out.println("failed: seed " + what);
    }

    void done(long runs) {
        long now = System.nanoTime();
        if (now - toldAt >= EVERY_NANOS) {
            toldAt = now;
            double perSecond = runs / ((now - begin) / 1e9);
            System.out.println(String.format(Locale.ROOT, "%,d of %,d seeds, %d failed, %.1f per second, %.0f minutes to go",
                    runs, all, failed, perSecond, (all - runs) / perSecond / 60));
        }
    }
}
