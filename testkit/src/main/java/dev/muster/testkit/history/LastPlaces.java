package dev.muster.testkit.history;

import java.util.Arrays;

/** The last place in a stream of messages that was seen of each sender. */
final class LastPlaces {

    private static final int NONE = -1;

    private int[] places = {};

    /** Note a place; tells the one before, negative if there was none. */
    int put(int life, int place) {
        if (life >= places.length) {
            int known = places.length;
            places = Arrays.copyOf(places, Math.max(life + 1, 2 * known));
            Arrays.fill(places, known, places.length, NONE);
        }
        int before = places[life];
        places[life] = place;
        return before;
    }

    /** Forget all. */
    void clear() {
        Arrays.fill(places, NONE);
    }
}
