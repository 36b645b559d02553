package dev.muster.core;

import dev.muster.api.Address;
import dev.muster.api.Settings;
import dev.muster.spi.Environment;
import dev.muster.spi.Network;
import dev.muster.spi.TransportSettings;
import java.security.SecureRandom;
import java.util.SplittableRandom;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;

/** The real world: the machine's clock and sockets, a loop with a thread of its own, threads that deliver. */
public final class LocalEnvironment implements Environment {

    private static final SecureRandom SECURE = new SecureRandom();
    private static final AtomicInteger CREATED = new AtomicInteger();

    private final EventLoop loop;
    private final NioNetwork network;
    private final Executor delivery;
    private final ThreadPoolExecutor pool;

    /**
     * Open an environment.
     *
     * @param transport settings of the transport, for the delivery threads
     */
    public LocalEnvironment(Settings transport) {
        int number = CREATED.incrementAndGet();
        loop = new EventLoop("muster-loop-" + number);
        network = new NioNetwork(loop);
        if (transport.get(TransportSettings.THREAD_POOL_ENABLED)) {
            pool = deliveryPool(transport, number);
            delivery = pool;
        } else {
            pool = null;
            delivery = loop::execute;
        }
    }

    /**
     * Threads beyond the minimum are added when none is idle, and only then do tasks queue. One thread always stays: the
     * last could otherwise go just as a task is queued.
     */
    private static ThreadPoolExecutor deliveryPool(Settings transport, int number) {
        int most = transport.get(TransportSettings.THREAD_POOL_MAX_THREADS);
        int least = Math.max(1, Math.min(most, transport.get(TransportSettings.THREAD_POOL_MIN_THREADS)));
        long keepAlive = transport.get(TransportSettings.THREAD_POOL_KEEP_ALIVE_TIME).toMillis();
        AtomicInteger threads = new AtomicInteger();
        LinkedTransferQueue<Runnable> queue = new LinkedTransferQueue<>() {
            private static final long serialVersionUID = 1L;

            @Override
            public boolean offer(Runnable task) {
                return tryTransfer(task);
            }
        };
        return new ThreadPoolExecutor(least, most, keepAlive, TimeUnit.MILLISECONDS, queue, task -> {
            Thread thread = new Thread(task, "muster-delivery-" + number + "-" + threads.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        }, (task, executor) -> {
            if (!executor.isShutdown()) {
                queue.put(task);
            }
        });
    }

    @Override
    public long nowNanos() {
        return loop.nowNanos();
    }

    @Override
    public long wallMillis() {
        return System.currentTimeMillis();
    }

    @Override
    public RandomGenerator newRandom() {
        return new SplittableRandom(SECURE.nextLong());
    }

    @Override
    public void fillUnpredictably(byte[] bytes) {
        SECURE.nextBytes(bytes);
    }

    @Override
    public Address newAddress(String name) {
        return Address.of(SECURE.nextLong(), SECURE.nextLong(), name);
    }

    @Override
    public void execute(Runnable task) {
        loop.execute(task);
    }

    @Override
    public Scheduled schedule(long delayNanos, Runnable task) {
        return loop.schedule(delayNanos, task);
    }

    @Override
    public Executor delivery() {
        return delivery;
    }

    @Override
    public Network network() {
        return network;
    }

    @Override
    public void runOrHandOver(Runnable work) {
        loop.runOrHandOver(work);
    }

    @Override
    public void close() {
        loop.close();
        if (pool != null) {
            pool.shutdown();
        }
    }
}
