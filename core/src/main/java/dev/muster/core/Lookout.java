package dev.muster.core;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/**
 * Who waits at the selector of a loop: one thread at a time, the resident or a guest, which is a thread that would otherwise
 * wait for what the loop brings, and be woken for it.
 *
 * <p>To relieve the resident it must be woken, and so it must be to come back. Hence the seat changes hands only for guests that
 * come closely one after another, and between two of them it stays empty for a moment; the resident looks after it.
 *
 * <pre>
 *              ask, give up            leave
 *   RESIDENT ──────────────► GUEST ──────────────► nobody
 *      ▲                       ▲      sit down        │
 *      │                       └──────────────────────┤
 *      └──────────────────────── take back ───────────┘
 * </pre>
 *
 * <p>Safe for use by any thread.
 */
final class Lookout {

    /** A guest that comes so soon after the last one has left is worth a change. */
    static final long CLOSE_NANOS = 100_000;

    private final Thread resident;
    private final AtomicReference<Thread> seat;
    private final AtomicReference<Thread> asker = new AtomicReference<>();
    private final AtomicInteger beside = new AtomicInteger();
    private volatile long leftNanos;
    private volatile boolean wanted;

    /** The resident begins. */
    Lookout(Thread resident, long nowNanos) {
        this.resident = resident;
        seat = new AtomicReference<>(resident);
        leftNanos = nowNanos - CLOSE_NANOS;
    }

    /** Whether the calling thread is the one that waits for sockets. */
    boolean isMine() {
        return seat.get() == Thread.currentThread();
    }

    /** Whether a certain thread is the one that waits for sockets. */
    boolean isOf(Thread thread) {
        return seat.get() == thread;
    }

    /** Whether nobody waits for sockets at the moment. */
    boolean isEmpty() {
        return seat.get() == null;
    }

    /** A guest sits down where nobody sits. */
    boolean sitDown() {
        return seat.compareAndSet(null, Thread.currentThread());
    }

    /**
     * A guest asks the resident for the seat, unless somebody else sits there or it is not worth it.
     *
     * @return true if the caller is now to wake the resident and to wait until it {@link #isGranted}
     */
    boolean ask(long nowNanos) {
        return nowNanos - leftNanos < CLOSE_NANOS && seat.get() == resident
                && asker.compareAndSet(null, Thread.currentThread());
    }

    /** Whether the one who has asked sits now. */
    boolean isGranted() {
        return asker.get() != Thread.currentThread();
    }

    /** Take the question back; false if it was granted just now. */
    boolean withdraw() {
        return asker.compareAndSet(Thread.currentThread(), null);
    }

    /** The resident gives the seat to whoever has asked for it; false if nobody has. */
    boolean giveUp() {
        Thread guest = asker.get();
        if (guest == null) {
            return false;
        }
        seat.set(guest);
        if (!asker.compareAndSet(guest, null)) {
            // it has thought better of it, and does not believe that it sits
            seat.set(resident);
            return false;
        }
        LockSupport.unpark(guest);
        return true;
    }

    /** A guest leaves; the resident comes at once if it must not stay empty. */
    void leave(long nowNanos) {
        leftNanos = nowNanos;
        seat.set(null);
        if (mustNotBeEmpty()) {
            callResident();
        }
    }

    /** There is something that whoever sits here next must look at: unless the resident sits, he comes as soon as he can. */
    void want() {
        if (seat.get() != resident) {
            wanted = true;
            if (isEmpty()) {
                callResident();
            }
        }
    }

    /** A thread that would have liked to sit here waits in another way: what it waits for is brought by whoever sits here. */
    void waitBeside() {
        beside.incrementAndGet();
        if (isEmpty()) {
            callResident();
        }
    }

    /** It has stopped waiting. */
    void waitedBeside(long nowNanos) {
        beside.decrementAndGet();
        leftNanos = nowNanos;
    }

    private boolean mustNotBeEmpty() {
        return wanted || beside.get() > 0;
    }

    /** Let the resident look whether it is needed. */
    void callResident() {
        LockSupport.unpark(resident);
    }

    /** The resident takes the seat back, if it has been empty for too long or is wanted; true if it sits. */
    boolean takeBack(long nowNanos) {
        if (seat.get() == null && (mustNotBeEmpty() || nowNanos - leftNanos >= CLOSE_NANOS)) {
            seat.compareAndSet(null, resident);
        }
        boolean sits = seat.get() == resident;
        if (sits) {
            wanted = false;
        }
        return sits;
    }
}
