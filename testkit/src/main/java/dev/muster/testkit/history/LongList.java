package dev.muster.testkit.history;

import java.util.Arrays;

/** Longs, one after the other. */
final class LongList {

    private long[] values = new long[64];
    private int size;

    void add(long value) {
        if (size == values.length) {
            values = Arrays.copyOf(values, size * 2);
        }
        values[size++] = value;
    }

    void removeLast() {
        size--;
    }

    long get(int index) {
        return values[index];
    }

    int size() {
        return size;
    }
}
