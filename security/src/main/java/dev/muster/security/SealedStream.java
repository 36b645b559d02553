package dev.muster.security;

import dev.muster.spi.Environment;
import dev.muster.spi.Network;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/**
 * A stream whose bytes are sealed, after a {@link Handshake}.
 *
 * <pre>
 * 0        1                          4
 * +--------+--------------------------+----------------+------+
 * | E1     | length                   | length bytes … | tag  |
 * | 1      | 3                        | sealed         | 16   |
 * +--------+--------------------------+----------------+------+
 * </pre>
 *
 * <p>The layer above hears of the stream when the other end has proved to have the key, and of bytes when they are
 * authentic. At the first that are not the stream is closed: nothing after them can be made out.
 */
final class SealedStream implements Network.Stream, Network.StreamHandler {

    static final int MARK = 0xE1;
    static final int HEAD_BYTES = 4;
    static final int MOST_PLAIN = 1 << 14;
    /** Bytes around those of a record. */
    static final int OVERHEAD = HEAD_BYTES + AesGcm.TAG_BYTES;
    static final int MOST_RECORD = MOST_PLAIN + OVERHEAD;
    private static final int LENGTH_MASK = 0xFF_FFFF;

    private final SealedNetwork network;
    private final Handshake handshake;
    private final ByteBuffer[] one = new ByteBuffer[1];
    private Network.Stream stream;
    /** Null until somebody above knows of the stream. */
    private Network.StreamHandler handler;
    private Network.AcceptHandler acceptor;
    private Environment.Scheduled limit;
    private StreamKeys sealing;
    private StreamKeys opening;
    /** Being filled with the next unit that can be understood; null between two units. */
    private byte[] unit;
    private int filled;
    private int needed;
    /** Sealed, but not yet taken by the system; null if there is nothing. */
    private ByteBuffer pending;
    private boolean wantsWritable;
    private boolean closed;

    private SealedStream(SealedNetwork network, Handshake handshake) {
        this.network = network;
        this.handshake = handshake;
        this.needed = handshake.needs();
    }

    static SealedStream opener(SealedNetwork network, Handshake handshake, Network.StreamHandler handler) {
        SealedStream stream = new SealedStream(network, handshake);
        stream.handler = handler;
        return stream;
    }

    static SealedStream acceptor(SealedNetwork network, Handshake handshake, Network.AcceptHandler acceptor,
            Network.Stream accepted) {
        SealedStream stream = new SealedStream(network, handshake);
        stream.acceptor = acceptor;
        stream.stream = accepted;
        return stream;
    }

    void on(Network.Stream connecting) {
        stream = connecting;
    }

    /** How long the handshake may take. */
    void limit(Environment.Scheduled timeout) {
        limit = timeout;
    }

    PreSharedKey shared() {
        return handshake.shared();
    }

    private boolean isOpen() {
        return sealing != null && !closed;
    }

    // --- handshake

    @Override
    public void connected() {
        if (!closed) {
            limit(network.limitHandshake(this));
            say(handshake.opening());
        }
    }

    private void say(byte[] bytes) {
        pending = ByteBuffer.wrap(bytes);
        writePending();
    }

    private void shakeHands() {
        byte[] answer = handshake.take(unit, network.keys());
        if (answer == null) {
            network.refused(handshake.refusal(), stream.remote());
            fail(Network.CloseReason.FAILED, "the other end has no key of this group");
            return;
        }
        if (answer.length > 0) {
            say(answer);
        }
        needed = handshake.needs();
        if (handshake.isDone()) {
            forgetLimit();
            sealing = handshake.sealing();
            opening = handshake.unsealing();
            needed = HEAD_BYTES;
            begin();
        }
    }

    private void begin() {
        network.opened(this);
        if (handler != null) {
            handler.connected();
        } else {
            handler = acceptor.accepted(this);
        }
        stream.wantWritable(wantsWritable || pending != null);
    }

    /** The other end takes too long. */
    void tooLate() {
        forgetLimit();
        network.refused(Refusals.Reason.MUTE, stream.remote());
        fail(Network.CloseReason.TIMED_OUT, "no handshake in time");
    }

    private void forgetLimit() {
        if (limit != null) {
            limit.cancel();
            limit = null;
        }
    }

    // --- what comes

    @Override
    public void received(ByteBuffer bytes) {
        while (bytes.hasRemaining() && !closed) {
            if (unit == null) {
                unit = network.takeBuffer();
            }
            int count = Math.min(bytes.remaining(), needed - filled);
            bytes.get(unit, filled, count);
            filled += count;
            if (filled == needed) {
                complete();
            }
        }
        bytes.position(bytes.limit());
    }

    private void complete() {
        if (opening == null) {
            shakeHands();
            filled = 0;
        } else if (needed == HEAD_BYTES) {
            int length = length();
            if (length < 0) {
                distrust();
            } else {
                needed = OVERHEAD + length;
            }
            return;
        } else {
            record();
            filled = 0;
            needed = HEAD_BYTES;
        }
        giveUnitBack();
    }

    /** Length of the record; -1 if it can't be one. */
    private int length() {
        int word = ByteBuffer.wrap(unit).getInt();
        int length = word & LENGTH_MASK;
        return word >>> 24 == MARK && length > 0 && length <= MOST_PLAIN ? length : -1;
    }

    private void record() {
        byte[] plain = network.openedBytes();
        int length = opening.open(network.cipher(), new AesGcm.Bytes(unit, 0, HEAD_BYTES),
                new AesGcm.Bytes(unit, HEAD_BYTES, needed - HEAD_BYTES), plain);
        if (length < 0) {
            distrust();
        } else {
            handler.received(ByteBuffer.wrap(plain, 0, length).asReadOnlyBuffer());
        }
    }

    private void distrust() {
        network.refused(Refusals.Reason.UNAUTHENTICATED, stream.remote());
        fail(Network.CloseReason.FAILED, "what came is not authentic");
    }

    private void giveUnitBack() {
        if (unit != null) {
            network.giveBuffer(unit);
            unit = null;
        }
    }

    @Override
    public void receivedAll() {
        if (isOpen()) {
            handler.receivedAll();
        }
    }

    // --- what goes

    @Override
    public long write(ByteBuffer[] buffers, int count) {
        long taken = 0;
        int at = 0;
        while (isOpen() && pending == null && at < count) {
            if (buffers[at].hasRemaining()) {
                taken += sealSome(buffers, at, count);
                writePending();
            } else {
                at++;
            }
        }
        return taken;
    }

    /** Seal as many records as one write is to carry. */
    private long sealSome(ByteBuffer[] buffers, int from, int count) {
        byte[] out = network.takeOutput();
        long taken = 0;
        int length = 0;
        int at = from;
        while (at < count && length + MOST_RECORD <= out.length) {
            int plain = gather(buffers, at, count);
            while (at < count && !buffers[at].hasRemaining()) {
                at++;
            }
            if (plain > 0) {
                length += seal(plain, out, length);
                taken += plain;
            }
        }
        pending = ByteBuffer.wrap(out, 0, length);
        return taken;
    }

    private int gather(ByteBuffer[] buffers, int from, int count) {
        byte[] plain = network.plainBytes();
        int length = 0;
        for (int i = from; i < count && length < MOST_PLAIN; i++) {
            int part = Math.min(buffers[i].remaining(), MOST_PLAIN - length);
            buffers[i].get(plain, length, part);
            length += part;
        }
        return length;
    }

    private int seal(int length, byte[] out, int at) {
        ByteBuffer.wrap(out).putInt(at, MARK << 24 | length);
        sealing.seal(network.cipher(), new AesGcm.Bytes(out, at, HEAD_BYTES),
                new AesGcm.Bytes(network.plainBytes(), 0, length), out, at + HEAD_BYTES);
        return length + OVERHEAD;
    }

    /** Leaves {@link #pending} null if the system has taken everything. */
    private void writePending() {
        one[0] = pending;
        stream.write(one, 1);
        if (!pending.hasRemaining()) {
            network.giveOutput(pending.array());
            pending = null;
        } else {
            stream.wantWritable(true);
        }
    }

    @Override
    public void writable() {
        if (closed) {
            return;
        }
        if (pending != null) {
            writePending();
        }
        if (pending == null) {
            stream.wantWritable(wantsWritable);
            if (wantsWritable && isOpen()) {
                handler.writable();
            }
        }
    }

    @Override
    public void wantWritable(boolean wanted) {
        wantsWritable = wanted;
        if (isOpen() && pending == null) {
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
            if (handler != null) {
                handler.closed(reason, detail);
            }
        }
    }

    /** Close, and tell the layer above. */
    void fail(Network.CloseReason reason, String detail) {
        if (!closed) {
            stream.close();
            closed(reason, detail);
        }
    }

    @Override
    public void close() {
        if (!closed) {
            forget();
            stream.close();
        }
    }

    private void forget() {
        closed = true;
        forgetLimit();
        giveUnitBack();
        if (pending != null) {
            network.giveOutput(pending.array());
            pending = null;
        }
        network.gone(this);
    }
}
