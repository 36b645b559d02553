package dev.muster.core;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Who runs the stacks of a loop: one thread at a time, the resident one or one that borrows them for a moment.
 *
 * <p>A thread that has left work and finds the stacks owned raises a request; the owner, when it wants to go, finds the
 * request and must look for work once more. So no work is left lying, and nobody waits but the resident, and a guest at
 * the {@link Lookout}. Once they wait they come next: borrowers that follow one another closely can't keep them from sockets and
 * timers.
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
    private final Queue<Thread> waiting = new ConcurrentLinkedQueue<>();
    /** Each thread only looks whether it is the one, so what it sees is what it has written itself, or not its own. */
    private Thread owner;

    /**
     * Become the owner if there is none; otherwise ask the owner to look for work before it goes.
     *
     * @return false if another thread will look for work that was left before the call
     */
    boolean acquireOrRequest() {
        while (true) {
            int current = state.get();
            if (current == IDLE) {
                if (!waiting.isEmpty()) {
                    return false;
                }
                if (state.compareAndSet(IDLE, OWNED)) {
                    owner = Thread.currentThread();
                    return true;
                }
            } else if (current == REQUESTED || state.compareAndSet(OWNED, REQUESTED)) {
                return false;
            }
        }
    }

    /** Become the owner, waiting for another to finish; for the resident and for who sits in his place. */
    void acquire() {
        if (state.compareAndSet(IDLE, OWNED)) {
            owner = Thread.currentThread();
            return;
        }
        Thread self = Thread.currentThread();
        boolean interrupted = false;
        waiting.add(self);
        while (!state.compareAndSet(IDLE, OWNED)) {
            LockSupport.park(this);
            // an interrupt is nobody's way to talk to the loop; clearing it keeps park from spinning
            interrupted |= Thread.interrupted();
        }
        waiting.remove(self);
        owner = self;
        if (interrupted) {
            self.interrupt();
        }
    }

    /** Tell whether the calling thread is the owner. */
    boolean isMine() {
        return owner == Thread.currentThread();
    }

    /** Give the stacks back; false if somebody asked in the meantime: still the owner, look for work again. */
    boolean release() {
        owner = null;
        if (!state.compareAndSet(OWNED, IDLE)) {
            owner = Thread.currentThread();
            state.set(OWNED);
            return false;
        }
        wakeFirst();
        return true;
    }

    /** Whoever comes between wakes the first once more when it has finished, or is the first itself and wakes the second. */
    private void wakeFirst() {
        Thread first = waiting.peek();
        if (first != null) {
            LockSupport.unpark(first);
        }
    }

    /** Give the stacks back whatever was asked for; the caller sees to it that the resident looks for work. */
    void handOver() {
        owner = null;
        state.set(IDLE);
        wakeFirst();
    }
}
