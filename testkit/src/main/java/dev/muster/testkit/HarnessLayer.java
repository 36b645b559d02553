package dev.muster.testkit;

import dev.muster.api.Address;
import dev.muster.spi.Context;
import dev.muster.spi.Counter;
import dev.muster.spi.Event;
import dev.muster.spi.Network;
import dev.muster.spi.Packet;
import dev.muster.spi.PacketBatch;
import dev.muster.spi.PacketCodec;
import dev.muster.spi.Protocol;
import dev.muster.spi.StackFingerprint;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/** One layer in a harness, and what it may touch. */
final class HarnessLayer implements Context {

    final Protocol protocol;
    final int index;
    private final Map<String, Counter> counters = new LinkedHashMap<>();
    private final Map<String, LongSupplier> gauges = new LinkedHashMap<>();
    private final ProtocolHarness harness;
    private final HarnessStack stack;
    private final RandomGenerator random;

    HarnessLayer(ProtocolHarness harness, HarnessStack stack, int index, Protocol protocol, RandomGenerator random) {
        this.harness = harness;
        this.stack = stack;
        this.index = index;
        this.protocol = protocol;
        this.random = random;
    }

    @Override
    public Address self() {
        return harness.self();
    }

    @Override
    public String cluster() {
        return harness.cluster();
    }

    @Override
    public long nowNanos() {
        return harness.nowNanos();
    }

    @Override
    public RandomGenerator random() {
        return random;
    }

    @Override
    public void passUp(Packet packet) {
        stack.later(() -> stack.packetUp(index + 1, packet));
    }

    @Override
    public void passUp(PacketBatch batch) {
        stack.later(() -> stack.batchUp(index + 1, batch));
    }

    @Override
    public void passDown(Packet packet) {
        stack.later(() -> stack.packetDown(index - 1, packet));
    }

    @Override
    public void emitUp(Event event) {
        stack.later(() -> stack.eventUp(index + 1, event, false));
    }

    @Override
    public void emitDown(Event event) {
        stack.later(() -> stack.eventDown(index - 1, event, false));
    }

    @Override
    public void setTimer(int id, long delayNanos) {
        harness.timers().set(index, id, delayNanos);
    }

    @Override
    public void cancelTimer(int id) {
        harness.timers().cancel(index, id);
    }

    @Override
    public Network network() {
        return harness.network();
    }

    @Override
    public PacketCodec codec() {
        return harness.codec();
    }

    @Override
    public Counter counter(String name) {
        return counters.computeIfAbsent(name, unused -> new PlainCounter());
    }

    @Override
    public void gauge(String name, LongSupplier value) {
        gauges.put(name, value);
    }

    /** Names of counters and gauges. */
    Set<String> figures() {
        Set<String> all = new TreeSet<>(counters.keySet());
        all.addAll(gauges.keySet());
        return all;
    }

    /** A counter or a gauge; 0 if there is none of that name. */
    long read(String name) {
        LongSupplier gauge = gauges.get(name);
        Counter counter = counters.get(name);
        return gauge != null ? gauge.getAsLong() : counter != null ? counter.get() : 0;
    }

    @Override
    public StackFingerprint fingerprint() {
        return harness.fingerprint();
    }

    /** Counts for one thread. */
    private static final class PlainCounter implements Counter {
        private long value;

        @Override
        public void add(long amount) {
            value += amount;
        }

        @Override
        public void set(long replacement) {
            value = replacement;
        }

        @Override
        public long get() {
            return value;
        }
    }
}
