package dev.muster.core;

import dev.muster.api.Address;
import dev.muster.api.Diagnosis;
import dev.muster.api.Wait;
import dev.muster.spi.Context;
import dev.muster.spi.Counter;
import dev.muster.spi.Environment;
import dev.muster.spi.Event;
import dev.muster.spi.Network;
import dev.muster.spi.Packet;
import dev.muster.spi.PacketBatch;
import dev.muster.spi.PacketCodec;
import dev.muster.spi.Protocol;
import dev.muster.spi.StackFingerprint;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One protocol at its place in a stack: the context that the protocol sees. */
final class Layer implements Context {

    private static final Logger LOG = LoggerFactory.getLogger(Layer.class);

    private final Stack stack;
    private final int index;
    private final String name;
    private final Protocol protocol;
    /** Else this keeps in its place, for good, what the protocol gets. */
    private final boolean tellsWhatItKeeps;
    private final Map<Integer, Timer> timers = new HashMap<>();
    private final Map<String, LongCounter> counters = new ConcurrentSkipListMap<>();
    private final Map<String, LongSupplier> gauges = new TreeMap<>();
    private RandomGenerator random;
    private Network network;

    Layer(Stack stack, int index, StackPlan.PlannedLayer planned, Protocol protocol) {
        this.stack = stack;
        this.index = index;
        this.name = planned.name();
        this.protocol = protocol;
        this.tellsWhatItKeeps = protocol.tellsWhatItKeeps();
        planned.provider().figures().forEach(figure -> counter(figure.name()));
    }

    /**
     * A timer of a protocol. Moving the deadline later does not touch the environment's timer: that one fires early and
     * is set anew, so setting a timer again and again costs next to nothing.
     */
    final class Timer {
        private final int id;
        private long deadlineNanos;
        private boolean wanted;
        private long wakeNanos;
        private Environment.Scheduled scheduled;

        private Timer(int id) {
            this.id = id;
        }

        private void set(long delayNanos) {
            wanted = true;
            deadlineNanos = nowNanos() + delayNanos;
            if (delayNanos <= 0) {
                stack.enqueueTimer(index, this);
            } else if (scheduled == null || wakeNanos - deadlineNanos > 0) {
                schedule();
            }
        }

        private void schedule() {
            if (scheduled != null) {
                scheduled.cancel();
            }
            wakeNanos = deadlineNanos;
            scheduled = stack.environment().schedule(deadlineNanos - nowNanos(), this::wake);
        }

        private void wake() {
            scheduled = null;
            if (wanted && deadlineNanos - nowNanos() > 0) {
                schedule();
            } else if (wanted) {
                stack.turn(() -> stack.enqueueTimer(index, this));
            }
        }

        private void forget() {
            wanted = false;
            if (scheduled != null) {
                scheduled.cancel();
                scheduled = null;
            }
        }
    }

    /** A timer has run out. */
    void fire(Timer timer) {
        if (timer.wanted && timer.deadlineNanos - nowNanos() <= 0) {
            timer.wanted = false;
            protocol.timer(timer.id);
        }
    }

    void stop() {
        timers.values().forEach(Timer::forget);
        try {
            protocol.stop();
        } catch (RuntimeException | Error e) {
            failed("stop", e);
        }
    }

    void failed(String where, Throwable e) {
        counter("failures").increment();
        LOG.error("{}: protocol {} failed in {}; what it was doing is dropped", stack.self(), name, where, e);
    }

    void up(Packet packet) {
        if (!tellsWhatItKeeps) {
            packet.keep();
        }
        protocol.up(packet);
    }

    void up(PacketBatch batch) {
        if (!tellsWhatItKeeps) {
            batch.keep();
        }
        protocol.up(batch);
    }

    void down(Packet packet) {
        if (!tellsWhatItKeeps) {
            packet.keep();
        }
        protocol.down(packet);
    }

    String name() {
        return name;
    }

    Protocol protocol() {
        return protocol;
    }

    int index() {
        return index;
    }

    /** Ask for the figures that are not kept up to date; for the owner. */
    void readGauges() {
        gauges.forEach((gauge, value) -> {
            try {
                counter(gauge).set(value.getAsLong());
            } catch (RuntimeException | Error e) {
                failed("gauge " + gauge, e);
            }
        });
    }

    /** What this protocol is, has counted and waits for; for the owner. */
    Diagnosis.Layer diagnose(Map<String, String> settings) {
        readGauges();
        Map<String, Long> figures = new LinkedHashMap<>();
        counters.forEach((counter, value) -> figures.put(counter, value.get()));
        return new Diagnosis.Layer(name, settings, figures, waits());
    }

    private List<Wait> waits() {
        try {
            return protocol.waits().stream().map(wait -> new Wait(wait.reason(), wait.what(), stack.named(wait.members()),
                    wait.lasting())).toList();
        } catch (RuntimeException | Error e) {
            failed("waits", e);
            return List.of();
        }
    }

    void counters(Map<String, Long> into) {
        counters.forEach((counter, value) -> into.put(name + "." + counter, value.get()));
    }

    @Override
    public Address self() {
        return stack.self();
    }

    @Override
    public String cluster() {
        return stack.cluster();
    }

    @Override
    public long nowNanos() {
        return stack.environment().nowNanos();
    }

    @Override
    public RandomGenerator random() {
        if (random == null) {
            random = stack.environment().newRandom();
        }
        return random;
    }

    @Override
    public void passUp(Packet packet) {
        stack.enqueueUp(index, packet);
    }

    @Override
    public void passUp(PacketBatch batch) {
        stack.enqueueUp(index, batch);
    }

    @Override
    public void passDown(Packet packet) {
        stack.enqueueDown(index - 1, packet);
    }

    @Override
    public void emitUp(Event event) {
        stack.enqueueEvent(index, ActionQueue.Kind.EVENT_UP, event);
    }

    @Override
    public void emitDown(Event event) {
        stack.enqueueEvent(index, ActionQueue.Kind.EVENT_DOWN, event);
    }

    @Override
    public void setTimer(int id, long delayNanos) {
        Timer timer = timers.get(id);
        if (timer == null) {
            timer = new Timer(id);
            timers.put(id, timer);
        }
        timer.set(delayNanos);
    }

    @Override
    public void cancelTimer(int id) {
        Timer timer = timers.get(id);
        if (timer != null) {
            timer.wanted = false;
        }
    }

    @Override
    public Network network() {
        if (network == null) {
            network = new GuardedNetwork(stack, this, index == 0 ? stack.transportNetwork() : stack.network());
        }
        return network;
    }

    @Override
    public PacketCodec codec() {
        return stack.codec();
    }

    @Override
    public Counter counter(String counter) {
        return counters.computeIfAbsent(counter, key -> new LongCounter());
    }

    @Override
    public void gauge(String gauge, LongSupplier value) {
        gauges.put(gauge, value);
    }

    @Override
    public <T> T shared(T value) {
        return stack.environment().shared(value);
    }

    @Override
    public StackFingerprint fingerprint() {
        return stack.fingerprint();
    }
}
