package dev.muster.core;

import dev.muster.spi.InProcess;
import dev.muster.spi.Network;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * The network as one layer sees it: what happens on sockets becomes turns of the stack, and nothing leaves this host
 * unless it is encrypted, by the stack or by the layer itself, or the stack was told that it may.
 */
final class GuardedNetwork implements Network {

    private final Stack stack;
    private final Layer layer;
    private final Network network;
    private final boolean streamsAreEncrypted;

    GuardedNetwork(Stack stack, Layer layer, Network network) {
        this(stack, layer, network, false);
    }

    private GuardedNetwork(Stack stack, Layer layer, Network network, boolean streamsAreEncrypted) {
        this.stack = stack;
        this.layer = layer;
        this.network = network;
        this.streamsAreEncrypted = streamsAreEncrypted;
    }

    @Override
    public Network forEncryptedStreams() {
        return new GuardedNetwork(stack, layer, network, true);
    }

    @Override
    public Listener listen(InetSocketAddress local, AcceptHandler handler) throws IOException {
        refuseBeyondLoopback("bind to", local);
        return network.listen(local, turning(handler));
    }

    @Override
    public Listener listen(InetSocketAddress local, StreamOptions options, AcceptHandler handler) throws IOException {
        refuseBeyondLoopback("bind to", local);
        return network.listen(local, options, turning(handler));
    }

    private AcceptHandler turning(AcceptHandler handler) {
        return stream -> {
            StreamHandler[] accepted = new StreamHandler[1];
            turn(() -> accepted[0] = handler.accepted(stream));
            if (accepted[0] == null) {
                stream.close();
            }
            return new Turning(accepted[0] == null ? new Discarding() : accepted[0]);
        };
    }

    @Override
    public Stream connect(InetSocketAddress remote, StreamOptions options, StreamHandler handler) {
        if (!streamsAreEncrypted && isRefused(remote)) {
            throw new IllegalArgumentException(refusal("connect to", remote));
        }
        return network.connect(remote, options, new Turning(handler));
    }

    @Override
    public Datagrams openDatagrams(InetSocketAddress local, DatagramOptions options, DatagramHandler handler)
            throws IOException {
        refuseBeyondLoopback("bind to", local);
        return network.openDatagrams(local, options, turning(handler));
    }

    @Override
    public Subscription subscribe(InetSocketAddress group, List<InetAddress> interfaces, DatagramOptions options,
            DatagramHandler handler) throws IOException {
        for (InetAddress listening : interfaces) {
            refuseBeyondLoopback("join " + group.getAddress().getHostAddress() + " on the interface of",
                    new InetSocketAddress(listening, group.getPort()));
        }
        return network.subscribe(group, interfaces, options, turning(handler));
    }

    @Override
    public List<InetAddress> interfaces() throws IOException {
        return network.interfaces();
    }

    private DatagramHandler turning(DatagramHandler handler) {
        return new DatagramHandler() {
            @Override
            public void received(ByteBuffer datagram, InetSocketAddress remote) {
                turn(() -> handler.received(datagram, remote));
            }

            @Override
            public void receivedAll() {
                turn(handler::receivedAll);
            }
        };
    }

    /** A handler that throws is a failure of its layer; what it asked for before is carried out all the same. */
    private void turn(Runnable call) {
        stack.turn(() -> {
            try {
                call.run();
            } catch (RuntimeException | Error e) {
                layer.failed("a socket's handler", e);
            }
        });
    }

    /** Never leaves this process, so there is nothing to refuse. */
    @Override
    public InProcess inProcess() {
        InProcess process = network.inProcess();
        return (local, receiver) -> process.open(local, batch -> stack.turn(() -> receiver.received(batch)));
    }

    private void refuseBeyondLoopback(String what, InetSocketAddress address) throws IOException {
        if (isRefused(address)) {
            throw new IOException(refusal(what, address));
        }
    }

    private boolean isRefused(InetSocketAddress address) {
        // what has no address can't be reached; the network says so
        return !stack.mayLeaveHost() && !address.isUnresolved() && !address.getAddress().isLoopbackAddress();
    }

    private String refusal(String what, InetSocketAddress address) {
        return "protocol " + layer.name() + ": " + what + " " + address + " would leave this host without encryption;"
                + " stay on loopback, or " + Exposure.REMEDY;
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
            turn(handler::connected);
        }

        @Override
        public void received(ByteBuffer bytes) {
            turn(() -> handler.received(bytes));
            bytes.position(bytes.limit());
        }

        @Override
        public void receivedAll() {
            turn(handler::receivedAll);
        }

        @Override
        public void writable() {
            turn(handler::writable);
        }

        @Override
        public void closed(CloseReason reason, String detail) {
            turn(() -> handler.closed(reason, detail));
        }
    }
}
