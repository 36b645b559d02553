package dev.muster.core;

import dev.muster.spi.InProcess;
import dev.muster.spi.Network;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Real sockets on a loop's selector. Every channel is non-blocking, so an interrupt never closes one. */
final class NioNetwork implements Network {

    private static final Logger LOG = LoggerFactory.getLogger(NioNetwork.class);
    private static final long ACCEPT_PAUSE_NANOS = 1_000_000_000;
    /** A group that starts at once comes at once; who finds no room here tries again a second later. */
    private static final int BACKLOG = 1024;
    private static final StreamOptions NO_WISHES = new StreamOptions(true, 0, 0, 0);

    private final EventLoop loop;
    /** What this network has opened; others may use the loop as well. */
    private final Set<SelectableChannel> open = Collections.newSetFromMap(new IdentityHashMap<>());

    NioNetwork(EventLoop loop) {
        this.loop = loop;
    }

    EventLoop loop() {
        return loop;
    }

    ByteBuffer readBuffer() {
        return loop.readBuffer();
    }

    /** Have a handler called when a channel is ready; remembers the channel until it is closed. */
    SelectionKey register(SelectableChannel channel, int interests, EventLoop.Ready handler) throws IOException {
        SelectionKey key = channel.register(loop.selector(), interests, handler);
        open.add(channel);
        return key;
    }

    @Override
    public Listener listen(InetSocketAddress local, AcceptHandler handler) throws IOException {
        return listen(local, NO_WISHES, handler);
    }

    @Override
    public Listener listen(InetSocketAddress local, StreamOptions options, AcceptHandler handler) throws IOException {
        ServerSocketChannel channel = ServerSocketChannel.open();
        try {
            channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            if (options.receiveBufferBytes() > 0) {
                // before anybody connects: the window that a connection may ever have is settled in its first packets
                channel.setOption(StandardSocketOptions.SO_RCVBUF, options.receiveBufferBytes());
            }
            channel.bind(local, BACKLOG);
            channel.configureBlocking(false);
            register(channel, SelectionKey.OP_ACCEPT, key -> accept(channel, key, options, handler));
            loop.interestsChanged();
        } catch (IOException e) {
            channel.close();
            throw new IOException("can't listen on " + local + ": " + e.getMessage(), e);
        }
        InetSocketAddress bound = (InetSocketAddress) channel.getLocalAddress();
        return new Listener() {
            @Override
            public InetSocketAddress local() {
                return bound;
            }

            @Override
            public void close() {
                NioNetwork.this.close(channel);
            }
        };
    }

    private void accept(ServerSocketChannel server, SelectionKey key, StreamOptions options, AcceptHandler handler) {
        try {
            for (SocketChannel accepted = server.accept(); accepted != null; accepted = server.accept()) {
                accept(accepted, options, handler);
            }
        } catch (IOException e) {
            LOG.warn("a connection could not be accepted: {}; if files are exhausted raise their limit", e.toString());
            acceptLater(key);
        }
    }

    /** The connection that could not be accepted waits; told of it again at once, the loop would do nothing else. */
    private void acceptLater(SelectionKey key) {
        key.interestOps(0);
        loop.schedule(ACCEPT_PAUSE_NANOS, () -> {
            if (key.isValid()) {
                key.interestOps(SelectionKey.OP_ACCEPT);
                loop.interestsChanged();
            }
        });
    }

    private void accept(SocketChannel accepted, StreamOptions options, AcceptHandler handler) {
        try {
            NioStream.prepare(accepted, options);
            NioStream stream = new NioStream(this, accepted, (InetSocketAddress) accepted.getRemoteAddress());
            // registered before the handler learns of it, which may write at once and ask to be told when it can go on
            stream.register(SelectionKey.OP_READ);
            stream.handle(handler.accepted(stream));
        } catch (IOException | RuntimeException e) {
            LOG.debug("an accepted connection is of no use and is closed", e);
            close(accepted);
        }
    }

    @Override
    public Stream connect(InetSocketAddress remote, StreamOptions options, StreamHandler handler) {
        SocketChannel channel = null;
        try {
            channel = SocketChannel.open();
            NioStream stream = new NioStream(this, channel, remote);
            stream.handle(handler);
            stream.connect(options);
            return stream;
        } catch (IOException | UnresolvedAddressException | UnsupportedAddressTypeException e) {
            NioStream failed = new NioStream(this, channel, remote);
            failed.handle(handler);
            failed.fail(connectFailure(e), e.toString());
            return failed;
        }
    }

    /** A refusal is taken for the peer's death, so nothing else may look like one; the system's time-out has its class. */
    static CloseReason connectFailure(Exception e) {
        if (!(e instanceof ConnectException)) {
            return CloseReason.FAILED;
        }
        return String.valueOf(e.getMessage()).contains("timed out") ? CloseReason.TIMED_OUT : CloseReason.REFUSED;
    }

    /**
     * An address of a link alone says nothing about which link, for members tell it one another without the number that it has
     * on their own host: it is the link that the socket's own address is of.
     *
     * @param own address of the socket, null if none in particular
     * @param remote the peer
     * @return the peer, on the same link
     */
    static InetSocketAddress onLinkOf(InetAddress own, InetSocketAddress remote) {
        if (own instanceof Inet6Address here && here.getScopeId() != 0 && remote.getAddress() instanceof Inet6Address there
                && there.getScopeId() == 0 && isOfLink(there)) {
            try {
                return new InetSocketAddress(Inet6Address.getByAddress(null, there.getAddress(), here.getScopeId()),
                        remote.getPort());
            } catch (UnknownHostException e) {
                throw new IllegalArgumentException(remote + " has no address", e);
            }
        }
        return remote;
    }

    private static boolean isOfLink(Inet6Address address) {
        return address.isLinkLocalAddress() || address.isMCLinkLocal();
    }

    @Override
    public Datagrams openDatagrams(InetSocketAddress local, DatagramOptions options, DatagramHandler handler)
            throws IOException {
        return NioDatagrams.open(this, local, options, handler);
    }

    @Override
    public Subscription subscribe(InetSocketAddress group, List<InetAddress> interfaces, DatagramOptions options,
            DatagramHandler handler) throws IOException {
        return NioDatagrams.subscribe(this, group, interfaces, options, handler);
    }

    @Override
    public List<InetAddress> interfaces() throws IOException {
        List<InetAddress> found = new ArrayList<>();
        for (NetworkInterface card : Collections.list(NetworkInterface.getNetworkInterfaces())) {
            if (card.isUp()) {
                card.inetAddresses().filter(Inet4Address.class::isInstance).findFirst().ifPresent(found::add);
                card.inetAddresses().filter(Inet6Address.class::isInstance).findFirst().ifPresent(found::add);
            }
        }
        return found;
    }

    @Override
    public InProcess inProcess() {
        return new InProcessPorts(loop);
    }

    /** Close whatever is open. */
    void close() {
        List.copyOf(open).forEach(this::close);
    }

    /** Close a channel; the system lets go of it in the next select, so the resident thread must not sleep on. */
    void close(SelectableChannel channel) {
        open.remove(channel);
        try {
            channel.close();
        } catch (IOException e) {
            LOG.debug("closing failed", e);
        }
        loop.interestsChanged();
    }
}
