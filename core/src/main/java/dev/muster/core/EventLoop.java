package dev.muster.core;

import dev.muster.spi.Environment;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The loop that owns stacks: sockets, timers, tasks.
 *
 * <p>A resident thread waits for sockets and timers. A caller that leaves work while nobody owns the stacks carries it out
 * itself, which saves waking another thread; it does only what does not block, for a bounded number of rounds, then hands
 * over. A caller that keeps coming back at once is no longer helped by that: its messages should gather while the resident
 * works, so it only wakes the resident; unless callers wait for answers in the resident's place and something has been read since, for
 * then it may well be answering.
 */
final class EventLoop {

    private static final Logger LOG = LoggerFactory.getLogger(EventLoop.class);

    /** Rounds that a borrower does before it hands over. */
    private static final int BORROWED_ROUNDS = 16;

    /** A borrower must find the stacks idle for so long; else it belongs to a stream of work that is better packed. */
    private static final long QUIET_NANOS = 40_000;

    /** Centuries; any longer, and times could no longer be compared by their difference. */
    private static final long LONGEST_DELAY_NANOS = Long.MAX_VALUE / 4;

    /** How often the resident looks after a guest that waits in his place. */
    private static final long LOOK_AFTER_NANOS = 1_000_000;

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
    private final Lookout lookout;
    private final TimerQueue timers = new TimerQueue();
    private final Queue<Runnable> mailbox = new ConcurrentLinkedQueue<>();
    private final Queue<Runnable> residentTasks = new ConcurrentLinkedQueue<>();
    private volatile long residentWakesNanos = Long.MAX_VALUE;
    private volatile long ownedUntilNanos = System.nanoTime();
    private volatile boolean heardSinceBorrowed;
    private volatile boolean closing;
    private volatile boolean residentIsGone;
    private final Spin spin = new Spin();
    private volatile boolean lookUp;
    private boolean answers;
    private long nowNanos = System.nanoTime();

    EventLoop(String threadName) {
        try {
            selector = Selector.open();
        } catch (IOException e) {
            throw new UncheckedIOException("no selector can be opened; raise the limit of open files", e);
        }
        resident = new Thread(this::run, threadName);
        resident.setDaemon(true);
        lookout = new Lookout(resident, System.nanoTime());
        resident.start();
    }

    Selector selector() {
        return selector;
    }

    /** What comes from any socket goes through it, for as long as its handler takes. For the owner. */
    ByteBuffer readBuffer() {
        return readBuffer;
    }

    /**
     * Stay awake for a while where an answer is expected; see {@link Spin}.
     *
     * @param nanos how long; the longest that was ever asked for counts
     */
    void spin(long nanos) {
        execute(() -> spin.atMost(nanos));
    }

    /** Time of the current turn. For the owner. */
    long nowNanos() {
        return nowNanos;
    }

    /** Run a task on the owner, soon. */
    void execute(Runnable task) {
        mailbox.add(task);
        if (!ownership.isMine() && ownership.acquireOrRequest()) {
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
            wake();
            lookout.callResident();
        }
    }

    /** Whoever waits for sockets, or should, must look for what has been left. */
    private void wake() {
        interruptSelect();
        lookout.want();
    }

    /** Give the resident thread another name. */
    void rename(String threadName) {
        resident.setName(threadName);
    }

    /**
     * Run a task here and now if the stacks are idle and it is not one of a stream, else leave it to the owner: who is the owner
     * already comes to it at the end of the turn.
     */
    void runOrHandOver(Runnable task) {
        mailbox.add(task);
        if (ownership.isMine()) {
            answers = true;
            return;
        }
        boolean mayAnswer = heardSinceBorrowed && !lookout.isOf(resident);
        if (!mayAnswer && System.nanoTime() - ownedUntilNanos < QUIET_NANOS) {
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
            wake();
        }
    }

    Environment.Scheduled schedule(long delayNanos, Runnable task) {
        return timers.add(nowNanos + Math.min(delayNanos, LONGEST_DELAY_NANOS), task);
    }

    /** Make whoever waits for sockets see changed interests. For the owner. */
    void interestsChanged() {
        if (!lookout.isMine()) {
            wake();
        }
    }

    /** Wait for an answer; see {@link Guest}. For any thread but the owner. */
    void await(CompletableFuture<?> answer, long limitNanos)
            throws InterruptedException, ExecutionException, TimeoutException {
        new Guest(this, lookout, answer, System.nanoTime() + Math.min(limitNanos, LONGEST_DELAY_NANOS)).await();
    }

    /** A guest waits for the answer to what it has sent just now. */
    void guestExpectsAnswer() {
        spin.begin(System.nanoTime());
    }

    /** Wait for sockets, in the place of the resident, and do what there is to do. */
    void waitAsGuest(long untilNanos) throws IOException {
        select(untilNanos);
        ownership.acquire();
        try {
            turn();
        } finally {
            ownership.handOver();
        }
    }

    /** A guest has left: what it has not come to is seen to by the resident. */
    void guestLeft() {
        if (closing || !mailbox.isEmpty()) {
            lookout.want();
        }
    }

    /** Whoever waits for sockets is to look up. */
    void interruptSelect() {
        lookUp = true;
        selector.wakeup();
    }

    boolean isClosing() {
        return closing;
    }

    private void borrow() {
        int rounds = 0;
        boolean earlierTimer;
        do {
            nowNanos = System.nanoTime();
            runMailbox();
            earlierTimer = timers.nextNanos() < residentWakesNanos;
            ownedUntilNanos = nowNanos;
            heardSinceBorrowed = false;
            if (!residentIsGone && (++rounds == BORROWED_ROUNDS || !mailbox.isEmpty())) {
                ownership.handOver();
                wake();
                return;
            }
        } while (!mailbox.isEmpty() || !ownership.release());
        if (earlierTimer) {
            wake();
        }
    }

    private void run() {
        try {
            while (!closing) {
                if (lookout.giveUp()) {
                    lookAfterGuests();
                }
                select(Long.MAX_VALUE);
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

    /** While guests wait for sockets: be there for tasks of the resident, and for timers if a guest comes to a standstill. */
    private void lookAfterGuests() {
        while (!lookout.takeBack(System.nanoTime())) {
            LockSupport.parkNanos(this, lookout.isEmpty() ? Lookout.CLOSE_NANOS : LOOK_AFTER_NANOS);
            Thread.interrupted();
            long wakes = residentWakesNanos;
            boolean overdue = wakes != Long.MAX_VALUE && System.nanoTime() - wakes > LOOK_AFTER_NANOS;
            if (overdue || !residentTasks.isEmpty()) {
                ownership.acquire();
                nowNanos = System.nanoTime();
                dueWork();
                ownership.handOver();
                if (!mailbox.isEmpty()) {
                    wake();
                }
            }
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

    private void select(long untilNanos) throws IOException {
        long wakes = Math.min(residentWakesNanos, untilNanos);
        if (hasTasks()) {
            selector.selectNow();
        } else if (spin.isOn()) {
            selectSpinning(wakes);
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

    private boolean hasTasks() {
        return !mailbox.isEmpty() || !residentTasks.isEmpty() && Thread.currentThread() == resident;
    }

    /** Once only: this swallows what would end the waiting for sockets, so before that there must be a look at everything else. */
    private void selectSpinning(long wakes) throws IOException {
        while (spin.isOn()) {
            boolean found = selector.selectNow() > 0;
            long now = System.nanoTime();
            spin.looked(found, lookUp || hasTasks() || now - wakes >= 0, now);
        }
        lookUp = false;
    }

    private void turn() {
        nowNanos = System.nanoTime();
        answers = false;
        boolean heard = !selector.selectedKeys().isEmpty();
        if (heard) {
            for (SelectionKey key : selector.selectedKeys()) {
                ready(key);
            }
            selector.selectedKeys().clear();
            heardSinceBorrowed = true;
        }
        dueWork();
        if (heard && answers) {
            spin.begin(ownedUntilNanos);
        }
    }

    private void dueWork() {
        runTimers();
        runMailbox();
        if (Thread.currentThread() == resident) {
            runResidentTasks();
        }
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
        wake();
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
