package dev.muster.testkit;

import dev.muster.spi.Network;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A network in which nothing happens unless the test says so: for protocols with sockets of their own, in a
 * {@link ProtocolHarness}. Call handlers within {@link ProtocolHarness#call}:
 *
 * <pre>{@code
 * ScriptedNetwork network = new ScriptedNetwork();
 * ProtocolHarness h = ProtocolHarness.of(provider).network(network).start();
 * h.call(() -> network.stream(0).handler().closed(CloseReason.REFUSED, "nobody listens"));
 * }</pre>
 */
public final class ScriptedNetwork implements Network {

    private final List<ScriptedListener> listeners = new ArrayList<>();
    private final List<ScriptedStream> streams = new ArrayList<>();
    private final List<ScriptedDatagrams> sockets = new ArrayList<>();
    private final List<ScriptedSubscription> subscriptions = new ArrayList<>();
    private List<InetAddress> interfaces = List.of(InetAddress.getLoopbackAddress());
    private int grantedBytes = Integer.MAX_VALUE;
    private int nextPort = 40_000;

    /** Create a network without sockets. */
    public ScriptedNetwork() {}

    @Override
    public Listener listen(InetSocketAddress local, AcceptHandler handler) {
        ScriptedListener listener = new ScriptedListener(bound(local), handler);
        listeners.add(listener);
        return listener;
    }

    @Override
    public Stream connect(InetSocketAddress remote, StreamOptions options, StreamHandler handler) {
        ScriptedStream stream = new ScriptedStream(remote, options);
        stream.handler = handler;
        streams.add(stream);
        return stream;
    }

    @Override
    public Datagrams openDatagrams(InetSocketAddress local, DatagramOptions options, DatagramHandler handler) {
        ScriptedDatagrams socket = new ScriptedDatagrams(bound(local), options, handler, grantedBytes);
        sockets.add(socket);
        return socket;
    }

    @Override
    public Subscription subscribe(InetSocketAddress group, List<InetAddress> interfaces, DatagramOptions options,
            DatagramHandler handler) {
        ScriptedSubscription subscription = new ScriptedSubscription(group, interfaces, options, handler, grantedBytes);
        subscriptions.add(subscription);
        return subscription;
    }

    @Override
    public List<InetAddress> interfaces() {
        return interfaces;
    }

    /**
     * Let this host have some interfaces.
     *
     * @param addresses one of each
     */
    public void interfaces(InetAddress... addresses) {
        interfaces = List.of(addresses);
    }

    /**
     * Limit the buffers of sockets for datagrams opened from now on.
     *
     * @param bytes what the system grants at most
     */
    public void granting(int bytes) {
        grantedBytes = bytes;
    }

    /**
     * All subscriptions to multicast groups.
     *
     * @return in the order opened, closed ones included
     */
    public List<ScriptedSubscription> subscriptions() {
        return List.copyOf(subscriptions);
    }

    /**
     * Let a peer connect to a listener.
     *
     * @param listener number of the listener, in the order opened
     * @param peer the peer's address
     * @return the stream on the protocol's side
     */
    public ScriptedStream accept(int listener, InetSocketAddress peer) {
        ScriptedStream stream = new ScriptedStream(peer, null);
        stream.handler = listeners.get(listener).handler.accepted(stream);
        streams.add(stream);
        return stream;
    }

    /**
     * A stream, opened or accepted.
     *
     * @param number from 0, in the order opened
     * @return the stream
     */
    public ScriptedStream stream(int number) {
        return streams.get(number);
    }

    /**
     * All streams.
     *
     * @return in the order opened
     */
    public List<ScriptedStream> streams() {
        return List.copyOf(streams);
    }

    /**
     * All listeners.
     *
     * @return in the order opened, closed ones included
     */
    public List<ScriptedListener> listeners() {
        return List.copyOf(listeners);
    }

    /**
     * All sockets for datagrams.
     *
     * @return in the order opened, closed ones included
     */
    public List<ScriptedDatagrams> sockets() {
        return List.copyOf(sockets);
    }

    private InetSocketAddress bound(InetSocketAddress local) {
        InetAddress host = local.getAddress() == null ? InetAddress.getLoopbackAddress() : local.getAddress();
        return local.getPort() != 0 ? local : new InetSocketAddress(host, nextPort++);
    }

    /** A listener that never accepts of its own accord. */
    public static final class ScriptedListener implements Listener {
        private final InetSocketAddress local;
        private final AcceptHandler handler;
        private boolean closed;

        private ScriptedListener(InetSocketAddress local, AcceptHandler handler) {
            this.local = local;
            this.handler = handler;
        }

        @Override
        public InetSocketAddress local() {
            return local;
        }

        @Override
        public void close() {
            closed = true;
        }

        /**
         * Tell whether the protocol closed it.
         *
         * @return true if so
         */
        public boolean isClosed() {
            return closed;
        }
    }

    /** A stream whose other end is the test. */
    public static final class ScriptedStream implements Stream {
        private final InetSocketAddress remote;
        private final StreamOptions options;
        private final ByteArrayOutputStream written = new ByteArrayOutputStream();
        private StreamHandler handler;
        private long room = Long.MAX_VALUE;
        private boolean closed;
        private boolean wantsWritable;
        private boolean wantsReadable = true;

        private ScriptedStream(InetSocketAddress remote, StreamOptions options) {
            this.remote = remote;
            this.options = options;
        }

        /**
         * What the protocol wished for.
         *
         * @return its wishes; null on a stream that was accepted
         */
        public StreamOptions options() {
            return options;
        }

        @Override
        public long write(ByteBuffer[] buffers, int count) {
            long before = room;
            for (int index = 0; index < count && !closed; index++) {
                while (room > 0 && buffers[index].hasRemaining()) {
                    written.write(buffers[index].get());
                    room--;
                }
            }
            return before - room;
        }

        @Override
        public void wantWritable(boolean wanted) {
            wantsWritable = wanted;
        }

        @Override
        public void wantReadable(boolean wanted) {
            wantsReadable = wanted;
        }

        @Override
        public InetSocketAddress remote() {
            return remote;
        }

        @Override
        public void close() {
            closed = true;
        }

        /**
         * The protocol's side.
         *
         * @return told what happens on the stream
         */
        public StreamHandler handler() {
            return handler;
        }

        /**
         * Take what was written so far.
         *
         * @return the bytes; the next call begins after them
         */
        public byte[] takeWritten() {
            byte[] bytes = written.toByteArray();
            written.reset();
            return bytes;
        }

        /**
         * Limit what the system takes from now on.
         *
         * @param bytes how much
         */
        public void room(long bytes) {
            room = bytes;
        }

        /**
         * Tell whether the protocol closed it.
         *
         * @return true if so
         */
        public boolean isClosed() {
            return closed;
        }

        /**
         * Tell whether the protocol wants to be told when it can write.
         *
         * @return true if so
         */
        public boolean wantsWritable() {
            return wantsWritable;
        }

        /**
         * Tell whether the protocol wants to read.
         *
         * @return true if so
         */
        public boolean wantsReadable() {
            return wantsReadable;
        }
    }

    /**
     * A datagram as it was sent.
     *
     * @param bytes the content
     * @param remote the receiver
     */
    public record SentDatagram(byte[] bytes, InetSocketAddress remote) {}

    /** A socket whose datagrams go nowhere but into a record. */
    public static final class ScriptedDatagrams implements Datagrams {
        private final InetSocketAddress local;
        private final DatagramOptions options;
        private final DatagramHandler handler;
        private final int grantedBytes;
        private final List<SentDatagram> sent = new ArrayList<>();
        private boolean closed;

        private ScriptedDatagrams(InetSocketAddress local, DatagramOptions options, DatagramHandler handler,
                int grantedBytes) {
            this.local = local;
            this.options = options;
            this.handler = handler;
            this.grantedBytes = grantedBytes;
        }

        @Override
        public int sendBufferBytes() {
            return grantedBytes;
        }

        @Override
        public int receiveBufferBytes() {
            return grantedBytes;
        }

        /**
         * What the protocol wished for.
         *
         * @return its wishes
         */
        public DatagramOptions options() {
            return options;
        }

        @Override
        public boolean send(ByteBuffer datagram, InetSocketAddress remote) {
            byte[] bytes = new byte[datagram.remaining()];
            datagram.get(bytes);
            sent.add(new SentDatagram(bytes, remote));
            return !closed;
        }

        @Override
        public InetSocketAddress local() {
            return local;
        }

        @Override
        public void close() {
            closed = true;
        }

        /**
         * The protocol's side.
         *
         * @return told of datagrams
         */
        public DatagramHandler handler() {
            return handler;
        }

        /**
         * What was sent so far.
         *
         * @return the record itself
         */
        public List<SentDatagram> sent() {
            return sent;
        }

        /**
         * Tell whether the protocol closed it.
         *
         * @return true if so
         */
        public boolean isClosed() {
            return closed;
        }
    }

    /** A subscription to a group in which nobody sends but the test. */
    public static final class ScriptedSubscription implements Subscription {
        private final InetSocketAddress group;
        private final List<InetAddress> interfaces;
        private final DatagramOptions options;
        private final DatagramHandler handler;
        private final int grantedBytes;
        private boolean closed;

        private ScriptedSubscription(InetSocketAddress group, List<InetAddress> interfaces, DatagramOptions options,
                DatagramHandler handler, int grantedBytes) {
            this.group = group;
            this.interfaces = List.copyOf(interfaces);
            this.options = options;
            this.handler = handler;
            this.grantedBytes = grantedBytes;
        }

        @Override
        public int receiveBufferBytes() {
            return grantedBytes;
        }

        @Override
        public void close() {
            closed = true;
        }

        /**
         * The group.
         *
         * @return its address and port
         */
        public InetSocketAddress group() {
            return group;
        }

        /**
         * Where the protocol listens.
         *
         * @return an address of each interface
         */
        public List<InetAddress> interfaces() {
            return interfaces;
        }

        /**
         * What the protocol wished for.
         *
         * @return its wishes
         */
        public DatagramOptions options() {
            return options;
        }

        /**
         * The protocol's side.
         *
         * @return told of datagrams
         */
        public DatagramHandler handler() {
            return handler;
        }

        /**
         * Tell whether the protocol closed it.
         *
         * @return true if so
         */
        public boolean isClosed() {
            return closed;
        }
    }
}
