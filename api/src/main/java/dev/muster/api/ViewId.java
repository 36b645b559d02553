package dev.muster.api;

import java.util.Objects;

/**
 * Unique name of a view: a counter that grows from view to view, and the member that created it.
 *
 * @param counter grows strictly at each member from one installed view to the next; from 1
 * @param creator the member whose proposal became the view; tells apart views of two partitions with equal counters
 */
public record ViewId(long counter, Address creator) implements Comparable<ViewId> {

    /**
     * Check the parts.
     *
     * @param counter not negative
     * @param creator not null
     */
    public ViewId {
        Objects.requireNonNull(creator, "creator");
        if (counter < 0) {
            throw new IllegalArgumentException("counter=" + counter + " must not be negative");
        }
    }

    /** Order by counter, then by creator. */
    @Override
    public int compareTo(ViewId other) {
        int byCounter = Long.compare(counter, other.counter);
        return byCounter != 0 ? byCounter : creator.compareTo(other.creator);
    }

    @Override
    public boolean equals(Object other) {
        return this == other
                || other instanceof ViewId that && counter == that.counter && creator.equals(that.creator);
    }

    @Override
    public int hashCode() {
        return 31 * Long.hashCode(counter) + creator.hashCode();
    }

    @Override
    public String toString() {
        return creator + "|" + counter;
    }
}
