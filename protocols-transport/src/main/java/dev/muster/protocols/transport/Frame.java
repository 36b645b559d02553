package dev.muster.protocols.transport;

import java.nio.ByteBuffer;

/**
 * A packet as it goes over the wire, encoded once and shared by the queues of all its receivers. Goes back to its pool when
 * the last of them lets go of it.
 */
final class Frame {

    private final FramePool pool;
    private final ByteBuffer buffer;
    private int length;
    private int references;

    Frame(FramePool pool, ByteBuffer buffer) {
        this.pool = pool;
        this.buffer = buffer;
    }

    /** Begin a new use: to be filled, then {@link #filled}. The caller holds the first reference. */
    ByteBuffer begin() {
        references = 1;
        buffer.clear();
        return buffer;
    }

    void filled() {
        length = buffer.position();
    }

    int length() {
        return length;
    }

    int capacity() {
        return buffer.capacity();
    }

    /** The bytes from an offset on. Queues write one after another, so they can share the buffer's position, too. */
    ByteBuffer from(int offset) {
        buffer.limit(length).position(offset);
        return buffer;
    }

    void retain() {
        references++;
    }

    void release() {
        references--;
        if (references == 0) {
            pool.giveBack(this);
        }
    }
}
