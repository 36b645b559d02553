package dev.muster.testkit.simulation;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;

/** What a link makes of bytes. Always recognisable by their first ones, as if a checksum below had been looked at. */
final class Spoiling {

    /** Shorter than the head of any packet. */
    private static final int LONGEST_STUMP = 30;
    private static final int VERSION_AT = 2;
    /** Frames of streams, as docs/wire.md draws them: kind 1, length 3, then a packet, or a greeting of magic 4, version 1. */
    private static final int FRAME_HEAD = 4;
    private static final int PACKET = 0;
    private static final int HELLO = 1;
    private static final int HELLO_VERSION_AT = 4;

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

    /**
     * The same bytes of a stream, as a peer of the next version would have sent them: with a packet before them that is the
     * first of them in that version, or greeting as one of it. As they are if they begin with neither.
     */
    static byte[] futureOnStream(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        int word = bytes.length < FRAME_HEAD ? -1 : in.getInt();
        int length = word & 0xFF_FFFF;
        if (word >>> 24 == HELLO && length > HELLO_VERSION_AT && length <= in.remaining()) {
            byte[] changed = bytes.clone();
            changed[FRAME_HEAD + HELLO_VERSION_AT]++;
            return changed;
        }
        if (word >>> 24 == PACKET && length > VERSION_AT && length <= in.remaining()) {
            byte[] changed = new byte[FRAME_HEAD + length + bytes.length];
            System.arraycopy(bytes, 0, changed, 0, FRAME_HEAD + length);
            System.arraycopy(bytes, 0, changed, FRAME_HEAD + length, bytes.length);
            changed[FRAME_HEAD + VERSION_AT]++;
            return changed;
        }
        return bytes;
    }
}
