package dev.muster.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** Pending timers of all layers, in the order in which they run out. */
final class HarnessTimers {

    private record Moment(long nanos, long sequence) implements Comparable<Moment> {
        @Override
        public int compareTo(Moment other) {
            int byTime = Long.compare(nanos, other.nanos);
            return byTime != 0 ? byTime : Long.compare(sequence, other.sequence);
        }
    }

    /** Whose timer. */
    record Owner(int layer, int id) {}

    private final TreeMap<Moment, Owner> byMoment = new TreeMap<>();
    private final TreeMap<Long, Moment> byOwner = new TreeMap<>();
    private long now;
    private long sequence;

    long now() {
        return now;
    }

    void moveTo(long nanos) {
        now = nanos;
    }

    void set(int layer, int id, long delayNanos) {
        cancel(layer, id);
        long delay = Math.max(0, delayNanos);
        Moment moment = new Moment(now + delay < 0 ? Long.MAX_VALUE : now + delay, sequence++);
        byMoment.put(moment, new Owner(layer, id));
        byOwner.put(key(layer, id), moment);
    }

    void cancel(int layer, int id) {
        Moment old = byOwner.remove(key(layer, id));
        if (old != null) {
            byMoment.remove(old);
        }
    }

    /** When the next one runs out; negative if none is pending. */
    long next() {
        return byMoment.isEmpty() ? -1 : byMoment.firstKey().nanos();
    }

    /** Take the next one out. */
    Owner poll() {
        Owner owner = byMoment.pollFirstEntry().getValue();
        byOwner.remove(key(owner.layer(), owner.id()));
        return owner;
    }

    List<Integer> idsOf(int layer) {
        List<Integer> ids = new ArrayList<>();
        for (Owner owner : byMoment.values()) {
            if (owner.layer() == layer) {
                ids.add(owner.id());
            }
        }
        return ids;
    }

    private static long key(int layer, int id) {
        return (long) layer << 32 | id & 0xFFFF_FFFFL;
    }
}
