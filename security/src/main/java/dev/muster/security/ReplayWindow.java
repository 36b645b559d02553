package dev.muster.security;

/**
 * Remembers which numbers of one sender have been seen. Those further behind the highest than the window is wide count as
 * seen: a datagram that is overtaken by so many is lost.
 */
final class ReplayWindow {

    private static final int SLOTS = 64;
    /** One word less than there is: that of the highest number is in use for numbers yet to come. */
    static final int WIDTH = (SLOTS - 1) * Long.SIZE;

    private final long[] seen = new long[SLOTS];
    private long highest = -1;

    /** Whether a number may be new. */
    boolean isNew(long number) {
        return number > highest
                || number >= 0 && number > highest - WIDTH && (seen[slot(number)] & 1L << number) == 0;
    }

    /** Note a number that is {@link #isNew}. */
    void note(long number) {
        if (number > highest) {
            forget(number);
            highest = number;
        }
        seen[slot(number)] |= 1L << number;
    }

    /** Make room for everything between the highest number so far and a new one. */
    private void forget(long number) {
        long first = (highest >> 6) + 1;
        long last = number >> 6;
        if (last - first >= SLOTS) {
            first = last - SLOTS + 1;
        }
        for (long block = first; block <= last; block++) {
            seen[(int) (block & SLOTS - 1)] = 0;
        }
    }

    private static int slot(long number) {
        return (int) (number >> 6 & SLOTS - 1);
    }
}
