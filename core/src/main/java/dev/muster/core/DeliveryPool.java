package dev.muster.core;

import dev.muster.api.Settings;
import dev.muster.spi.PoolSettings;
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

    private final ThreadPoolExecutor threads;
    private final int most;
    private final String name;
    private final AtomicInteger created = new AtomicInteger();
    private volatile String work = "";

    /**
     * A pool without threads yet.
     *
     * @param transport settings of the transport
     * @param pool which of them are meant
     * @param name begins the names of its threads
     */
    DeliveryPool(Settings transport, PoolSettings pool, String name) {
        this.name = name;
        most = transport.get(pool.maxThreads());
        int least = Math.max(1, Math.min(most, transport.get(pool.minThreads())));
        long keepAlive = transport.get(pool.keepAliveTime()).toMillis();
        LinkedTransferQueue<Runnable> queue = new LinkedTransferQueue<>() {
            private static final long serialVersionUID = 1L;

            @Override
            public boolean offer(Runnable task) {
                return tryTransfer(task);
            }
        };
        threads = new ThreadPoolExecutor(least, most, keepAlive, TimeUnit.MILLISECONDS, queue, this::thread,
                (task, executor) -> {
                    if (!executor.isShutdown()) {
                        queue.put(task);
                    }
                });
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
        threads.execute(task);
    }

    /** Let one thread more deliver than the settings say, or no longer. */
    void lendOneMore(boolean wanted) {
        threads.setMaximumPoolSize(wanted ? most + 1 : most);
        if (wanted) {
            // tasks that are queued already don't bring the thread into being
            threads.execute(() -> { });
        }
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
