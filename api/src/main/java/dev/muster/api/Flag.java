package dev.muster.api;

import java.util.Collection;

/** Wishes of the sender about one message. */
public enum Flag {

    /** Out of band: still reliable and exactly once, but in no order and not held up by messages before it. */
    OOB,

    /** Send at once, in a packet of its own, however busy the stack is. */
    DONT_BUNDLE,

    /** Pass flow control by: for few, small and urgent messages. Nobody slows the sender down then. */
    NO_FC,

    /**
     * The array is the channel's from now on: whoever sends it never writes to it again. A message that is too large for a
     * packet is then sent from that very array, so it is in memory once at its sender. Smaller ones are copied all the same.
     */
    NO_COPY;

    /**
     * The bit of this flag in a set of flags.
     *
     * @return a power of two
     */
    public int bit() {
        return 1 << ordinal();
    }

    /**
     * The bits of several flags.
     *
     * @param flags any flags
     * @return their bits
     */
    public static int bits(Collection<Flag> flags) {
        int bits = 0;
        for (Flag flag : flags) {
            bits |= flag.bit();
        }
        return bits;
    }

    /**
     * Tell whether this flag is in a set.
     *
     * @param bits a set of flags
     * @return true if it is
     */
    public boolean in(int bits) {
        return (bits & bit()) != 0;
    }
}
