package dev.muster.core;

import dev.muster.api.Address;
import dev.muster.api.Settings;
import dev.muster.spi.Environment;
import dev.muster.spi.Network;
import dev.muster.spi.PoolSettings;
import dev.muster.spi.TransportSettings;
import java.security.SecureRandom;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/** The real world: the machine's clock and sockets, a loop and threads that deliver, its own or those of a {@link Crew}. */
public final class LocalEnvironment implements Environment {

    private static final SecureRandom SECURE = new SecureRandom();
    private static final AtomicInteger CREATED = new AtomicInteger();

    private final EventLoop loop;
    private final String loopName;
    private final NioNetwork network;
    private final Executor delivery;
    private final Executor outOfBandDelivery;
    private final Commons commons;
    private final Runnable letGoOfThreads;
    private boolean closed;

    /**
     * Open an environment with threads of its own.
     *
     * @param transport settings of the transport, for the delivery threads
     */
    public LocalEnvironment(Settings transport) {
        int number = CREATED.incrementAndGet();
        loopName = "muster-loop-" + number;
        loop = new EventLoop(loopName);
        loop.spin(transport.get(TransportSettings.SPIN_TIME).toNanos());
        network = new NioNetwork(loop);
        delivery = delivery(transport, TransportSettings.THREAD_POOL, "muster-delivery-" + number);
        outOfBandDelivery = delivery(transport, TransportSettings.OOB_THREAD_POOL, "muster-oob-" + number);
        commons = null;
        letGoOfThreads = this::endThreads;
    }

    /**
     * Open an environment on threads that others use, too.
     *
     * @param commons what all on that loop share
     * @param letGoOfThreads called once, when it is closed
     */
    LocalEnvironment(EventLoop loop, Executor delivery, Executor outOfBandDelivery, Commons commons, Runnable letGoOfThreads) {
        this.loop = loop;
        this.loopName = null;
        this.network = new NioNetwork(loop);
        this.delivery = delivery;
        this.outOfBandDelivery = outOfBandDelivery;
        this.commons = commons;
        this.letGoOfThreads = letGoOfThreads;
    }

    private Executor delivery(Settings transport, PoolSettings pool, String name) {
        return transport.get(pool.enabled()) ? new DeliveryPool(transport, pool, name) : loop::executeOnResident;
    }

    /** Threads that work for many have names already. */
    @Override
    public void nameThreads(String work) {
        if (loopName == null) {
            return;
        }
        loop.rename(loopName + work);
        pools().forEach(pool -> pool.nameThreads(work));
    }

    private Stream<DeliveryPool> pools() {
        return Stream.of(delivery, outOfBandDelivery).filter(DeliveryPool.class::isInstance).map(DeliveryPool.class::cast);
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
    public Executor outOfBandDelivery() {
        return outOfBandDelivery;
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
    public <T> T shared(T value) {
        return commons == null ? value : commons.shared(value);
    }

    @Override
    public void await(CompletableFuture<?> answer, long limitNanos)
            throws InterruptedException, ExecutionException, TimeoutException {
        loop.await(answer, limitNanos);
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            network.close();
            letGoOfThreads.run();
        }
    }

    private void endThreads() {
        loop.close();
        pools().forEach(DeliveryPool::close);
    }
}
