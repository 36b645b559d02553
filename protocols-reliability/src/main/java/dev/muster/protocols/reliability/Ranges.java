package dev.muster.protocols.reliability;

import dev.muster.spi.WireReader;
import dev.muster.spi.WireWriter;
import java.util.Arrays;

/**
 * Ascending ranges of sequence numbers: pairs of first and last, both included.
 *
 * <p>On the wire: count, then per range the distance of its first from the end of the one before, and its length less
 * one, all varint. Compared by content.
 */
final class Ranges {

    /** Most ranges that one header carries; what is missing beyond is told later. */
    static final int MOST = 32;

    static final Ranges NONE = new Ranges(new long[0], 0);

    private final long[] bounds;
    private final int count;

    private Ranges(long[] bounds, int count) {
        this.bounds = bounds;
        this.count = count;
    }

    static Ranges of(long... bounds) {
        return new Ranges(bounds, bounds.length / 2);
    }

    int count() {
        return count;
    }

    boolean isEmpty() {
        return count == 0;
    }

    long from(int index) {
        return bounds[2 * index];
    }

    long to(int index) {
        return bounds[2 * index + 1];
    }

    /** Collects sequence numbers given in ascending order. */
    static final class Builder {
        private long[] bounds = new long[8];
        private int count;

        /** Add one; false if there is no room for another range. */
        boolean add(long sequence) {
            if (count > 0 && bounds[2 * count - 1] == sequence - 1) {
                bounds[2 * count - 1] = sequence;
                return true;
            }
            if (count == MOST) {
                return false;
            }
            if (2 * count == bounds.length) {
                bounds = Arrays.copyOf(bounds, 2 * bounds.length);
            }
            bounds[2 * count] = sequence;
            bounds[2 * count + 1] = sequence;
            count++;
            return true;
        }

        Ranges build() {
            return count == 0 ? NONE : new Ranges(Arrays.copyOf(bounds, 2 * count), count);
        }
    }

    /** For people, such as {@code 3, 17–19}. */
    String words() {
        StringBuilder words = new StringBuilder();
        for (int i = 0; i < count; i++) {
            words.append(i == 0 ? "" : ", ").append(from(i)).append(from(i) == to(i) ? "" : "–" + to(i));
        }
        return words.toString();
    }

    void encode(WireWriter out) {
        out.writeVarint(count);
        long last = 0;
        for (int i = 0; i < count; i++) {
            out.writeVarint(from(i) - last).writeVarint(to(i) - from(i));
            last = to(i);
        }
    }

    static Ranges decode(WireReader in) {
        int count = in.readCount(2);
        if (count > MOST) {
            throw in.malformed(count + " ranges, at most " + MOST);
        }
        long[] bounds = new long[2 * count];
        long last = 0;
        for (int i = 0; i < count; i++) {
            long from = last + in.readVarint();
            long to = from + in.readVarint();
            if (from <= last || to < from) {
                throw in.malformed("range " + from + " to " + to + " after " + last + " does not ascend");
            }
            bounds[2 * i] = from;
            bounds[2 * i + 1] = to;
            last = to;
        }
        return count == 0 ? NONE : new Ranges(bounds, count);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Ranges that && Arrays.equals(bounds, that.bounds);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bounds);
    }

    @Override
    public String toString() {
        return Arrays.toString(bounds);
    }
}
