package dev.muster.protocols.reliability;

/**
 * When a member reports what it has: after so many bytes of group packets, after so much time while some come, and when none
 * have come for a while. Looks at time in ticks, so that counting a packet costs two additions.
 */
final class ReportPace {

    private final long delay;
    private final long gossip;
    private final long tick;
    private long threshold = Long.MAX_VALUE;
    private long sinceReport;
    private long seen;
    private long seenAtTick;
    private long quiet;
    private long reportedAt;
    private boolean ticking;

    /**
     * Begin.
     *
     * @param delay nanoseconds without a packet after which the member is idle
     * @param gossip nanoseconds between two reports while it is not; 0 for no reports by time
     */
    ReportPace(long delay, long gossip) {
        this.delay = delay;
        this.gossip = gossip;
        tick = gossip > 0 ? Math.min(delay, gossip) : delay;
    }

    /** Begin anew: a report is due after so many bytes. No tick is to come any more. */
    void restart(long bytes, long now) {
        threshold = bytes;
        sinceReport = 0;
        seenAtTick = seen;
        reportedAt = now;
        ticking = false;
    }

    void count(int bytes) {
        sinceReport += bytes;
        seen += bytes;
    }

    /** Whether so many bytes have come that a report is due. */
    boolean isDue() {
        return sinceReport >= threshold;
    }

    void reported(long now) {
        sinceReport = 0;
        reportedAt = now;
    }

    /** Whether ticks have to begin; they are then to come every {@link #tick} nanoseconds. */
    boolean mustTick() {
        if (ticking || seen == seenAtTick) {
            return false;
        }
        ticking = true;
        seenAtTick = seen;
        quiet = 0;
        return true;
    }

    long tick() {
        return tick;
    }

    /** What a tick finds. */
    enum Finding { NOTHING, REPORT, END }

    /**
     * A tick has come.
     *
     * @param settled nothing that this member could report is news
     */
    Finding look(boolean settled, long now) {
        quiet = seen == seenAtTick ? quiet + tick : 0;
        seenAtTick = seen;
        boolean idle = quiet >= delay;
        if (idle && settled && sinceReport == 0) {
            ticking = false;
            return Finding.END;
        }
        if (idle) {
            quiet = 0;
            return Finding.REPORT;
        }
        return gossip > 0 && now - reportedAt >= gossip ? Finding.REPORT : Finding.NOTHING;
    }
}
