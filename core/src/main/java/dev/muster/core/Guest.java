package dev.muster.core;

import java.io.IOException;
import java.nio.channels.ClosedSelectorException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread that waits for an answer, and does the work of a loop meanwhile if it gets the seat at the {@link Lookout}: then
 * the answer is read by the very thread that waits for it. Otherwise it just waits.
 *
 * <p>It stops when the answer is there, when the time is over, when it is interrupted, or when the loop closes. Channels are not
 * blocking, so an interrupt only ends the waiting for sockets and harms none. For one thread, and once.
 */
final class Guest {

    private static final Logger LOG = LoggerFactory.getLogger(Guest.class);

    private final EventLoop loop;
    private final Lookout lookout;
    private final CompletableFuture<?> answer;
    private final long deadlineNanos;
    private final Thread thread = Thread.currentThread();

    /** The calling thread. */
    Guest(EventLoop loop, Lookout lookout, CompletableFuture<?> answer, long deadlineNanos) {
        this.loop = loop;
        this.lookout = lookout;
        this.answer = answer;
        this.deadlineNanos = deadlineNanos;
    }

    /** Wait; as {@link CompletableFuture#get(long, TimeUnit)}. */
    void await() throws InterruptedException, ExecutionException, TimeoutException {
        if (!isOver()) {
            answer.whenComplete((value, failure) -> wake());
            if (isSeated()) {
                work();
            }
        }
        if (!answer.isDone()) {
            waitForOthers();
        }
    }

    private boolean isOver() {
        return answer.isDone() || loop.isClosing() || thread.isInterrupted() || deadlineNanos - System.nanoTime() <= 0;
    }

    /** Somebody else has brought the answer. */
    private void wake() {
        if (Thread.currentThread() != thread) {
            LockSupport.unpark(thread);
            if (lookout.isOf(thread)) {
                loop.interruptSelect();
            }
        }
    }

    private boolean isSeated() {
        if (lookout.sitDown()) {
            return true;
        }
        if (!lookout.ask(System.nanoTime())) {
            return false;
        }
        loop.interruptSelect();
        while (!lookout.isGranted()) {
            if (isOver() && lookout.withdraw()) {
                return false;
            }
            LockSupport.parkNanos(this, deadlineNanos - System.nanoTime());
        }
        return true;
    }

    private void work() {
        try {
            loop.guestExpectsAnswer();
            while (!isOver()) {
                loop.waitAsGuest(deadlineNanos);
            }
        } catch (IOException | ClosedSelectorException e) {
            LOG.debug("a guest can't wait for sockets and leaves that to others", e);
        } finally {
            lookout.leave(System.nanoTime());
            loop.guestLeft();
        }
    }

    private void waitForOthers() throws InterruptedException, ExecutionException, TimeoutException {
        lookout.waitBeside();
        try {
            answer.get(deadlineNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
        } finally {
            lookout.waitedBeside(System.nanoTime());
        }
    }
}
