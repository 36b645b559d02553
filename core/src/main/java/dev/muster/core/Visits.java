package dev.muster.core;

import java.io.IOException;
import java.nio.channels.ClosedSelectorException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where messages come in a stream and callbacks are quick, the thread that delivers them waits for sockets itself, as a visitor at
 * the {@link Lookout}, and hands over what it has read: nobody has to be woken for it. Waking a thread takes longer than most
 * callbacks.
 *
 * <p>A visitor owns the stacks only while it reads. A callback that takes long holds up nobody else for more than about two
 * milliseconds: by then the resident is back in its place, and what else was to be delivered goes to other threads. A visit ends
 * when no task comes for a while, when callbacks are slow on the average, or when threads are needed elsewhere; unless it has paid,
 * the next one must be earned by more tasks.
 *
 * <pre>
 *     deliver, deliver, … closely one after another ──► ask the resident for the seat
 *                                                              │
 *           ┌──────────────────────────────────────────────────┘
 *           ▼
 *     wait for sockets ─► own the stacks, read: tasks ─► step aside, deliver ─► come back ──┐
 *           ▲                                                                               │
 *           └───────────────────────────────────────────────────────────────────────────────┘
 * </pre>
 *
 * <p>Safe for use by any thread.
 */
final class Visits {

    /** Tasks that end so soon one after another are a stream; so long, too, a thread waits for the resident to give up its seat. */
    private static final long NEAR_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    /** A visitor to whom nothing comes for so long leaves. */
    private static final long IDLE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    /**
     * What takes longer on the average, and half as long as the reading, is better delivered beside the reading; a thread is woken in a
     * third of that.
     */
    private static final long QUICK_NANOS = TimeUnit.MICROSECONDS.toNanos(100);

    /** Who has lost its processor for a moment was not slow. */
    private static final long MOST_COUNTED_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private static final int AVERAGED = 16;
    private static final int LEAST_STREAK = 16;
    private static final int MOST_STREAK = 1024;
    private static final int TURNS_THAT_PAY = 64;
    private static final Logger LOG = LoggerFactory.getLogger(Visits.class);

    private final EventLoop loop;
    private final Lookout lookout;
    private final DeliveryPool pool;
    /** What the visitor has read and delivers; for others to deliver once it has lost its place. */
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private long doneNanos;
    private int streak;
    private int streakNeeded = LEAST_STREAK;

    /** Nobody visits yet. */
    Visits(EventLoop loop, DeliveryPool pool) {
        this.loop = loop;
        this.lookout = loop.lookout();
        this.pool = pool;
        loop.whenResidentIsBack(this::releaseTasks);
    }

    /** Leave a task to the calling thread, if that is a visitor that reads: it delivers as soon as it has finished reading. */
    boolean takes(Runnable task) {
        return lookout.isVisitor() && lookout.isMine() && tasks.add(task);
    }

    private void releaseTasks() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            pool.execute(task);
        }
    }

    /** The calling thread, one of the pool, has delivered something and has nothing else to do: it visits if that is worth it. */
    void taskDone() {
        if (isStream(System.nanoTime()) && isSeated()) {
            int turns = 0;
            try {
                turns = visit();
            } finally {
                lookout.endVisit();
                releaseTasks();
                ended(turns >= TURNS_THAT_PAY);
            }
        }
    }

    private synchronized boolean isStream(long nowNanos) {
        streak = nowNanos - doneNanos < NEAR_NANOS ? streak + 1 : 0;
        doneNanos = nowNanos;
        return streak >= streakNeeded && !pool.hasQueue() && !loop.isClosing();
    }

    private synchronized void ended(boolean hasPaid) {
        streakNeeded = hasPaid ? LEAST_STREAK : Math.min(MOST_STREAK, 2 * streakNeeded);
        streak = 0;
    }

    private boolean isSeated() {
        if (!lookout.askToStay()) {
            return false;
        }
        loop.interruptSelect();
        long endNanos = System.nanoTime() + NEAR_NANOS;
        while (!lookout.isGranted()) {
            long leftNanos = endNanos - System.nanoTime();
            if (leftNanos <= 0 && lookout.withdraw()) {
                return false;
            }
            LockSupport.parkNanos(this, Math.max(1, leftNanos));
        }
        lookout.stay();
        return true;
    }

    /** Sit at first; returns how often something was delivered. */
    private int visit() {
        int turns = 0;
        long readingNanos = 0;
        long deliveringNanos = 0;
        long nowNanos = System.nanoTime();
        while (isSomethingRead(nowNanos + IDLE_NANOS)) {
            long readNanos = System.nanoTime();
            lookout.stepAside(readNanos);
            deliver();
            turns++;
            nowNanos = System.nanoTime();
            readingNanos = average(readingNanos, loop.turnNanos());
            deliveringNanos = average(deliveringNanos, nowNanos - readNanos);
            if (deliveringNanos > QUICK_NANOS + readingNanos / 2 || pool.hasQueue() || !lookout.comeBack()) {
                break;
            }
        }
        return turns;
    }

    private static long average(long before, long nanos) {
        return before + (Math.min(MOST_COUNTED_NANOS, nanos) - before) / AVERAGED;
    }

    private boolean isSomethingRead(long endNanos) {
        try {
            while (tasks.isEmpty() && !loop.isClosing() && !lookout.isAwaited() && System.nanoTime() - endNanos < 0) {
                // an interrupt was meant for a callback; left set, it would keep select from waiting
                Thread.interrupted();
                loop.waitAsGuest(endNanos);
            }
        } catch (IOException | ClosedSelectorException e) {
            LOG.debug("a visitor can't wait for sockets and leaves that to others", e);
        }
        return !tasks.isEmpty();
    }

    private void deliver() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }
}
