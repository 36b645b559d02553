package dev.muster.router;

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

    Map<RouterCounter, Long> snapshot() {
        Map<RouterCounter, Long> copy = new EnumMap<>(RouterCounter.class);
        values.forEach((counter, value) -> copy.put(counter, value.get()));
        return Collections.unmodifiableMap(copy);
    }
}
