package dev.muster.testkit.simulation;

import java.util.Arrays;
import java.util.SplittableRandom;

/** What a link makes of bytes. Always recognisable by their first ones, as if a checksum below had been looked at. */
final class Spoiling {

    /** Shorter than the head of any packet. */
    private static final int LONGEST_STUMP = 30;
    private static final int VERSION_AT = 2;

    private Spoiling() {}

    static byte[] corrupted(byte[] bytes, SplittableRandom random) {
        byte[] spoiled = bytes.clone();
        for (int flips = random.nextInt(8); flips > 0 && spoiled.length > 0; flips--) {
            spoiled[random.nextInt(spoiled.length)] ^= (byte) (1 << random.nextInt(8));
        }
        if (spoiled.length > 0) {
            // a byte that begins neither a packet nor a frame of a stream
            spoiled[0] = (byte) (bytes[0] ^ 1 << 4 + random.nextInt(4));
        }
        return spoiled;
    }

    static byte[] truncated(byte[] bytes, SplittableRandom random) {
        return Arrays.copyOf(bytes, random.nextInt(Math.max(1, Math.min(LONGEST_STUMP, bytes.length))));
    }

    /** The same packet, of the next version of the wire format. */
    static byte[] future(byte[] bytes) {
        byte[] changed = bytes.clone();
        if (changed.length > VERSION_AT) {
            changed[VERSION_AT]++;
        }
        return changed;
    }
}
