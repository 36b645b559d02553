package dev.muster.testkit.history;

import java.util.HashMap;
import java.util.Map;

/** What one life has sent, by number from 0. */
final class SentMessages {

    /** The receiver of what was sent to the group. */
    static final int GROUP = -1;

    private static final int NO_PLACE = -1;

    private final LongList times = new LongList();
    private final LongList receivers = new LongList();
    private final LongList places = new LongList();
    private final LongList positions = new LongList();
    private final Map<Integer, Integer> lengths = new HashMap<>();

    /**
     * One more.
     *
     * @param receiver number of a life, or {@link #GROUP}
     * @param ordered whether it has a place among those to the same receiver
     * @param position how much had happened to the sender
     * @return its number
     */
    int add(long nanos, int receiver, boolean ordered, int position) {
        times.add(nanos);
        receivers.add(receiver);
        places.add(ordered ? lengths.merge(receiver, 1, Integer::sum) - 1 : NO_PLACE);
        positions.add(position);
        return receivers.size() - 1;
    }

    /** The last one was refused. */
    void removeLast() {
        int last = count() - 1;
        if (places.get(last) != NO_PLACE) {
            lengths.merge(receiver(last), -1, Integer::sum);
        }
        times.removeLast();
        receivers.removeLast();
        places.removeLast();
        positions.removeLast();
    }

    int count() {
        return receivers.size();
    }

    boolean toGroup(int number) {
        return receivers.get(number) == GROUP;
    }

    int receiver(int number) {
        return (int) receivers.get(number);
    }

    long nanos(int number) {
        return times.get(number);
    }

    int position(int number) {
        return (int) positions.get(number);
    }

    /** Negative if the order means nothing to it. */
    int place(int number) {
        return (int) places.get(number);
    }
}
