package dev.muster.spi.router;

import dev.muster.spi.Network;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Iterator;

/**
 * What waits to be written to one stream, bounded in bytes. Data is refused first, so that the rest still gets through while
 * a peer is slow.
 *
 * <p>Not for concurrent use.
 */
public final class FrameQueue {

    private static final int GATHERED = 16;
    /** What a frame takes besides its bytes. */
    private static final int FRAME_OVERHEAD = 128;

    private final ArrayDeque<ByteBuffer> frames = new ArrayDeque<>();
    private final ByteBuffer[] gather = new ByteBuffer[GATHERED];
    private final long mostDataBytes;
    private final long mostBytes;
    private long bytes;

    /**
     * Create an empty queue.
     *
     * @param mostDataBytes data beyond is refused; the rest has a quarter more
     */
    public FrameQueue(long mostDataBytes) {
        this.mostDataBytes = mostDataBytes;
        this.mostBytes = mostDataBytes + mostDataBytes / 4;
    }

    /**
     * Append a frame. A frame that is longer than the whole queue is taken when the queue is empty.
     *
     * @param frame from position to limit; its bytes must not change, its position stays
     * @param data whether it carries data of members
     * @return false if there is no room
     */
    public boolean offer(ByteBuffer frame, boolean data) {
        int cost = frame.remaining() + FRAME_OVERHEAD;
        if (bytes > 0 && bytes + cost > (data ? mostDataBytes : mostBytes)) {
            return false;
        }
        frames.addLast(frame.duplicate());
        bytes += cost;
        return true;
    }

    /**
     * Write as much as the system takes.
     *
     * @param stream where to
     * @return false if something is left
     */
    public boolean writeTo(Network.Stream stream) {
        while (!frames.isEmpty()) {
            int count = 0;
            long offered = 0;
            for (Iterator<ByteBuffer> next = frames.iterator(); count < GATHERED && next.hasNext(); count++) {
                gather[count] = next.next();
                offered += gather[count].remaining();
            }
            long written = stream.write(gather, count);
            Arrays.fill(gather, 0, count, null);
            bytes -= written;
            while (!frames.isEmpty() && !frames.peekFirst().hasRemaining()) {
                frames.removeFirst();
                bytes -= FRAME_OVERHEAD;
            }
            if (written < offered) {
                return false;
            }
        }
        return true;
    }

    /**
     * Tell whether nothing waits.
     *
     * @return true if so
     */
    public boolean isEmpty() {
        return frames.isEmpty();
    }

    /**
     * Number of frames that wait.
     *
     * @return 0 if none
     */
    public int size() {
        return frames.size();
    }

    /**
     * What waits, and what keeping it takes.
     *
     * @return bytes
     */
    public long bytes() {
        return bytes;
    }

    /** Forget what waits. */
    public void clear() {
        frames.clear();
        bytes = 0;
    }
}
