package dev.muster.spi;

import dev.muster.api.Address;
import dev.muster.api.ViewId;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads what {@link WireWriter} wrote, and trusts nothing: every length is checked before anything is allocated, and
 * bytes that end too early raise a {@link MalformedException}. Not for concurrent use.
 */
public final class WireReader {

    private byte[] array;
    private int position;
    private int end;

    /**
     * Read part of an array.
     *
     * @param array holds the bytes
     * @param offset first byte
     * @param length number of bytes
     */
    public WireReader(byte[] array, int offset, int length) {
        this.array = array;
        this.position = offset;
        this.end = offset + length;
    }

    /**
     * Where the next byte is read.
     *
     * @return index into the array
     */
    public int position() {
        return position;
    }

    /**
     * Bytes left.
     *
     * @return 0 at the end
     */
    public int remaining() {
        return end - position;
    }

    /**
     * Cut out a reader for the next bytes and skip them.
     *
     * @param length number of bytes
     * @return a reader of its own
     */
    public WireReader slice(int length) {
        int start = claim(length);
        return new WireReader(array, start, length);
    }

    /**
     * Raise the error for bytes that make no sense.
     *
     * @param problem what was and what was expected
     * @return never; declared so that callers can write {@code throw in.malformed(…)}
     */
    public MalformedException malformed(String problem) {
        return new MalformedException(position, problem);
    }

    /** Demand that nothing is left. */
    public void expectEnd() {
        if (position != end) {
            throw malformed(remaining() + " bytes too many");
        }
    }

    private int claim(int bytes) {
        if (bytes < 0 || bytes > end - position) {
            throw malformed(bytes + " more bytes expected, " + (end - position) + " left");
        }
        int start = position;
        position += bytes;
        return start;
    }

    /**
     * Read one byte.
     *
     * @return 0 to 255
     */
    public int readByte() {
        return array[claim(1)] & 0xFF;
    }

    /**
     * Read a flag.
     *
     * @return the flag
     */
    public boolean readBoolean() {
        int value = readByte();
        if (value > 1) {
            throw malformed("flag is " + value + ", expected 0 or 1");
        }
        return value == 1;
    }

    /**
     * Read two bytes.
     *
     * @return 0 to 65535
     */
    public int readShort() {
        int at = claim(2);
        return (array[at] & 0xFF) << 8 | array[at + 1] & 0xFF;
    }

    /**
     * Read four bytes.
     *
     * @return the number
     */
    public int readInt() {
        return readShort() << 16 | readShort();
    }

    /**
     * Read eight bytes.
     *
     * @return the number
     */
    public long readLong() {
        return (long) readInt() << 32 | readInt() & 0xFFFF_FFFFL;
    }

    /**
     * Read a number of one to ten bytes.
     *
     * @return the number
     */
    public long readVarint() {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            int next = readByte();
            value |= (long) (next & 0x7F) << shift;
            if (next < 0x80) {
                return value;
            }
        }
        throw malformed("number has more than ten bytes");
    }

    /**
     * Read a count of things that follow, each at least some bytes long, so that no count can demand more memory than
     * the bytes at hand justify.
     *
     * @param leastBytesEach smallest encoding of one thing, at least 1
     * @return the count
     */
    public int readCount(int leastBytesEach) {
        long count = readVarint();
        if (count < 0 || count > remaining() / leastBytesEach) {
            throw malformed("count " + count + " of things of at least " + leastBytesEach + " bytes, "
                    + remaining() + " bytes left");
        }
        return (int) count;
    }

    /**
     * Read bytes behind their length.
     *
     * @return a new array
     */
    public byte[] readBytes() {
        int length = readCount(1);
        int start = claim(length);
        return Arrays.copyOfRange(array, start, start + length);
    }

    /**
     * Read text behind its length.
     *
     * @return the text
     */
    public String readText() {
        int length = readCount(1);
        int start = claim(length);
        return new String(array, start, length, StandardCharsets.UTF_8);
    }

    /**
     * Read the identity of a member.
     *
     * @return an address without a name
     */
    public Address readId() {
        return Address.of(readLong(), readLong(), "");
    }

    /**
     * Read the identity of a member and its name.
     *
     * @return the address
     */
    public Address readAddress() {
        long high = readLong();
        long low = readLong();
        String name = readText();
        if (name.length() > Address.MAX_NAME_LENGTH) {
            throw malformed("name of " + name.length() + " characters, at most " + Address.MAX_NAME_LENGTH);
        }
        return Address.of(high, low, name);
    }

    /**
     * Read a view id.
     *
     * @return the id, its creator without a name
     */
    public ViewId readViewId() {
        long counter = readVarint();
        if (counter < 0) {
            throw malformed("view counter " + counter + " is negative");
        }
        return new ViewId(counter, readId());
    }

    /**
     * Read an IP address and a port.
     *
     * @return a resolved address
     */
    public InetSocketAddress readSocketAddress() {
        int length = readByte();
        if (length != 4 && length != 16) {
            throw malformed("IP address of " + length + " bytes, expected 4 or 16");
        }
        int start = claim(length);
        try {
            InetAddress ip = InetAddress.getByAddress(Arrays.copyOfRange(array, start, start + length));
            return new InetSocketAddress(ip, readShort());
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an IP address of 4 or 16 bytes is always valid", e);
        }
    }
}
