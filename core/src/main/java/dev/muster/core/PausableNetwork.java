package dev.muster.core;

import dev.muster.spi.InProcess;
import dev.muster.spi.Network;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The network as the transport sees it: all its sockets can be made to stop reading together. For the owner. */
final class PausableNetwork implements Network {

    private final Network network;
    private final Set<Stream> streams = new LinkedHashSet<>();
    private final Set<Buffers> sockets = new LinkedHashSet<>();

    PausableNetwork(Network network) {
        this.network = network;
    }

    /** Whether there is anything that could stop reading. What stays within the process is handed over, never read. */
    boolean canPause() {
        return !streams.isEmpty() || !sockets.isEmpty();
    }

    /** Stop or go on reading, on all sockets that are open now. */
    void wantReadable(boolean wanted) {
        streams.forEach(stream -> stream.wantReadable(wanted));
        sockets.forEach(socket -> socket.wantReadable(wanted));
    }

    @Override
    public Listener listen(InetSocketAddress local, AcceptHandler handler) throws IOException {
        return network.listen(local, noting(handler));
    }

    @Override
    public Listener listen(InetSocketAddress local, StreamOptions options, AcceptHandler handler) throws IOException {
        return network.listen(local, options, noting(handler));
    }

    private AcceptHandler noting(AcceptHandler handler) {
        return stream -> {
            NotedStream noted = new NotedStream();
            noted.on(stream);
            noted.tell(handler.accepted(noted));
            return noted;
        };
    }

    @Override
    public Stream connect(InetSocketAddress remote, StreamOptions options, StreamHandler handler) {
        NotedStream noted = new NotedStream();
        noted.tell(handler);
        noted.on(network.connect(remote, options, noted));
        return noted;
    }

    @Override
    public Datagrams openDatagrams(InetSocketAddress local, DatagramOptions options, DatagramHandler handler)
            throws IOException {
        Datagrams socket = network.openDatagrams(local, options, handler);
        sockets.add(socket);
        return new NotedDatagrams(socket);
    }

    @Override
    public Subscription subscribe(InetSocketAddress group, List<InetAddress> interfaces, DatagramOptions options,
            DatagramHandler handler) throws IOException {
        Subscription subscription = network.subscribe(group, interfaces, options, handler);
        sockets.add(subscription);
        return new NotedSubscription(subscription);
    }

    @Override
    public List<InetAddress> interfaces() throws IOException {
        return network.interfaces();
    }

    @Override
    public InProcess inProcess() {
        return network.inProcess();
    }

    /** A stream that is on the list as long as it is open. */
    private final class NotedStream implements Stream, StreamHandler {
        private Stream stream;
        private StreamHandler handler;

        private void on(Stream opened) {
            stream = opened;
            streams.add(this);
        }

        private void tell(StreamHandler told) {
            handler = told;
        }

        @Override
        public long write(ByteBuffer[] buffers, int count) {
            return stream.write(buffers, count);
        }

        @Override
        public void wantWritable(boolean wanted) {
            stream.wantWritable(wanted);
        }

        @Override
        public void wantReadable(boolean wanted) {
            stream.wantReadable(wanted);
        }

        @Override
        public InetSocketAddress remote() {
            return stream.remote();
        }

        @Override
        public void close() {
            streams.remove(this);
            stream.close();
        }

        @Override
        public void connected() {
            handler.connected();
        }

        @Override
        public void received(ByteBuffer bytes) {
            handler.received(bytes);
        }

        @Override
        public void receivedAll() {
            handler.receivedAll();
        }

        @Override
        public void writable() {
            handler.writable();
        }

        @Override
        public void closed(CloseReason reason, String detail) {
            streams.remove(this);
            handler.closed(reason, detail);
        }
    }

    /** A socket for datagrams that is on the list as long as it is open. */
    private final class NotedDatagrams implements Datagrams {
        private final Datagrams socket;

        private NotedDatagrams(Datagrams socket) {
            this.socket = socket;
        }

        @Override
        public boolean send(ByteBuffer datagram, InetSocketAddress remote) {
            return socket.send(datagram, remote);
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
            sockets.remove(socket);
            socket.close();
        }
    }

    /** A subscription that is on the list as long as it is open. */
    private final class NotedSubscription implements Subscription {
        private final Subscription subscription;

        private NotedSubscription(Subscription subscription) {
            this.subscription = subscription;
        }

        @Override
        public int sendBufferBytes() {
            return subscription.sendBufferBytes();
        }

        @Override
        public int receiveBufferBytes() {
            return subscription.receiveBufferBytes();
        }

        @Override
        public void wantReadable(boolean wanted) {
            subscription.wantReadable(wanted);
        }

        @Override
        public void close() {
            sockets.remove(subscription);
            subscription.close();
        }
    }
}
