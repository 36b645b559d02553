package dev.muster.fuzzing;

import dev.muster.api.Address;
import dev.muster.spi.Environment;
import dev.muster.testkit.ScriptedNetwork;
import java.util.SplittableRandom;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;

/** For what has sockets and is no protocol: time moves when it is told to, timers never run, the test is all the others. */
final class World implements Environment {

    private final ScriptedNetwork network = new ScriptedNetwork();
    private long now;

    /** Let time pass. */
    void pass(long nanos) {
        now += nanos;
    }

    @Override
    public long nowNanos() {
        return now;
    }

    @Override
    public long wallMillis() {
        return 0;
    }

    @Override
    public RandomGenerator newRandom() {
        return new SplittableRandom(1);
    }

    @Override
    public Address newAddress(String name) {
        return Address.of(1, 1, name);
    }

    @Override
    public void execute(Runnable task) {
        task.run();
    }

    @Override
    public Scheduled schedule(long delayNanos, Runnable task) {
        return () -> { };
    }

    @Override
    public Executor delivery() {
        return Runnable::run;
    }

    @Override
    public ScriptedNetwork network() {
        return network;
    }

    @Override
    public void runOrHandOver(Runnable work) {
        work.run();
    }

    @Override
    public void close() {
        now = 0;
    }
}
