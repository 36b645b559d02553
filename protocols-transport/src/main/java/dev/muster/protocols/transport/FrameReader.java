package dev.muster.protocols.transport;

import dev.muster.spi.MalformedException;
import dev.muster.spi.PacketMemory;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.IntFunction;

/**
 * Cuts a stream of bytes into frames. Trusts nothing: memory is taken for a frame only once its kind and length are
 * checked, and beyond what an ordinary packet takes only as its bytes arrive.
 *
 * <pre>
 *  0        1                          4
 * +--------+--------------------------+----------------+
 * | kind   | length                   | length bytes … |
 * +--------+--------------------------+----------------+
 * kind 0 packet (1 byte and more), 1 hello (1 to 512 bytes), 2 orderly close (0 bytes)
 * </pre>
 *
 * <p>Pure; not for concurrent use. After an exception the stream can't be understood any more: close it.
 */
public final class FrameReader {

    /** A packet. */
    public static final int PACKET = 0;
    /** Who is at the other end; first on every connection. */
    public static final int HELLO = 1;
    /** The peer closes the connection because it wants to. */
    public static final int CLOSE = 2;
    /** Bytes before each frame. */
    public static final int HEAD_BYTES = 4;
    /** Largest frame that the length field can express. */
    public static final int LARGEST = 0xFF_FFFF;
    private static final int LARGEST_HELLO = 512;
    private static final int TAKEN_ON_TRUST = 1 << 16;

    private final int mostBytes;
    private final IntFunction<PacketMemory> packetMemory;
    private final Sink sink;
    private long position;
    private int headBytes;
    private int word;
    private int length;
    /** What an ordinary packet is read into; null for other frames. */
    private PacketMemory memory;
    private byte[] body;
    private int filled;

    /** Told of frames. */
    @FunctionalInterface
    public interface Sink {
        /**
         * A frame is complete.
         *
         * @param kind {@link #PACKET}, {@link #HELLO} or {@link #CLOSE}
         * @param body its bytes from the first on; the receiver keeps it from now on. Nothing follows them unless it is a packet
         * @param length number of bytes
         */
        void frame(int kind, PacketMemory body, int length);
    }

    /**
     * Create a reader.
     *
     * @param mostBytes largest packet accepted
     * @param packetMemory where ordinary packets of some length are read into
     * @param sink told of frames
     */
    public FrameReader(int mostBytes, IntFunction<PacketMemory> packetMemory, Sink sink) {
        this.mostBytes = Math.min(mostBytes, LARGEST);
        this.packetMemory = packetMemory;
        this.sink = sink;
    }

    /**
     * The word before a frame.
     *
     * @param kind of the frame
     * @param length number of bytes that follow
     * @return four bytes, big endian
     */
    public static int head(int kind, int length) {
        return kind << 24 | length;
    }

    /**
     * Read on.
     *
     * @param in read to its end
     * @throws MalformedException if a frame can't be one
     */
    public void read(ByteBuffer in) {
        while (in.hasRemaining()) {
            if (body == null) {
                readHead(in);
            } else {
                int count = Math.min(in.remaining(), Math.min(length, body.length) - filled);
                in.get(body, filled, count);
                filled += count;
                position += count;
            }
            if (body != null && filled == length) {
                complete();
            } else if (body != null && filled == body.length) {
                body = Arrays.copyOf(body, (int) Math.min(length, 2L * filled));
            }
        }
    }

    private void complete() {
        PacketMemory complete = memory == null ? PacketMemory.of(body) : memory;
        memory = null;
        body = null;
        sink.frame(word >>> 24, complete, length);
    }

    private void readHead(ByteBuffer in) {
        if (headBytes == 0 && in.remaining() >= HEAD_BYTES) {
            word = in.getInt();
            headBytes = HEAD_BYTES;
        } else {
            word = word << 8 | in.get() & 0xFF;
            headBytes++;
        }
        if (headBytes == HEAD_BYTES) {
            headBytes = 0;
            position += HEAD_BYTES;
            length = checkedLength(word >>> 24, word & LARGEST);
            memory = word >>> 24 == PACKET && length <= TAKEN_ON_TRUST ? packetMemory.apply(length) : null;
            body = memory == null ? new byte[Math.min(length, TAKEN_ON_TRUST)] : memory.array();
            filled = 0;
        }
    }

    private int checkedLength(int kind, int told) {
        int least = kind == CLOSE ? 0 : 1;
        int most = switch (kind) {
            case PACKET -> mostBytes;
            case HELLO -> LARGEST_HELLO;
            case CLOSE -> 0;
            default -> throw new MalformedException(offset(), "frame of kind " + kind + ", expected 0, 1 or 2");
        };
        if (told < least || told > most) {
            throw new MalformedException(offset(), "frame of kind " + kind + " with " + told + " bytes, expected "
                    + least + " to " + most);
        }
        return told;
    }

    private int offset() {
        return (int) Math.min(Integer.MAX_VALUE, position - HEAD_BYTES);
    }
}
