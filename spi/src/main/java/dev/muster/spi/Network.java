package dev.muster.spi;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Sockets, real or simulated. Nothing here blocks; what happens is told to handlers, as calls of the stack.
 *
 * <p>For the owner of the stack only.
 */
public interface Network {

    /**
     * Listen for streams.
     *
     * @param local where; port 0 for any
     * @param handler told of connections
     * @return the listener
     * @throws IOException if the address can't be used; the message names it
     */
    Listener listen(InetSocketAddress local, AcceptHandler handler) throws IOException;

    /**
     * Listen for streams, with wishes about those that are accepted. A network without system buffers ignores them.
     *
     * @param local where; port 0 for any
     * @param options wishes about accepted streams; the time to connect means nothing to them
     * @param handler told of connections
     * @return the listener
     * @throws IOException if the address can't be used; the message names it
     */
    default Listener listen(InetSocketAddress local, StreamOptions options, AcceptHandler handler) throws IOException {
        return listen(local, handler);
    }

    /**
     * Open a stream. Whether it succeeds is told to the handler, never within this call.
     *
     * @param remote the peer
     * @param options wishes
     * @param handler told what happens
     * @return the stream, not yet connected
     */
    Stream connect(InetSocketAddress remote, StreamOptions options, StreamHandler handler);

    /**
     * Open a socket for datagrams.
     *
     * @param local where; port 0 for any
     * @param handler told of datagrams
     * @return the socket
     * @throws IOException if the address can't be used; the message names it
     */
    default Datagrams openDatagrams(InetSocketAddress local, DatagramHandler handler) throws IOException {
        return openDatagrams(local, DatagramOptions.NONE, handler);
    }

    /**
     * Open a socket for datagrams, with wishes about it. What it sends to a multicast group leaves by the interface that has
     * the local address; this host's own subscribers get it, too. By the loopback interface nothing leaves this host,
     * whatever the wishes say.
     *
     * @param local where; port 0 for any
     * @param options wishes
     * @param handler told of datagrams
     * @return the socket
     * @throws IOException if the address can't be used; the message names it
     */
    Datagrams openDatagrams(InetSocketAddress local, DatagramOptions options, DatagramHandler handler) throws IOException;

    /**
     * Receive what is sent to a multicast group. Any number of sockets, of any processes, may subscribe to one group and
     * port; each gets each datagram that comes by an interface which it listens on.
     *
     * @param group a multicast address, and the port that is sent to
     * @param interfaces one address each of the interfaces to listen on; not empty, of the group's family
     * @param options wishes; those about sending mean nothing
     * @param handler told of datagrams; the remote address is the socket that sent them
     * @return the subscription
     * @throws IOException if the group can't be joined; the message names it
     */
    Subscription subscribe(InetSocketAddress group, List<InetAddress> interfaces, DatagramOptions options,
            DatagramHandler handler) throws IOException;

    /**
     * The interfaces of this host that are up.
     *
     * @return an address of each, for each family of addresses that it has; in the system's order
     * @throws IOException if the system does not tell
     */
    List<InetAddress> interfaces() throws IOException;

    /**
     * The same network for a layer that sees to secrecy itself: streams that it opens may leave this host, whatever else the
     * stack may. Whoever takes it promises that nothing is said on them in clear, nor to anybody who has not proved who it is.
     *
     * @return opens streams to anywhere
     */
    default Network forEncryptedStreams() {
        return this;
    }

    /**
     * Reach other stacks of this process without sockets.
     *
     * @return shared by all stacks that are to reach one another
     * @throws UnsupportedOperationException if this network has no such thing
     */
    default InProcess inProcess() {
        throw new UnsupportedOperationException("this environment does not connect the stacks of one process; "
                + "use a transport with sockets, such as TCP");
    }

    /** Waits for streams. */
    interface Listener {
        /**
         * Where it listens.
         *
         * @return address with the actual port
         */
        InetSocketAddress local();

        /** Stop listening; streams stay. */
        void close();
    }

    /** Told of new streams. */
    @FunctionalInterface
    interface AcceptHandler {
        /**
         * A peer has connected.
         *
         * @param stream connected
         * @return told what happens on it
         */
        StreamHandler accepted(Stream stream);
    }

    /**
     * Wishes about a stream.
     *
     * @param noDelay switch Nagle's algorithm off
     * @param sendBufferBytes kernel buffer asked for, 0 for the system's
     * @param receiveBufferBytes kernel buffer asked for, 0 for the system's
     * @param connectTimeoutNanos when to give up connecting
     * @param keepAlive let the system probe the peer when nothing is sent for long, as its own settings say; a network
     *     without a system below does not
     * @param from address of this host that a stream to a peer of its family leaves from; null where the system chooses one
     */
    record StreamOptions(boolean noDelay, int sendBufferBytes, int receiveBufferBytes, long connectTimeoutNanos,
            boolean keepAlive, InetAddress from) {

        /**
         * Wishes about a stream that the system need not probe, and that may leave from where it likes.
         *
         * @param noDelay switch Nagle's algorithm off
         * @param sendBufferBytes kernel buffer asked for, 0 for the system's
         * @param receiveBufferBytes kernel buffer asked for, 0 for the system's
         * @param connectTimeoutNanos when to give up connecting
         */
        public StreamOptions(boolean noDelay, int sendBufferBytes, int receiveBufferBytes, long connectTimeoutNanos) {
            this(noDelay, sendBufferBytes, receiveBufferBytes, connectTimeoutNanos, false, null);
        }

        /**
         * The same wishes for streams that leave from an address of a network. One of this host alone, or none in particular,
         * is left to the system: nobody else could be reached from it.
         *
         * @param address of this host
         * @return the wishes
         */
        public StreamOptions leavingFrom(InetAddress address) {
            boolean isOfNetwork = !address.isLoopbackAddress() && !address.isAnyLocalAddress();
            return new StreamOptions(noDelay, sendBufferBytes, receiveBufferBytes, connectTimeoutNanos, keepAlive,
                    isOfNetwork ? address : null);
        }
    }

    /** A connection that carries bytes in order. */
    interface Stream {
        /**
         * Write what the system takes now.
         *
         * @param buffers written in order; positions move
         * @param count how many of them
         * @return bytes written, perhaps 0; also 0 on a stream that is closed or not connected
         */
        long write(ByteBuffer[] buffers, int count);

        /**
         * Ask to be told when writing is possible again.
         *
         * @param wanted true to be told
         */
        void wantWritable(boolean wanted);

        /**
         * Stop or go on reading.
         *
         * @param wanted true to read
         */
        void wantReadable(boolean wanted);

        /**
         * The peer.
         *
         * @return its address
         */
        InetSocketAddress remote();

        /** Close. The handler is not told. */
        void close();
    }

    /** Told what happens on a stream. */
    interface StreamHandler {
        /** The stream is connected; only for those opened by {@link Network#connect}. */
        default void connected() {}

        /**
         * Bytes have come.
         *
         * @param bytes valid during the call; consume all of them
         */
        void received(ByteBuffer bytes);

        /** All bytes that were ready have been handed over: pass on what they amount to. */
        default void receivedAll() {}

        /** Writing is possible again. */
        default void writable() {}

        /**
         * The stream is closed, or could not be connected.
         *
         * @param reason which
         * @param detail for logs
         */
        void closed(CloseReason reason, String detail);
    }

    /** Why a stream is gone. */
    enum CloseReason {
        /** The peer's system refused the connection: nobody listens there. */
        REFUSED,
        /** No answer to the attempt to connect. */
        TIMED_OUT,
        /** The peer closed it, or its process died. */
        CLOSED_BY_PEER,
        /** The system reported an error. */
        FAILED
    }

    /**
     * Wishes about a socket for datagrams.
     *
     * @param sendBufferBytes kernel buffer asked for, 0 for the system's
     * @param receiveBufferBytes kernel buffer asked for, 0 for the system's
     * @param hops how many routers what is sent to a group may pass, 0 for this host only
     * @param trafficClass of what is sent, as in the IP header
     */
    record DatagramOptions(int sendBufferBytes, int receiveBufferBytes, int hops, int trafficClass) {
        /** No wishes: the system's buffers and class, nothing beyond the next router. */
        public static final DatagramOptions NONE = new DatagramOptions(0, 0, 1, 0);
    }

    /** Buffers of the kernel that a socket got, which may be less than it wished for. */
    interface Buffers {
        /**
         * What waits to be sent.
         *
         * @return bytes; {@link Integer#MAX_VALUE} where nothing limits it
         */
        default int sendBufferBytes() {
            return Integer.MAX_VALUE;
        }

        /**
         * What waits to be received.
         *
         * @return bytes; {@link Integer#MAX_VALUE} where nothing limits it
         */
        default int receiveBufferBytes() {
            return Integer.MAX_VALUE;
        }

        /**
         * Stop or go on reading. What comes meanwhile waits in the buffer; what does not fit there is lost.
         *
         * @param wanted true to read
         */
        default void wantReadable(boolean wanted) {
            // a network without buffers hands over what comes
        }
    }

    /** Receives what is sent to a multicast group. */
    interface Subscription extends Buffers {
        /** Receive no more. */
        void close();
    }

    /** A socket for datagrams. */
    interface Datagrams extends Buffers {
        /**
         * Send one datagram.
         *
         * @param datagram from position to limit
         * @param remote the receiver, or a multicast group
         * @return false if the system can't take it now; the datagram is lost then
         */
        boolean send(ByteBuffer datagram, InetSocketAddress remote);

        /**
         * Where it is bound.
         *
         * @return address with the actual port
         */
        InetSocketAddress local();

        /** Close. */
        void close();
    }

    /** Told of datagrams. */
    interface DatagramHandler {
        /**
         * A datagram has come.
         *
         * @param datagram valid during the call
         * @param remote the sender
         */
        void received(ByteBuffer datagram, InetSocketAddress remote);

        /** All datagrams that were ready have been handed over. */
        default void receivedAll() {}
    }
}
