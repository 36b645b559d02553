package dev.muster.spi;

/** Counts something. Written by the stack's owner, read by anyone, perhaps a moment late. */
public interface Counter {

    /** Count one. */
    default void increment() {
        add(1);
    }

    /**
     * Count several.
     *
     * @param amount how many
     */
    void add(long amount);

    /**
     * Replace the value: for gauges such as queue lengths.
     *
     * @param value the new value
     */
    void set(long value);

    /**
     * The value.
     *
     * @return the count
     */
    long get();
}
