package dev.muster.protocols.reliability;

import dev.muster.api.Wait;
import dev.muster.spi.Context;
import dev.muster.spi.Counter;
import dev.muster.spi.Event;
import java.time.Duration;
import java.util.List;

/**
 * This member's share of what a group may keep because somebody perhaps lacks it. When its own packets have used the share
 * up, its senders pause until half of it is free.
 */
final class SendingShare {

    private final Context context;
    private final Counter pauses;
    private UnstableBytes unstable = new UnstableBytes();
    private long share = Long.MAX_VALUE;
    private boolean paused;
    private long pausedAt;

    SendingShare(Context context) {
        this.context = context;
        pauses = context.counter("pauses");
    }

    /** Begin anew, with nothing sent. */
    void restart(long bytes) {
        unstable = new UnstableBytes();
        share = bytes;
        resume();
    }

    void sent(int bytes) {
        unstable.sent(bytes);
    }

    /** Everything sent so far has sequence numbers up to this. */
    void mark(long sequence) {
        unstable.mark(sequence);
    }

    /** Everybody has this member's packets up to a sequence number. */
    void stable(long sequence) {
        unstable.stable(sequence);
        if (unstable.bytes() <= share / 2) {
            resume();
        }
    }

    /** Pause senders if the share is used up; true if they are to pause from now on. */
    boolean pauseIfUsedUp() {
        if (paused || unstable.bytes() <= share) {
            return false;
        }
        paused = true;
        pausedAt = context.nowNanos();
        pauses.increment();
        context.emitUp(new Event.SendingPaused(null));
        return true;
    }

    boolean isPaused() {
        return paused;
    }

    /** What senders wait for. */
    List<Wait> waits() {
        return paused ? List.of(new Wait(Wait.Reason.STABILITY, "bytes of this member that perhaps not all members have: "
                + unstable.bytes() + ", its share: " + share, List.of(), Duration.ofNanos(context.nowNanos() - pausedAt)))
                : List.of();
    }

    private void resume() {
        if (paused) {
            paused = false;
            context.emitUp(new Event.SendingResumed(null));
        }
    }
}
