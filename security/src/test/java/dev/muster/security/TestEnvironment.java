package dev.muster.security;

import dev.muster.api.Address;
import dev.muster.spi.Environment;
import dev.muster.spi.Network;
import dev.muster.testkit.ScriptedNetwork;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;

/** One life: a scripted network, a clock that stands until it is moved, and randomness that no other life has. */
final class TestEnvironment implements Environment {

    final ScriptedNetwork network = new ScriptedNetwork();
    private final SplittableRandom random;
    private final List<Timer> timers = new ArrayList<>();
    private long now;

    private final class Timer implements Scheduled {
        private final long at;
        private final Runnable task;

        private Timer(long at, Runnable task) {
            this.at = at;
            this.task = task;
        }

        @Override
        public void cancel() {
            timers.remove(this);
        }
    }

    TestEnvironment(long life) {
        random = new SplittableRandom(life);
    }

    void advance(long nanos) {
        now += nanos;
        for (Timer timer : List.copyOf(timers)) {
            if (timer.at <= now && timers.remove(timer)) {
                timer.task.run();
            }
        }
    }

    int timers() {
        return timers.size();
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
        return random.split();
    }

    @Override
    public void fillUnpredictably(byte[] bytes) {
        random.nextBytes(bytes);
    }

    @Override
    public Address newAddress(String name) {
        return Address.of(random.nextLong(), random.nextLong(), name);
    }

    @Override
    public void execute(Runnable task) {
        task.run();
    }

    @Override
    public Scheduled schedule(long delayNanos, Runnable task) {
        Timer timer = new Timer(now + delayNanos, task);
        timers.add(timer);
        return timer;
    }

    @Override
    public Executor delivery() {
        return Runnable::run;
    }

    @Override
    public Network network() {
        return network;
    }

    @Override
    public void runOrHandOver(Runnable work) {
        work.run();
    }

    @Override
    public void close() {
        timers.clear();
    }
}
