package dev.muster.core;

import dev.muster.api.Address;
import dev.muster.api.Message;
import dev.muster.api.MessageBatch;
import dev.muster.spi.Packet;
import java.util.Arrays;

/**
 * A cursor over the messages of one packet, lent to the application for one callback.
 *
 * <p>With the property {@code muster.poison=true} each batch gets a copy of its bytes, which is overwritten when the
 * callback returns, so that whoever keeps a lent array notices in tests.
 */
final class LentBatch implements MessageBatch {

    /** What lent bytes turn into in poison mode. */
    static final byte POISON = (byte) 0xDD;

    private final Packet packet;
    private final byte[] buffer;
    private final boolean poisoned;
    private final int end;
    private int offset;
    private int length;
    private int next;
    private int lentAt;
    private boolean returned;
    private boolean failed;
    private boolean given;

    LentBatch(Packet packet, boolean poisoned) {
        this.packet = packet;
        this.poisoned = poisoned;
        this.buffer = poisoned
                ? Arrays.copyOfRange(packet.buffer(), packet.offset(), packet.offset() + packet.length())
                : packet.buffer();
        this.next = poisoned ? 0 : packet.offset();
        this.end = next + packet.length();
    }

    @Override
    public boolean next() {
        checkLent();
        if (packet.has(Packet.SINGLE)) {
            return nextSingle();
        }
        if (next >= end) {
            return false;
        }
        int size = 0;
        int shift = 0;
        int at = next;
        byte read;
        do {
            read = at < end && shift < 35 ? buffer[at++] : -1;
            size |= (read & 0x7F) << shift;
            shift += 7;
        } while (read < 0 && shift <= 35);
        if (size < 0 || read < 0 || size > end - at) {
            int where = next - (end - packet.length());
            next = end;
            throw new IllegalStateException("packet from " + packet.source() + " holds a message of " + size
                    + " bytes at byte " + where + " of " + packet.length() + "; the rest of the packet is dropped");
        }
        offset = at;
        length = size;
        next = at + size;
        return true;
    }

    private boolean nextSingle() {
        if (!hasMore()) {
            return false;
        }
        offset = end - packet.length();
        length = packet.length();
        next = end + 1;
        return true;
    }

    /** Tell whether the application has not yet seen every message. */
    boolean hasMore() {
        return packet.has(Packet.SINGLE) ? next <= end : next < end;
    }

    /** A callback begins. */
    void lend() {
        failed = false;
        lentAt = next;
    }

    /** The callback threw. It is called again for the rest; a message that it did not even look at is passed over. */
    void noteFailure() {
        failed = true;
        if (next == lentAt && hasMore()) {
            skip();
        }
    }

    private void skip() {
        try {
            next();
        } catch (IllegalStateException e) {
            // malformed, so nothing is left; the failure that led here is the one to report
            next = end;
        }
    }

    /** Tell whether the last callback threw. */
    boolean failed() {
        return failed;
    }

    /** The callback is over. */
    void takeBack() {
        returned = true;
        if (poisoned) {
            Arrays.fill(buffer, POISON);
        }
    }

    /** Whether the array holds one message, belongs to nobody else, and was not given away before. */
    private boolean mayGiveAway() {
        return packet.has(Packet.SINGLE | Packet.UNSHARED) && !poisoned && !given && length == buffer.length;
    }

    private void checkLent() {
        if (returned) {
            throw new IllegalStateException(
                    "a message batch was used after the callback returned; copy what you keep with message()");
        }
    }

    @Override
    public Address source() {
        return packet.source();
    }

    @Override
    public Address destination() {
        return packet.destination();
    }

    @Override
    public int flagBits() {
        return packet.flags() & 0xFF;
    }

    @Override
    public byte[] buffer() {
        checkLent();
        return buffer;
    }

    @Override
    public int offset() {
        return offset;
    }

    @Override
    public int length() {
        return length;
    }

    @Override
    public Message message() {
        checkLent();
        byte[] own = mayGiveAway() ? buffer : Arrays.copyOfRange(buffer, offset, offset + length);
        given |= own == buffer;
        return new Message(packet.source(), packet.destination(), own, packet.flags());
    }
}
