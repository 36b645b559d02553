package dev.muster.spi.tls;

import dev.muster.spi.InProcess;
import dev.muster.spi.Network;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;
import javax.net.ssl.SSLSession;

/**
 * A network whose streams are encrypted by TLS. Whoever accepts learns of a stream at once, and of bytes when the other end
 * has proved who it is; whoever connects learns of the stream then. Datagrams stay as they are. For the owner of the
 * network it wraps.
 */
public final class TlsNetwork implements Network {

    private static final int MOST_IDLE = 64;

    private final Network network;
    private final Tls tls;
    private final ArrayDeque<ByteBuffer> idle = new ArrayDeque<>();
    private final int recordBytes;
    private ByteBuffer plain;

    /**
     * Wrap a network.
     *
     * @param network opens the streams
     * @param tls keys and trust
     */
    public TlsNetwork(Network network, Tls tls) {
        this.network = network;
        this.tls = tls;
        SSLSession session = tls.engine(true).getSession();
        recordBytes = session.getPacketBufferSize();
        plain = ByteBuffer.allocate(session.getApplicationBufferSize());
    }

    @Override
    public Listener listen(InetSocketAddress local, AcceptHandler handler) throws IOException {
        return network.listen(local, stream -> accept(stream, handler));
    }

    @Override
    public Listener listen(InetSocketAddress local, StreamOptions options, AcceptHandler handler) throws IOException {
        return network.listen(local, options, stream -> accept(stream, handler));
    }

    private StreamHandler accept(Stream stream, AcceptHandler handler) {
        TlsStream encrypted = new TlsStream(this, tls.engine(false));
        encrypted.on(stream);
        encrypted.handle(handler.accepted(encrypted));
        encrypted.begin();
        return encrypted;
    }

    @Override
    public Stream connect(InetSocketAddress remote, StreamOptions options, StreamHandler handler) {
        TlsStream encrypted = new TlsStream(this, tls.engine(true));
        encrypted.handle(handler);
        encrypted.on(network.connect(remote, options, encrypted));
        return encrypted;
    }

    @Override
    public Datagrams openDatagrams(InetSocketAddress local, DatagramOptions options, DatagramHandler handler)
            throws IOException {
        return network.openDatagrams(local, options, handler);
    }

    @Override
    public Subscription subscribe(InetSocketAddress group, List<InetAddress> interfaces, DatagramOptions options,
            DatagramHandler handler) throws IOException {
        return network.subscribe(group, interfaces, options, handler);
    }

    @Override
    public List<InetAddress> interfaces() throws IOException {
        return network.interfaces();
    }

    @Override
    public InProcess inProcess() {
        return network.inProcess();
    }

    // --- for the streams

    /** Room for some records, empty. */
    ByteBuffer take() {
        ByteBuffer buffer = idle.pollLast();
        return buffer == null ? ByteBuffer.allocate(4 * recordBytes) : buffer.clear();
    }

    void give(ByteBuffer buffer) {
        if (idle.size() < MOST_IDLE) {
            idle.addLast(buffer);
        }
    }

    /** Most bytes of a record on the wire. */
    int recordBytes() {
        return recordBytes;
    }

    /** Room for what a record holds, empty; lent to the layer above for the length of a call. */
    ByteBuffer plain() {
        return plain.clear();
    }

    /** A record holds more than was to be expected. */
    void grow(int bytes) {
        plain = ByteBuffer.allocate(Math.max(bytes, 2 * plain.capacity()));
    }
}
