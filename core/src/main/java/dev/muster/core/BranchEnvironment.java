package dev.muster.core;

import dev.muster.api.Address;
import dev.muster.spi.Environment;
import dev.muster.spi.Network;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;

/** An environment that others use, too: its threads have names already, and to close it is to leave it. */
final class BranchEnvironment implements Environment {

    private final Environment shared;
    private final Runnable leave;
    private final AtomicBoolean left = new AtomicBoolean();

    BranchEnvironment(Environment shared, Runnable leave) {
        this.shared = shared;
        this.leave = leave;
    }

    @Override
    public long nowNanos() {
        return shared.nowNanos();
    }

    @Override
    public long wallMillis() {
        return shared.wallMillis();
    }

    @Override
    public RandomGenerator newRandom() {
        return shared.newRandom();
    }

    @Override
    public void fillUnpredictably(byte[] bytes) {
        shared.fillUnpredictably(bytes);
    }

    @Override
    public Address newAddress(String name) {
        return shared.newAddress(name);
    }

    @Override
    public void execute(Runnable task) {
        shared.execute(task);
    }

    @Override
    public Scheduled schedule(long delayNanos, Runnable task) {
        return shared.schedule(delayNanos, task);
    }

    @Override
    public Executor delivery() {
        return shared.delivery();
    }

    @Override
    public Executor outOfBandDelivery() {
        return shared.outOfBandDelivery();
    }

    @Override
    public Network network() {
        return shared.network();
    }

    @Override
    public void runOrHandOver(Runnable work) {
        shared.runOrHandOver(work);
    }

    @Override
    public <T> T shared(T value) {
        return shared.shared(value);
    }

    @Override
    public void await(CompletableFuture<?> answer, long limitNanos)
            throws InterruptedException, ExecutionException, TimeoutException {
        shared.await(answer, limitNanos);
    }

    @Override
    public void close() {
        if (left.compareAndSet(false, true)) {
            leave.run();
        }
    }
}
