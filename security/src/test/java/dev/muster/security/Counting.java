package dev.muster.security;

import dev.muster.spi.Context;
import dev.muster.spi.Counter;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** A context of which only counters and gauges are used. */
final class Counting {

    private final Map<String, AtomicLong> counters = new TreeMap<>();
    private final Map<String, LongSupplier> gauges = new TreeMap<>();

    Context context() {
        return (Context) Proxy.newProxyInstance(Counting.class.getClassLoader(), new Class<?>[] {Context.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "counter" -> counter((String) arguments[0]);
                    case "gauge" -> gauges.put((String) arguments[0], (LongSupplier) arguments[1]);
                    case "self" -> null;
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }

    private Counter counter(String name) {
        AtomicLong value = counters.computeIfAbsent(name, key -> new AtomicLong());
        return new Counter() {
            @Override
            public void add(long count) {
                value.addAndGet(count);
            }

            @Override
            public void set(long now) {
                value.set(now);
            }

            @Override
            public long get() {
                return value.get();
            }
        };
    }

    long dropped(Refusals.Reason reason) {
        return counters.get(reason.counter()).get();
    }

    long dropped() {
        return counters.values().stream().mapToLong(AtomicLong::get).sum();
    }

    long gauge(String name) {
        return gauges.get(name).getAsLong();
    }
}
