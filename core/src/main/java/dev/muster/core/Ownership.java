package dev.muster.core;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Who runs the stacks of a loop: one thread at a time, the resident one or one that borrows them for a moment.
 *
 * <p>A thread that has left work and finds the stacks owned raises a request; the owner, when it wants to go, finds the
 * request and must look for work once more. So no work is left lying, and nobody waits but the resident. Once the resident
 * waits it comes next: borrowers that follow one another closely can't keep it from its sockets and timers.
 *
 * <pre>
 *            tryAcquire            acquireOrRequest (owned)
 *     IDLE ─────────────► OWNED ────────────────────────────► REQUESTED
 *       ▲                   │ ▲                                   │
 *       └───── release ─────┘ └── release (false: look again) ────┘
 * </pre>
 */
final class Ownership {

    private static final int IDLE = 0;
    private static final int OWNED = 1;
    private static final int REQUESTED = 2;

    private final AtomicInteger state = new AtomicInteger(IDLE);
    private volatile Thread waitingResident;

    /**
     * Become the owner if there is none; otherwise ask the owner to look for work before it goes.
     *
     * @return false if another thread will look for work that was left before the call
     */
    boolean acquireOrRequest() {
        while (true) {
            int current = state.get();
            if (current == IDLE) {
                if (waitingResident != null) {
                    return false;
                }
                if (state.compareAndSet(IDLE, OWNED)) {
                    return true;
                }
            } else if (current == REQUESTED || state.compareAndSet(OWNED, REQUESTED)) {
                return false;
            }
        }
    }

    /** Become the owner, waiting for a borrower to finish; for the resident thread only. */
    void acquire() {
        if (state.compareAndSet(IDLE, OWNED)) {
            return;
        }
        waitingResident = Thread.currentThread();
        while (!state.compareAndSet(IDLE, OWNED)) {
            LockSupport.park(this);
            if (Thread.interrupted()) {
                // an interrupt is nobody's way to talk to the loop; clearing it keeps park from spinning
                continue;
            }
        }
        waitingResident = null;
    }

    /** Give the stacks back; false if somebody asked in the meantime: still the owner, look for work again. */
    boolean release() {
        if (!state.compareAndSet(OWNED, IDLE)) {
            state.set(OWNED);
            return false;
        }
        wakeResident();
        return true;
    }

    private void wakeResident() {
        Thread resident = waitingResident;
        if (resident != null) {
            LockSupport.unpark(resident);
        }
    }

    /** Give the stacks back whatever was asked for; the caller sees to it that the resident looks for work. */
    void handOver() {
        state.set(IDLE);
        wakeResident();
    }
}
