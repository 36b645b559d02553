package dev.muster.core;

import dev.muster.spi.Counter;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** A counter with one writer at a time: plain writes, opaque reads, no locked instruction. */
final class LongCounter implements Counter {

    private static final VarHandle VALUE;

    static {
        try {
            VALUE = MethodHandles.lookup().findVarHandle(LongCounter.class, "value", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private long value;

    @Override
    public void add(long amount) {
        VALUE.setOpaque(this, value + amount);
    }

    @Override
    public void set(long newValue) {
        VALUE.setOpaque(this, newValue);
    }

    @Override
    public long get() {
        return (long) VALUE.getOpaque(this);
    }
}
