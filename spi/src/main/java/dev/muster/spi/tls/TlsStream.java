package dev.muster.spi.tls;

import dev.muster.spi.Network;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLException;

/**
 * One end of a stream that is encrypted by TLS: bytes of the wire go into the engine and bytes of the layer above come out
 * of it, and the other way round. What the engine wants to compute it computes at once, on the owner.
 */
final class TlsStream implements Network.Stream, Network.StreamHandler {

    private static final ByteBuffer[] NOTHING = {ByteBuffer.allocate(0)};

    private final TlsNetwork network;
    private final SSLEngine engine;
    private final ByteBuffer[] one = new ByteBuffer[1];
    private Network.Stream stream;
    private Network.StreamHandler handler;
    /** The beginning of a record, to be filled; null if there is none. */
    private ByteBuffer incoming;
    /** Records that the system has not taken yet, to be drained; null if there are none. */
    private ByteBuffer outgoing;
    private boolean open;
    private boolean wantsWritable;
    private boolean closed;

    TlsStream(TlsNetwork network, SSLEngine engine) {
        this.network = network;
        this.engine = engine;
    }

    void on(Network.Stream encrypted) {
        stream = encrypted;
    }

    void handle(Network.StreamHandler told) {
        handler = told;
    }

    // --- handshake

    @Override
    public void connected() {
        begin();
    }

    /** The stream is there. */
    void begin() {
        if (!closed) {
            guarded(() -> {
                engine.beginHandshake();
                advance();
            });
        }
    }

    @FunctionalInterface
    private interface Step {
        void run() throws SSLException;
    }

    private void guarded(Step step) {
        try {
            step.run();
        } catch (SSLException e) {
            String problem = "TLS: " + e.getMessage();
            sayFarewell();
            fail(Network.CloseReason.FAILED, problem);
        }
    }

    /** Do whatever the engine can do now. */
    private void advance() throws SSLException {
        boolean goesOn = true;
        while (goesOn && !closed) {
            goesOn = switch (engine.getHandshakeStatus()) {
                case NEED_TASK -> compute();
                case NEED_WRAP -> wrap(NOTHING, 1) >= 0 && !closed;
                case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> unwrap();
                case NOT_HANDSHAKING, FINISHED -> {
                    opened();
                    yield !closed && unwrap();
                }
            };
        }
    }

    private boolean compute() {
        for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
            task.run();
        }
        return true;
    }

    private void opened() {
        if (!open && !closed) {
            open = true;
            if (engine.getUseClientMode()) {
                handler.connected();
            } else if (wantsWritable) {
                handler.writable();
            }
            stream.wantWritable(wantsWritable || outgoing != null);
        }
    }

    // --- what comes

    @Override
    public void received(ByteBuffer bytes) {
        guarded(() -> {
            while (bytes.hasRemaining() && !closed) {
                incoming = incoming == null ? network.take() : incoming;
                int count = Math.min(bytes.remaining(), incoming.remaining());
                if (count == 0) {
                    throw new SSLException("the other end says more than a handshake has room for, and does not listen");
                }
                incoming.put(incoming.position(), bytes, bytes.position(), count).position(incoming.position() + count);
                bytes.position(bytes.position() + count);
                advance();
            }
        });
        bytes.position(bytes.limit());
    }

    /** Whether something came of it. */
    private boolean unwrap() throws SSLException {
        if (incoming == null) {
            return false;
        }
        ByteBuffer plain = network.plain();
        SSLEngineResult result = engine.unwrap(incoming.flip(), plain);
        incoming.compact();
        if (incoming.position() == 0) {
            network.give(incoming);
            incoming = null;
        }
        return switch (result.getStatus()) {
            case BUFFER_OVERFLOW -> {
                network.grow(engine.getSession().getApplicationBufferSize());
                yield true;
            }
            case BUFFER_UNDERFLOW -> false;
            case CLOSED -> {
                sayFarewell();
                fail(Network.CloseReason.CLOSED_BY_PEER, "end of stream");
                yield false;
            }
            case OK -> {
                deliver(plain.flip(), result);
                yield result.bytesConsumed() > 0 || result.bytesProduced() > 0;
            }
        };
    }

    private void deliver(ByteBuffer plain, SSLEngineResult result) {
        if (result.getHandshakeStatus() == SSLEngineResult.HandshakeStatus.FINISHED) {
            opened();
        }
        if (plain.hasRemaining() && !closed) {
            handler.received(plain);
        }
    }

    @Override
    public void receivedAll() {
        if (!closed) {
            handler.receivedAll();
        }
    }

    // --- what goes

    @Override
    public long write(ByteBuffer[] buffers, int count) {
        long[] taken = new long[1];
        if (open && !closed) {
            guarded(() -> {
                int at = 0;
                while (at < count && !closed && isDrained()) {
                    int wrapped = wrap(buffers, count);
                    if (wrapped <= 0) {
                        break;
                    }
                    taken[0] += wrapped;
                    while (at < count && !buffers[at].hasRemaining()) {
                        at++;
                    }
                }
            });
        }
        return taken[0];
    }

    private boolean isDrained() {
        return outgoing == null;
    }

    /** Encrypt as much as one write is to carry, and write it. Returns the bytes taken, -1 if the system must take others first. */
    private int wrap(ByteBuffer[] buffers, int count) throws SSLException {
        if (!isDrained()) {
            return -1;
        }
        ByteBuffer out = network.take();
        int taken = 0;
        SSLEngineResult result;
        do {
            result = engine.wrap(buffers, 0, count, out);
            taken += result.bytesConsumed();
        } while (result.getStatus() == SSLEngineResult.Status.OK && result.bytesConsumed() > 0
                && out.remaining() >= network.recordBytes());
        outgoing = out.flip();
        drain();
        return taken;
    }

    /** Leaves {@link #outgoing} null if the system has taken everything. */
    private void drain() {
        one[0] = outgoing;
        stream.write(one, 1);
        if (outgoing != null && !outgoing.hasRemaining()) {
            network.give(outgoing);
            outgoing = null;
        } else {
            stream.wantWritable(true);
        }
    }

    @Override
    public void writable() {
        if (closed) {
            return;
        }
        if (outgoing != null) {
            drain();
        }
        if (isDrained() && !closed) {
            stream.wantWritable(wantsWritable);
            guarded(this::advance);
            if (wantsWritable && open && !closed) {
                handler.writable();
            }
        }
    }

    @Override
    public void wantWritable(boolean wanted) {
        wantsWritable = wanted;
        if (open && !closed && isDrained()) {
            stream.wantWritable(wanted);
        }
    }

    @Override
    public void wantReadable(boolean wanted) {
        stream.wantReadable(wanted);
    }

    @Override
    public InetSocketAddress remote() {
        return stream.remote();
    }

    // --- the end

    @Override
    public void closed(Network.CloseReason reason, String detail) {
        if (!closed) {
            forget();
            handler.closed(reason, detail);
        }
    }

    private void fail(Network.CloseReason reason, String detail) {
        if (!closed) {
            stream.close();
            closed(reason, detail);
        }
    }

    @Override
    public void close() {
        if (!closed) {
            sayFarewell();
            forget();
            stream.close();
        }
    }

    /** An alert, or that this end says no more; as far as the system takes it at once. */
    private void sayFarewell() {
        engine.closeOutbound();
        if (!isDrained()) {
            return;
        }
        ByteBuffer out = network.take();
        try {
            engine.wrap(NOTHING, 0, 1, out);
            one[0] = out.flip();
            stream.write(one, 1);
        } catch (SSLException e) {
            // there is nobody to tell
        }
        network.give(out);
    }

    private void forget() {
        closed = true;
        if (incoming != null) {
            network.give(incoming);
            incoming = null;
        }
        if (outgoing != null) {
            network.give(outgoing);
            outgoing = null;
        }
    }
}
