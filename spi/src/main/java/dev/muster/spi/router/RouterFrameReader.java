package dev.muster.spi.router;

import dev.muster.spi.MalformedException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Cuts a stream of a router or of its client into frames: four bytes of length, big endian, and so many bytes. The length
 * -5 stands for itself: the peer closes on purpose.
 *
 * <p>Trusts nothing: a length is checked before memory is taken, and beyond what an ordinary frame needs it is taken only
 * as its bytes arrive. Pure; not for concurrent use. After an exception the stream can't be understood any more: close it.
 */
public final class RouterFrameReader {

    /** Length that says that the peer closes the connection because it wants to. */
    public static final int ORDERLY_CLOSE = -5;

    private static final int TAKEN_ON_TRUST = 1 << 16;

    private final int mostBytes;
    private final Sink sink;
    private byte[] frame = new byte[RouterCodec.HEAD_BYTES];
    private int filled;
    private int length = -1;

    /** Told of frames. */
    public interface Sink {
        /**
         * A frame is complete.
         *
         * @param frame its head of four bytes and its message; the receiver's own from now on
         */
        void frame(byte[] frame);

        /** The peer has said that it closes the connection. */
        void orderlyClose();
    }

    /**
     * Create a reader.
     *
     * @param mostBytes longest message accepted, its head not counted
     * @param sink told of frames
     */
    public RouterFrameReader(int mostBytes, Sink sink) {
        this.mostBytes = Math.min(mostBytes, Integer.MAX_VALUE - 64);
        this.sink = sink;
    }

    /**
     * Read on.
     *
     * @param in read to its end
     * @throws MalformedException if the length of a frame can't be one
     */
    public void read(ByteBuffer in) {
        while (in.hasRemaining()) {
            int wanted = length < 0 ? RouterCodec.HEAD_BYTES : RouterCodec.HEAD_BYTES + length;
            if (filled == frame.length) {
                frame = Arrays.copyOf(frame, (int) Math.min(wanted, 2L * filled));
            }
            int count = Math.min(in.remaining(), Math.min(wanted, frame.length) - filled);
            in.get(frame, filled, count);
            filled += count;
            if (filled == wanted) {
                complete();
            }
        }
    }

    private void complete() {
        if (length < 0) {
            begin(ByteBuffer.wrap(frame).getInt());
        } else {
            byte[] complete = frame;
            reset();
            sink.frame(complete);
        }
    }

    private void begin(int told) {
        if (told == ORDERLY_CLOSE) {
            reset();
            sink.orderlyClose();
        } else if (told < 1 || told > mostBytes) {
            throw new MalformedException(0, "message of " + told + " bytes, expected 1 to " + mostBytes);
        } else {
            length = told;
            frame = Arrays.copyOf(frame, RouterCodec.HEAD_BYTES + Math.min(told, TAKEN_ON_TRUST));
        }
    }

    private void reset() {
        frame = new byte[RouterCodec.HEAD_BYTES];
        filled = 0;
        length = -1;
    }
}
