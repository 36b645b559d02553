package dev.muster.spi;

import dev.muster.api.Address;
import dev.muster.api.ViewId;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes fields one after another into an array that grows. Big endian; {@code varint} is seven bits per byte, least
 * significant first, the high bit set on all but the last. Not for concurrent use; {@link #clear} makes it new.
 */
public final class WireWriter {

    private byte[] array;
    private int length;

    /**
     * Create a writer.
     *
     * @param capacity bytes to begin with
     */
    public WireWriter(int capacity) {
        array = new byte[Math.max(16, capacity)];
    }

    /** Forget what was written. */
    public void clear() {
        length = 0;
    }

    /**
     * The array behind the writer; replaced when it grows.
     *
     * @return the array
     */
    public byte[] array() {
        return array;
    }

    /**
     * Number of bytes written.
     *
     * @return the length
     */
    public int length() {
        return length;
    }

    /**
     * Copy what was written.
     *
     * @return a new array
     */
    public byte[] toByteArray() {
        return Arrays.copyOf(array, length);
    }

    private int claim(int bytes) {
        if (length + bytes > array.length) {
            array = Arrays.copyOf(array, Math.max(array.length * 2, length + bytes));
        }
        int start = length;
        length += bytes;
        return start;
    }

    /**
     * Write one byte.
     *
     * @param value its low eight bits
     * @return this
     */
    public WireWriter writeByte(int value) {
        int at = claim(1);
        array[at] = (byte) value;
        return this;
    }

    /**
     * Write a flag as one byte.
     *
     * @param value the flag
     * @return this
     */
    public WireWriter writeBoolean(boolean value) {
        return writeByte(value ? 1 : 0);
    }

    /**
     * Write two bytes.
     *
     * @param value its low sixteen bits
     * @return this
     */
    public WireWriter writeShort(int value) {
        int at = claim(2);
        array[at] = (byte) (value >>> 8);
        array[at + 1] = (byte) value;
        return this;
    }

    /**
     * Write four bytes.
     *
     * @param value the number
     * @return this
     */
    public WireWriter writeInt(int value) {
        return writeShort(value >>> 16).writeShort(value);
    }

    /**
     * Overwrite four bytes written before.
     *
     * @param position where they begin
     * @param value the number
     */
    public void setInt(int position, int value) {
        array[position] = (byte) (value >>> 24);
        array[position + 1] = (byte) (value >>> 16);
        array[position + 2] = (byte) (value >>> 8);
        array[position + 3] = (byte) value;
    }

    /**
     * Write eight bytes.
     *
     * @param value the number
     * @return this
     */
    public WireWriter writeLong(long value) {
        return writeInt((int) (value >>> 32)).writeInt((int) value);
    }

    /**
     * Write a number in one to ten bytes; small ones are short.
     *
     * @param value the number, taken as unsigned
     * @return this
     */
    public WireWriter writeVarint(long value) {
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            writeByte((int) (rest & 0x7F | 0x80));
            rest >>>= 7;
        }
        return writeByte((int) rest);
    }

    /**
     * Write bytes without their length.
     *
     * @param bytes holds them
     * @param offset first byte
     * @param count number of bytes
     * @return this
     */
    public WireWriter writeRaw(byte[] bytes, int offset, int count) {
        int at = claim(count);
        System.arraycopy(bytes, offset, array, at, count);
        return this;
    }

    /**
     * Write bytes behind their length.
     *
     * @param bytes the bytes
     * @return this
     */
    public WireWriter writeBytes(byte[] bytes) {
        return writeVarint(bytes.length).writeRaw(bytes, 0, bytes.length);
    }

    /**
     * Write text as UTF-8 behind its length in bytes.
     *
     * @param text the text
     * @return this
     */
    public WireWriter writeText(String text) {
        return writeBytes(text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Write the identity of a member without its name: 16 bytes.
     *
     * @param address the member
     * @return this
     */
    public WireWriter writeId(Address address) {
        return writeLong(address.high()).writeLong(address.low());
    }

    /**
     * Write the identity of a member and its name.
     *
     * @param address the member
     * @return this
     */
    public WireWriter writeAddress(Address address) {
        return writeId(address).writeText(address.name());
    }

    /**
     * Write a view id: counter and creator without its name.
     *
     * @param id the view id
     * @return this
     */
    public WireWriter writeViewId(ViewId id) {
        return writeVarint(id.counter()).writeId(id.creator());
    }

    /**
     * Write an IP address and a port.
     *
     * @param address resolved
     * @return this
     */
    public WireWriter writeSocketAddress(InetSocketAddress address) {
        byte[] ip = address.getAddress().getAddress();
        return writeByte(ip.length).writeRaw(ip, 0, ip.length).writeShort(address.getPort());
    }
}
