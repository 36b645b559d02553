package dev.muster.security;

import dev.muster.spi.Context;
import dev.muster.spi.Counter;
import dev.muster.spi.Environment;
import dev.muster.spi.InProcess;
import dev.muster.spi.Network;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * A network on which everything is sealed: each datagram by itself, streams in records. For the owner of the stack only, like
 * the network it wraps.
 */
final class SealedNetwork implements Network {

    /** Streams that somebody has opened and not yet proved to have the key. */
    static final int MOST_UNPROVED = 256;
    private static final long HANDSHAKE_NANOS = 5_000_000_000L;
    private static final int OUTPUT_BYTES = 4 * SealedStream.MOST_RECORD;
    private static final int MOST_IDLE_BUFFERS = 64;

    private final Environment environment;
    private final Network network;
    private final AesGcm cipher = new AesGcm();
    private final Refusals refusals;
    private final DatagramOpener opener;
    private final byte[] plainBytes = new byte[SealedStream.MOST_PLAIN];
    private final byte[] openedBytes = new byte[SealedStream.MOST_PLAIN];
    private final ArrayDeque<byte[]> idleBuffers = new ArrayDeque<>();
    private final ArrayDeque<byte[]> idleOutputs = new ArrayDeque<>();
    private final Set<SealedStream> unproved = new LinkedHashSet<>();
    private final Set<SealedStream> open = new LinkedHashSet<>();
    private KeyRing keys;
    private DatagramSealer sealer;

    SealedNetwork(Environment environment, Object owner, KeyRing keys, Function<String, Counter> counters) {
        this.environment = environment;
        this.network = environment.network();
        this.keys = keys;
        this.refusals = new Refusals(environment, owner, counters);
        this.opener = new DatagramOpener(cipher, refusals, keys);
    }

    void tellGauges(Context context) {
        context.gauge("keys", () -> keys.keys().size());
        context.gauge("streams", open::size);
        context.gauge("sender_lives", opener::lives);
    }

    /** Seal and open with these keys from now on. Streams whose key is gone are closed; their ends open others. */
    void useKeys(KeyRing newKeys) {
        keys = newKeys;
        opener.useKeys(newKeys);
        if (sealer != null) {
            sealer.useKey(newKeys.sealing());
        }
        for (SealedStream stream : List.copyOf(open)) {
            if (!newKeys.contains(stream.shared())) {
                stream.fail(CloseReason.FAILED, "its key has been removed");
            }
        }
    }

    /** Close what nobody above knows of. */
    void stop() {
        List.copyOf(unproved).forEach(SealedStream::close);
    }

    @Override
    public Listener listen(InetSocketAddress local, AcceptHandler handler) throws IOException {
        return network.listen(local, proving(handler));
    }

    @Override
    public Listener listen(InetSocketAddress local, StreamOptions options, AcceptHandler handler) throws IOException {
        return network.listen(local, options, proving(handler));
    }

    private AcceptHandler proving(AcceptHandler handler) {
        return stream -> {
            if (unproved.size() >= MOST_UNPROVED) {
                unproved.iterator().next().tooLate();
            }
            SealedStream sealed = SealedStream.acceptor(this, Handshake.acceptor(environment, cipher), handler, stream);
            unproved.add(sealed);
            sealed.limit(limitHandshake(sealed));
            return sealed;
        };
    }

    Environment.Scheduled limitHandshake(SealedStream stream) {
        return environment.schedule(HANDSHAKE_NANOS, stream::tooLate);
    }

    @Override
    public Stream connect(InetSocketAddress remote, StreamOptions options, StreamHandler handler) {
        SealedStream sealed = SealedStream.opener(this, Handshake.opener(environment, cipher, keys.sealing()), handler);
        sealed.on(network.connect(remote, options, sealed));
        return sealed;
    }

    @Override
    public Datagrams openDatagrams(InetSocketAddress local, DatagramOptions options, DatagramHandler handler)
            throws IOException {
        if (sealer == null) {
            sealer = new DatagramSealer(environment, cipher, keys.sealing());
        }
        return new SealedDatagrams(network.openDatagrams(local, options, opening(handler)));
    }

    @Override
    public Subscription subscribe(InetSocketAddress group, List<InetAddress> interfaces, DatagramOptions options,
            DatagramHandler handler) throws IOException {
        return network.subscribe(group, interfaces, options, opening(handler));
    }

    @Override
    public List<InetAddress> interfaces() throws IOException {
        return network.interfaces();
    }

    private DatagramHandler opening(DatagramHandler handler) {
        return new DatagramHandler() {
            @Override
            public void received(ByteBuffer datagram, InetSocketAddress remote) {
                ByteBuffer plain = opener.open(datagram, remote);
                if (plain != null) {
                    handler.received(plain, remote);
                }
            }

            @Override
            public void receivedAll() {
                handler.receivedAll();
            }
        };
    }

    private final class SealedDatagrams implements Datagrams {
        private final Datagrams socket;

        private SealedDatagrams(Datagrams socket) {
            this.socket = socket;
        }

        @Override
        public boolean send(ByteBuffer datagram, InetSocketAddress remote) {
            ByteBuffer sealed = sealer.seal(datagram, remote);
            return sealed != null && socket.send(sealed, remote);
        }

        @Override
        public int sendBufferBytes() {
            return socket.sendBufferBytes();
        }

        @Override
        public int receiveBufferBytes() {
            return socket.receiveBufferBytes();
        }

        @Override
        public void wantReadable(boolean wanted) {
            socket.wantReadable(wanted);
        }

        @Override
        public InetSocketAddress local() {
            return socket.local();
        }

        @Override
        public void close() {
            socket.close();
        }
    }

    /** Never leaves the process: there is nothing to seal. */
    @Override
    public InProcess inProcess() {
        return network.inProcess();
    }

    // --- for the streams

    KeyRing keys() {
        return keys;
    }

    AesGcm cipher() {
        return cipher;
    }

    void refused(Refusals.Reason reason, InetSocketAddress remote) {
        refusals.drop(reason, remote);
    }

    void opened(SealedStream stream) {
        unproved.remove(stream);
        open.add(stream);
    }

    void gone(SealedStream stream) {
        unproved.remove(stream);
        open.remove(stream);
    }

    /** Room for plain bytes that are about to be sealed; used by one stream after another. */
    byte[] plainBytes() {
        return plainBytes;
    }

    /** Room for what is opened; lent to the layer above for the length of a call. */
    byte[] openedBytes() {
        return openedBytes;
    }

    byte[] takeBuffer() {
        return take(idleBuffers, SealedStream.MOST_RECORD);
    }

    void giveBuffer(byte[] buffer) {
        give(idleBuffers, buffer, SealedStream.MOST_RECORD);
    }

    byte[] takeOutput() {
        return take(idleOutputs, OUTPUT_BYTES);
    }

    void giveOutput(byte[] buffer) {
        give(idleOutputs, buffer, OUTPUT_BYTES);
    }

    private static byte[] take(ArrayDeque<byte[]> idle, int bytes) {
        byte[] buffer = idle.pollLast();
        return buffer == null ? new byte[bytes] : buffer;
    }

    /** Words of the handshake have arrays of their own, which are not kept. */
    private static void give(ArrayDeque<byte[]> idle, byte[] buffer, int bytes) {
        if (buffer.length == bytes && idle.size() < MOST_IDLE_BUFFERS) {
            idle.addLast(buffer);
        }
    }
}
