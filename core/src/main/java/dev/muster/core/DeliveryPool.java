package dev.muster.core;

import dev.muster.api.Settings;
import dev.muster.spi.PoolSettings;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Threads that call the application back.
 *
 * <p>Those beyond the minimum are added when none is idle, and only then do tasks queue, without bound: what waits here has
 * been acknowledged. One thread always stays: the last could otherwise go just as a task is queued. Safe for use by any
 * thread.
 */
final class DeliveryPool implements Executor {

    private static final Duration KEEP_ALIVE = Duration.ofSeconds(5);

    private final ThreadPoolExecutor threads;
    private final int most;
    private final String name;
    private final AtomicInteger unfinished = new AtomicInteger();
    private final AtomicInteger created = new AtomicInteger();
    private volatile String work = "";
    private volatile Runnable queued = () -> { };
    private int lent;

    /**
     * A pool without threads yet.
     *
     * @param transport settings of the transport
     * @param pool which of them are meant
     * @param name begins the names of its threads
     */
    DeliveryPool(Settings transport, PoolSettings pool, String name) {
        this(transport.get(pool.minThreads()), transport.get(pool.maxThreads()), transport.get(pool.keepAliveTime()), name);
    }

    /**
     * A pool that many share, without threads yet. They go when they have been idle for a while, but one.
     *
     * @param most number of threads
     * @param name begins the names of its threads
     */
    DeliveryPool(int most, String name) {
        this(1, most, KEEP_ALIVE, name);
    }

    private DeliveryPool(int least, int most, Duration keepAlive, String name) {
        this.name = name;
        this.most = most;
        LinkedTransferQueue<Runnable> queue = new LinkedTransferQueue<>() {
            private static final long serialVersionUID = 1L;

            @Override
            public boolean offer(Runnable task) {
                return tryTransfer(task);
            }
        };
        threads = new ThreadPoolExecutor(Math.max(1, Math.min(most, least)), most, keepAlive.toMillis(),
                TimeUnit.MILLISECONDS, queue, this::thread, (task, executor) -> {
                    if (!executor.isShutdown()) {
                        queue.put(task);
                        queued.run();
                    }
                }) {
            @Override
            protected void afterExecute(Runnable task, Throwable failure) {
                unfinished.decrementAndGet();
            }
        };
    }

    private Thread thread(Runnable task) {
        Thread thread = new Thread(task, name + "-" + created.incrementAndGet() + work);
        thread.setDaemon(true);
        return thread;
    }

    /** Let the names of threads to come tell what they work for. */
    void nameThreads(String newWork) {
        work = newWork;
    }

    @Override
    public void execute(Runnable task) {
        unfinished.incrementAndGet();
        threads.execute(task);
    }

    /** Have somebody told whenever a task has to wait for a thread; by any thread. */
    void whenQueued(Runnable told) {
        queued = told;
    }

    /** Let one thread more deliver, or one that was lent no longer. */
    synchronized void lendOneMore(boolean wanted) {
        lent += wanted ? 1 : -1;
        threads.setMaximumPoolSize(most + lent);
        if (wanted) {
            // tasks that are queued already don't bring the thread into being
            execute(() -> { });
        }
    }

    /** Most threads, beside those that are lent. */
    int most() {
        return most;
    }

    /**
     * Whether tasks wait for a thread. Nobody asks the queue: in Java 17 a look at it can make a thread that waits for a task there miss
     * that it may sleep, and it spins until one comes.
     */
    boolean hasQueue() {
        return unfinished.get() > threads.getPoolSize();
    }

    /** Number of tasks done. */
    long finished() {
        return threads.getCompletedTaskCount();
    }

    /** Number of threads now. */
    int size() {
        return threads.getPoolSize();
    }

    /** Number of threads that have nothing to do, about. */
    int idle() {
        return threads.getPoolSize() - threads.getActiveCount();
    }

    /** What has been handed over is still done, then the threads end. */
    void close() {
        threads.shutdown();
    }
}
