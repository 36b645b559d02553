package dev.muster.core;

import dev.muster.spi.Environment;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The loop that owns stacks: sockets, timers, tasks.
 *
 * <p>A resident thread waits for sockets and timers. A caller that leaves work while nobody owns the stacks carries it out
 * itself, which saves waking another thread; it does only what does not block, for a bounded number of rounds, then hands
 * over. A caller that keeps coming back at once is no longer helped by that: its messages should gather while the resident
 * works, so it only wakes the resident.
 */
final class EventLoop {

    private static final Logger LOG = LoggerFactory.getLogger(EventLoop.class);

    /** Rounds that a borrower does before it hands over. */
    private static final int BORROWED_ROUNDS = 16;

    /** A borrower must find the stacks idle for so long; else it belongs to a stream of work that is better packed. */
    private static final long QUIET_NANOS = 40_000;

    /** Centuries; any longer, and times could no longer be compared by their difference. */
    private static final long LONGEST_DELAY_NANOS = Long.MAX_VALUE / 4;

    /** Tasks, and timers, between two looks at the sockets. */
    private static final int TASKS_PER_TURN = 32;

    /** What a key's attachment does when its channel is ready. */
    @FunctionalInterface
    interface Ready {
        void ready(SelectionKey key);
    }

    private static final int READ_BUFFER_BYTES = 256 * 1024;

    private final Selector selector;
    private final Thread resident;
    private final ByteBuffer readBuffer = ByteBuffer.allocateDirect(READ_BUFFER_BYTES);
    private final Ownership ownership = new Ownership();
    private final TimerQueue timers = new TimerQueue();
    private final Queue<Runnable> mailbox = new ConcurrentLinkedQueue<>();
    private final Queue<Runnable> residentTasks = new ConcurrentLinkedQueue<>();
    private volatile long residentWakesNanos = Long.MAX_VALUE;
    private volatile long ownedUntilNanos = System.nanoTime();
    private volatile boolean closing;
    private volatile boolean residentIsGone;
    private long nowNanos = System.nanoTime();

    EventLoop(String threadName) {
        try {
            selector = Selector.open();
        } catch (IOException e) {
            throw new UncheckedIOException("no selector can be opened; raise the limit of open files", e);
        }
        resident = new Thread(this::run, threadName);
        resident.setDaemon(true);
        resident.start();
    }

    Selector selector() {
        return selector;
    }

    /** What comes from any socket goes through it, for as long as its handler takes. For the owner. */
    ByteBuffer readBuffer() {
        return readBuffer;
    }

    /** Time of the current turn. For the owner. */
    long nowNanos() {
        return nowNanos;
    }

    /** Run a task on the owner, soon. */
    void execute(Runnable task) {
        mailbox.add(task);
        if (ownership.acquireOrRequest()) {
            borrow();
        }
    }

    /**
     * Run a task on the resident thread, as the owner, soon. What the application may be called back by goes here: a caller
     * who lends his thread to the stacks must not find himself in his own callback.
     */
    void executeOnResident(Runnable task) {
        residentTasks.add(task);
        if (residentIsGone) {
            execute(this::runResidentTasks);
        } else if (Thread.currentThread() != resident) {
            selector.wakeup();
        }
    }

    /** Give the resident thread another name. */
    void rename(String threadName) {
        resident.setName(threadName);
    }

    /** Run a task here and now if the stacks have been idle for a moment, else leave it to the owner. */
    void runOrHandOver(Runnable task) {
        mailbox.add(task);
        if (System.nanoTime() - ownedUntilNanos < QUIET_NANOS) {
            leaveToResident();
        } else if (ownership.acquireOrRequest()) {
            borrow();
        }
    }

    private void leaveToResident() {
        if (!ownership.acquireOrRequest()) {
            return;
        }
        if (residentIsGone) {
            borrow();
        } else {
            ownership.handOver();
            selector.wakeup();
        }
    }

    Environment.Scheduled schedule(long delayNanos, Runnable task) {
        return timers.add(nowNanos + Math.min(delayNanos, LONGEST_DELAY_NANOS), task);
    }

    /** Make the resident thread see changed interests. For the owner. */
    void interestsChanged() {
        if (Thread.currentThread() != resident) {
            selector.wakeup();
        }
    }

    private void borrow() {
        int rounds = 0;
        boolean earlierTimer;
        do {
            nowNanos = System.nanoTime();
            runMailbox();
            earlierTimer = timers.nextNanos() < residentWakesNanos;
            ownedUntilNanos = nowNanos;
            if (!residentIsGone && (++rounds == BORROWED_ROUNDS || !mailbox.isEmpty())) {
                ownership.handOver();
                selector.wakeup();
                return;
            }
        } while (!mailbox.isEmpty() || !ownership.release());
        if (earlierTimer) {
            selector.wakeup();
        }
    }

    private void run() {
        try {
            while (!closing) {
                select();
                // an interrupt is nobody's way to talk to the loop; left set, it would keep select from waiting
                Thread.interrupted();
                ownership.acquire();
                turn();
                ownership.handOver();
            }
        } catch (IOException | ClosedSelectorException e) {
            if (!closing) {
                LOG.error("the loop has lost its selector and stops; its channels are dead", e);
            }
        } finally {
            closeSelector();
            runLeftovers();
        }
    }

    /** What was left to the resident at the last moment is still done; whoever comes later does his work himself. */
    private void runLeftovers() {
        residentIsGone = true;
        do {
            ownership.acquire();
            nowNanos = System.nanoTime();
            runMailbox();
            runResidentTasks();
            ownership.handOver();
        } while (!mailbox.isEmpty() || !residentTasks.isEmpty());
    }

    private void select() throws IOException {
        long wakes = residentWakesNanos;
        if (!mailbox.isEmpty() || !residentTasks.isEmpty()) {
            selector.selectNow();
        } else if (wakes == Long.MAX_VALUE) {
            selector.select();
        } else {
            long waitNanos = wakes - System.nanoTime();
            if (waitNanos <= 0) {
                selector.selectNow();
            } else {
                selector.select(waitNanos / 1_000_000 + 1);
            }
        }
    }

    private void turn() {
        nowNanos = System.nanoTime();
        if (!selector.selectedKeys().isEmpty()) {
            for (SelectionKey key : selector.selectedKeys()) {
                ready(key);
            }
            selector.selectedKeys().clear();
        }
        runTimers();
        runMailbox();
        runResidentTasks();
        residentWakesNanos = timers.nextNanos();
        ownedUntilNanos = System.nanoTime();
    }

    /** No more than of any other work: timers that run in time while that waits would take it for not done. */
    private void runTimers() {
        Runnable task = timers.due(nowNanos);
        for (int done = 1; task != null; done++) {
            guarded(task);
            task = done < TASKS_PER_TURN ? timers.due(nowNanos) : null;
        }
    }

    private void ready(SelectionKey key) {
        try {
            if (key.isValid()) {
                ((Ready) key.attachment()).ready(key);
            }
        } catch (RuntimeException | Error e) {
            LOG.error("a socket's handler failed; the socket stays open", e);
        }
    }

    private void runMailbox() {
        runSome(mailbox);
    }

    private void runResidentTasks() {
        runSome(residentTasks);
    }

    /** A bounded number of tasks: what comes after them waits until sockets and timers have had their turn. */
    private void runSome(Queue<Runnable> tasks) {
        for (int done = 0; done < TASKS_PER_TURN; done++) {
            Runnable task = tasks.poll();
            if (task == null) {
                return;
            }
            guarded(task);
        }
    }

    /** Whatever a task throws, the owner goes on: else nobody would own the stacks any more. */
    private void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            LOG.error("a task of the loop failed", e);
        }
    }

    void close() {
        closing = true;
        selector.wakeup();
    }

    private void closeSelector() {
        try {
            for (SelectionKey key : selector.keys()) {
                key.channel().close();
            }
            selector.close();
        } catch (IOException e) {
            LOG.debug("closing the selector failed", e);
        }
    }
}
