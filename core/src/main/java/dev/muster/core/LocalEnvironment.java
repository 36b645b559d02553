package dev.muster.core;

import dev.muster.api.Address;
import dev.muster.api.Settings;
import dev.muster.spi.Environment;
import dev.muster.spi.Network;
import dev.muster.spi.PoolSettings;
import dev.muster.spi.TransportSettings;
import java.security.SecureRandom;
import java.util.SplittableRandom;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/** The real world: the machine's clock and sockets, a loop with a thread of its own, threads that deliver. */
public final class LocalEnvironment implements Environment {

    private static final SecureRandom SECURE = new SecureRandom();
    private static final AtomicInteger CREATED = new AtomicInteger();

    private final EventLoop loop;
    private final String loopName;
    private final NioNetwork network;
    private final Executor delivery;
    private final Executor outOfBandDelivery;

    /**
     * Open an environment.
     *
     * @param transport settings of the transport, for the delivery threads
     */
    public LocalEnvironment(Settings transport) {
        int number = CREATED.incrementAndGet();
        loopName = "muster-loop-" + number;
        loop = new EventLoop(loopName);
        network = new NioNetwork(loop);
        delivery = delivery(transport, TransportSettings.THREAD_POOL, "muster-delivery-" + number);
        outOfBandDelivery = delivery(transport, TransportSettings.OOB_THREAD_POOL, "muster-oob-" + number);
    }

    private Executor delivery(Settings transport, PoolSettings pool, String name) {
        return transport.get(pool.enabled()) ? new DeliveryPool(transport, pool, name) : loop::executeOnResident;
    }

    @Override
    public void nameThreads(String work) {
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
    public void close() {
        loop.close();
        pools().forEach(DeliveryPool::close);
    }
}
