package dev.muster.router;

import dev.muster.spi.Counter;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** Figures of one router. Changed by its owner, read by anybody. */
final class RouterCounters {

    private final Map<RouterCounter, AtomicLong> values = new EnumMap<>(RouterCounter.class);

    RouterCounters() {
        for (RouterCounter counter : RouterCounter.values()) {
            values.put(counter, new AtomicLong());
        }
    }

    void add(RouterCounter counter, long amount) {
        AtomicLong value = values.get(counter);
        value.setRelease(value.getPlain() + amount);
    }

    void set(RouterCounter counter, long amount) {
        values.get(counter).setRelease(amount);
    }

    /** One of them for who counts with {@link Counter}. */
    Counter counter(RouterCounter counter) {
        return new Counter() {
            @Override
            public void add(long amount) {
                RouterCounters.this.add(counter, amount);
            }

            @Override
            public void set(long value) {
                RouterCounters.this.set(counter, value);
            }

            @Override
            public long get() {
                return values.get(counter).get();
            }
        };
    }

    Map<RouterCounter, Long> snapshot() {
        Map<RouterCounter, Long> copy = new EnumMap<>(RouterCounter.class);
        values.forEach((counter, value) -> copy.put(counter, value.get()));
        return Collections.unmodifiableMap(copy);
    }
}
