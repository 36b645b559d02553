package dev.muster.protocols.transport;

import dev.muster.spi.Network;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * What waits to be written to one peer, bounded in bytes of buffer. Application data is refused first, so that control
 * packets still get through while a peer is slow.
 */
final class SendQueue {

    /** Frames offered to the system in one write. */
    static final int GATHERED = 16;

    private Frame[] ring = new Frame[GATHERED];
    private int head;
    private int count;
    private int headOffset;
    private long bytes;
    private final long mostDataBytes;
    private final long mostBytes;

    SendQueue(long mostDataBytes) {
        this.mostDataBytes = mostDataBytes;
        this.mostBytes = mostDataBytes + mostDataBytes / 4;
    }

    /**
     * Append a frame and hold it.
     *
     * @param frame the frame
     * @param data whether it carries application data
     * @return false if there is no room
     */
    boolean offer(Frame frame, boolean data) {
        if (bytes + frame.capacity() > (data ? mostDataBytes : mostBytes)) {
            return false;
        }
        if (count == ring.length) {
            grow();
        }
        frame.retain();
        ring[head + count & ring.length - 1] = frame;
        count++;
        bytes += frame.capacity();
        return true;
    }

    private void grow() {
        Frame[] larger = new Frame[ring.length * 2];
        for (int i = 0; i < count; i++) {
            larger[i] = ring[head + i & ring.length - 1];
        }
        ring = larger;
        head = 0;
    }

    /**
     * Write as much as the system takes.
     *
     * @param stream where to
     * @param gather room for buffers, shared by all queues
     * @return false if something is left
     */
    boolean writeTo(Network.Stream stream, ByteBuffer[] gather) {
        while (count > 0) {
            int now = Math.min(count, gather.length);
            long offered = 0;
            for (int i = 0; i < now; i++) {
                gather[i] = ring[head + i & ring.length - 1].from(i == 0 ? headOffset : 0);
                offered += gather[i].remaining();
            }
            long written = stream.write(gather, now);
            drop(written);
            if (written < offered) {
                return false;
            }
        }
        return true;
    }

    private void drop(long written) {
        long rest = written + headOffset;
        while (count > 0 && rest >= ring[head].length()) {
            rest -= ring[head].length();
            removeHead();
        }
        headOffset = (int) rest;
    }

    private void removeHead() {
        Frame done = ring[head];
        ring[head] = null;
        head = head + 1 & ring.length - 1;
        count--;
        bytes -= done.capacity();
        done.release();
    }

    /** The connection is another one now: a frame that was cut by the end of the former one begins anew. */
    void restart() {
        headOffset = 0;
    }

    void clear() {
        while (count > 0) {
            removeHead();
        }
        headOffset = 0;
        if (ring.length > GATHERED) {
            ring = Arrays.copyOf(ring, GATHERED);
            head = 0;
        }
    }

    boolean isEmpty() {
        return count == 0;
    }

    long bytes() {
        return bytes;
    }
}
