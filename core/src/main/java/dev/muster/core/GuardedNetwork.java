package dev.muster.core;

import dev.muster.spi.Network;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/**
 * The network as one layer sees it: what happens on sockets becomes turns of the stack, and nothing leaves this host
 * unless the stack was told that it may.
 */
final class GuardedNetwork implements Network {

    private final Stack stack;
    private final String layer;
    private final Network network;

    GuardedNetwork(Stack stack, String layer, Network network) {
        this.stack = stack;
        this.layer = layer;
        this.network = network;
    }

    @Override
    public Listener listen(InetSocketAddress local, AcceptHandler handler) throws IOException {
        refuseBeyondLoopback("bind", local);
        return network.listen(local, stream -> {
            StreamHandler[] accepted = new StreamHandler[1];
            stack.turn(() -> accepted[0] = handler.accepted(stream));
            return new Turning(accepted[0] == null ? new Discarding() : accepted[0]);
        });
    }

    @Override
    public Stream connect(InetSocketAddress remote, StreamOptions options, StreamHandler handler) {
        if (isRefused(remote)) {
            throw new IllegalArgumentException(refusal("connect", remote));
        }
        return network.connect(remote, options, new Turning(handler));
    }

    @Override
    public Datagrams openDatagrams(InetSocketAddress local, DatagramHandler handler) throws IOException {
        refuseBeyondLoopback("bind", local);
        return network.openDatagrams(local, new DatagramHandler() {
            @Override
            public void received(ByteBuffer datagram, InetSocketAddress remote) {
                stack.turn(() -> handler.received(datagram, remote));
            }

            @Override
            public void receivedAll() {
                stack.turn(handler::receivedAll);
            }
        });
    }

    private void refuseBeyondLoopback(String what, InetSocketAddress address) throws IOException {
        if (isRefused(address)) {
            throw new IOException(refusal(what, address));
        }
    }

    private boolean isRefused(InetSocketAddress address) {
        return !stack.insecure() && !address.getAddress().isLoopbackAddress();
    }

    private String refusal(String what, InetSocketAddress address) {
        return "protocol " + layer + ": " + what + " to " + address + " would leave this host without encryption;"
                + " stay on loopback, or say that the network is trusted with insecure=\"true\" on the root element,"
                + " the property muster.insecure=true, or --insecure on the command line";
    }

    /** Takes bytes of a stream that nobody wants. */
    private static final class Discarding implements StreamHandler {
        @Override
        public void received(ByteBuffer bytes) {
            bytes.position(bytes.limit());
        }

        @Override
        public void closed(CloseReason reason, String detail) {}
    }

    /** Makes a turn of the stack of each call. */
    private final class Turning implements StreamHandler {
        private final StreamHandler handler;

        private Turning(StreamHandler handler) {
            this.handler = handler;
        }

        @Override
        public void connected() {
            stack.turn(handler::connected);
        }

        @Override
        public void received(ByteBuffer bytes) {
            stack.turn(() -> handler.received(bytes));
            bytes.position(bytes.limit());
        }

        @Override
        public void receivedAll() {
            stack.turn(handler::receivedAll);
        }

        @Override
        public void writable() {
            stack.turn(handler::writable);
        }

        @Override
        public void closed(CloseReason reason, String detail) {
            stack.turn(() -> handler.closed(reason, detail));
        }
    }
}
