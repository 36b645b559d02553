package dev.muster.spi.router;

import dev.muster.spi.MalformedException;
import dev.muster.spi.Network;
import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * One stream between a router and a client, seen from either side: cuts what comes into frames, and writes what is offered
 * as fast as the peer takes it, in order, without ever waiting for it.
 *
 * <p>For the owner of the network only.
 */
public final class RouterConnection implements Network.StreamHandler {

    private final Peer peer;
    private final FrameQueue queue;
    private final RouterFrameReader reader;
    private Network.Stream stream;
    private boolean connected;
    private boolean closed;
    private boolean blocked;

    /** Told what happens on the connection. */
    public interface Peer {
        /** The connection that was asked for is there. */
        default void connected() {}

        /**
         * A frame has come.
         *
         * @param frame its head of four bytes and its message; the receiver's own from now on
         */
        void frame(byte[] frame);

        /**
         * What comes can't be cut into frames; {@link #closed} follows.
         *
         * @param problem what is wrong with it
         */
        void malformed(String problem);

        /** All that was ready has been handed over. */
        default void receivedAll() {}

        /**
         * The connection is gone, and not by {@link RouterConnection#close}. Called once.
         *
         * @param orderly true if the peer has said so before
         * @param detail for logs
         */
        void closed(boolean orderly, String detail);
    }

    /**
     * Create a connection without a stream.
     *
     * @param mostFrameBytes longest message accepted
     * @param queueBytes most bytes of data that wait to be written
     * @param peer told what happens
     */
    public RouterConnection(int mostFrameBytes, long queueBytes, Peer peer) {
        this.peer = Objects.requireNonNull(peer, "peer");
        this.queue = new FrameQueue(queueBytes);
        this.reader = new RouterFrameReader(mostFrameBytes, new RouterFrameReader.Sink() {
            @Override
            public void frame(byte[] frame) {
                if (!closed) {
                    peer.frame(frame);
                }
            }

            @Override
            public void orderlyClose() {
                end(true, "the peer says goodbye");
            }
        });
    }

    /**
     * Name the stream.
     *
     * @param newStream the stream
     * @param isConnected false if it is only about to be connected
     */
    public void on(Network.Stream newStream, boolean isConnected) {
        stream = newStream;
        connected = isConnected;
    }

    /**
     * Tell whether frames travel.
     *
     * @return false before, and after the end
     */
    public boolean isConnected() {
        return connected && !closed;
    }

    /**
     * Append a frame to what is to be written; {@link #flush} writes it.
     *
     * @param frame with its head, from position to limit; must not change any more
     * @param data whether it carries data of members, which is the first to be refused
     * @return false if the queue is full, or the connection closed: the frame is lost
     */
    public boolean offer(ByteBuffer frame, boolean data) {
        return !closed && queue.offer(frame, data);
    }

    /** Write what waits, as far as the system takes it. */
    public void flush() {
        if (isConnected() && !blocked && !queue.isEmpty() && !queue.writeTo(stream)) {
            blocked = true;
            stream.wantWritable(true);
        }
    }

    /**
     * Number of frames that wait.
     *
     * @return 0 if none
     */
    public int waitingFrames() {
        return queue.size();
    }

    /**
     * What waits.
     *
     * @return bytes
     */
    public long waitingBytes() {
        return queue.bytes();
    }

    @Override
    public void connected() {
        if (!closed) {
            connected = true;
            peer.connected();
            flush();
        }
    }

    @Override
    public void received(ByteBuffer bytes) {
        try {
            if (!closed) {
                reader.read(bytes);
            }
        } catch (MalformedException e) {
            peer.malformed(e.getMessage());
            end(false, e.getMessage());
        }
        bytes.position(bytes.limit());
    }

    @Override
    public void receivedAll() {
        if (!closed) {
            peer.receivedAll();
        }
    }

    @Override
    public void writable() {
        if (blocked && !closed) {
            blocked = false;
            stream.wantWritable(false);
            flush();
        }
    }

    @Override
    public void closed(Network.CloseReason reason, String detail) {
        end(false, reason + " " + detail);
    }

    private void end(boolean orderly, String detail) {
        if (!closed) {
            close();
            peer.closed(orderly, detail);
        }
    }

    /** Write what the system takes at once, then close. The peer object is not told. */
    public void close() {
        if (!closed) {
            flush();
            closed = true;
            queue.clear();
            if (stream != null) {
                stream.close();
            }
        }
    }

    @Override
    public String toString() {
        return stream == null ? "a connection" : String.valueOf(stream.remote());
    }
}
