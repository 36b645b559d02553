package dev.muster.protocols.reliability;

import dev.muster.spi.Packet;
import java.util.ArrayList;
import java.util.List;

/**
 * Puts a large payload together from its parts, as they come and in their order. Each byte is copied once at most: into an
 * array of the whole length, which is taken when all parts are there, of large payloads when a share of them is. So in all no
 * more memory is needed than the payload takes and that share, and nobody gets an array who has not sent so much of it.
 *
 * <p>Nothing is copied as long as parts lie one behind the other in one array, as those do that this member has cut itself.
 */
final class Assembly {

    /** No array is taken for fewer bytes before all are there. */
    static final int SMALL_BYTES = 1 << 20;

    /** The array is taken when the whole is no more than so many times what has come. */
    static final int MOST_TIMES = 32;

    private final int whole;
    private final List<Packet> parts = new ArrayList<>();
    private byte[] array;
    private int length;

    /**
     * Begin.
     *
     * @param whole length of the payload in bytes
     */
    Assembly(int whole) {
        this.whole = whole;
    }

    /** Length of the whole payload. */
    int whole() {
        return whole;
    }

    /** Bytes that have come. */
    int length() {
        return length;
    }

    /** Bytes of memory that are held. */
    long held() {
        return array != null ? whole : length;
    }

    /**
     * Take the next part.
     *
     * @param part no longer than what is missing
     */
    void add(Packet part) {
        if (array != null) {
            copy(part);
            return;
        }
        length += part.length();
        part.keep();
        Packet last = parts.isEmpty() ? null : parts.get(parts.size() - 1);
        if (last != null && last.buffer() == part.buffer() && last.offset() + last.length() == part.offset()) {
            parts.set(parts.size() - 1, last.withPayload(last.buffer(), last.offset(), last.length() + part.length()));
        } else {
            parts.add(part);
        }
        if (parts.size() > 1 && length > SMALL_BYTES && length >= whole / MOST_TIMES) {
            moveToArray();
        }
    }

    private void moveToArray() {
        array = new byte[whole];
        length = 0;
        parts.forEach(part -> {
            copy(part);
            part.release();
        });
        parts.clear();
    }

    private void copy(Packet part) {
        System.arraycopy(part.buffer(), part.offset(), array, length, part.length());
        length += part.length();
    }

    /**
     * The whole, once all its parts have come.
     *
     * @param like everything but the payload comes from this
     * @return a packet that is {@link Packet#UNSHARED} unless its parts lay in one array
     */
    Packet finish(Packet like) {
        if (array == null && parts.size() == 1) {
            return like.withPayload(parts.get(0).buffer(), parts.get(0).offset(), length);
        }
        if (array == null) {
            moveToArray();
        }
        return like.withPayload(array, 0, length).withFlags(Packet.UNSHARED);
    }
}
