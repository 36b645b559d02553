package dev.muster.protocols.transport;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/**
 * Buffers outside the heap, so that writing to many receivers needs no copy into the system's format for each. Sizes are
 * powers of two: a queue of small packets does not hold large buffers. Grows with use up to a bound; beyond it buffers are
 * left to the collector.
 */
final class FramePool {

    private static final int LEAST_BITS = 8;

    private final ArrayDeque<Frame>[] idle;
    private final long mostIdleBytes;
    private long idleBytes;

    @SuppressWarnings({"unchecked", "rawtypes"})
    FramePool(long mostIdleBytes) {
        this.mostIdleBytes = mostIdleBytes;
        idle = new ArrayDeque[Integer.SIZE - LEAST_BITS];
        for (int i = 0; i < idle.length; i++) {
            idle[i] = new ArrayDeque<>();
        }
    }

    /** A frame with room for some bytes, held once by the caller; call {@link Frame#begin} first. */
    Frame take(int bytes) {
        int at = sizeClass(bytes);
        Frame frame = idle[at].pollLast();
        if (frame == null) {
            return new Frame(this, ByteBuffer.allocateDirect(1 << at + LEAST_BITS));
        }
        idleBytes -= frame.capacity();
        return frame;
    }

    void giveBack(Frame frame) {
        if (idleBytes + frame.capacity() <= mostIdleBytes) {
            idleBytes += frame.capacity();
            idle[sizeClass(frame.capacity())].addLast(frame);
        }
    }

    private static int sizeClass(int bytes) {
        return Math.max(LEAST_BITS, Integer.SIZE - Integer.numberOfLeadingZeros(bytes - 1)) - LEAST_BITS;
    }

    long idleBytes() {
        return idleBytes;
    }
}
