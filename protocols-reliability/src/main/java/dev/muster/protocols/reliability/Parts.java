package dev.muster.protocols.reliability;

import dev.muster.spi.Packet;
import java.util.List;

/** Joins payloads that were cut. */
final class Parts {

    private Parts() {}

    /**
     * Join.
     *
     * @param parts in order
     * @param length sum of their lengths
     * @param like everything but the payload comes from this
     * @return a packet with one payload
     */
    static Packet join(List<Packet> parts, int length, Packet like) {
        byte[] bytes = new byte[length];
        int at = 0;
        for (Packet part : parts) {
            System.arraycopy(part.buffer(), part.offset(), bytes, at, part.length());
            at += part.length();
        }
        return like.withPayload(bytes, 0, length);
    }
}
