package dev.muster.core;

import dev.muster.spi.Network;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ProtocolFamily;
import java.net.SocketOption;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A datagram channel on a loop's selector. Of the family of its address: a socket of both families can't join groups of
 * IPv4 everywhere.
 */
final class NioDatagrams implements Network.Datagrams, Network.Subscription {

    private static final Logger LOG = LoggerFactory.getLogger(NioDatagrams.class);
    /** Read before anything is made of them; then others have their turn. */
    private static final int DATAGRAMS_PER_TURN = 64;

    private final NioNetwork network;
    private final DatagramChannel channel;
    private final Network.DatagramHandler handler;
    private final boolean fromThisHostOnly;
    private InetSocketAddress local;
    private SelectionKey key;

    private NioDatagrams(NioNetwork network, DatagramChannel channel, Network.DatagramHandler handler,
            boolean fromThisHostOnly) {
        this.network = network;
        this.channel = channel;
        this.handler = handler;
        this.fromThisHostOnly = fromThisHostOnly;
    }

    private static ProtocolFamily family(InetAddress address) {
        return address.getAddress().length == 4 ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6;
    }

    /** A bound channel that sends. */
    static NioDatagrams open(NioNetwork network, InetSocketAddress local, Network.DatagramOptions options,
            Network.DatagramHandler handler) throws IOException {
        DatagramChannel channel = DatagramChannel.open(family(local.getAddress()));
        NioDatagrams datagrams = new NioDatagrams(network, channel, handler, false);
        try {
            channel.bind(local);
            datagrams.wish(options);
            datagrams.sendToGroupsFrom(local.getAddress(), options);
            datagrams.register();
            return datagrams;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw new IOException("can't bind datagrams to " + local + ": " + e.getMessage(), e);
        }
    }

    /** A channel that has joined a group. */
    static NioDatagrams subscribe(NioNetwork network, InetSocketAddress group, List<InetAddress> interfaces,
            Network.DatagramOptions options, Network.DatagramHandler handler) throws IOException {
        DatagramChannel channel = DatagramChannel.open(family(group.getAddress()));
        boolean loopbackOnly = interfaces.stream().allMatch(InetAddress::isLoopbackAddress);
        NioDatagrams subscription = new NioDatagrams(network, channel, handler, loopbackOnly);
        try {
            channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            bindTo(channel, group);
            for (NetworkInterface card : cards(interfaces)) {
                channel.join(group.getAddress(), card);
            }
            subscription.wish(options);
            subscription.register();
            return subscription;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw new IOException("can't join the group " + group + " on " + interfaces + ": " + e.getMessage()
                    + "; is multicast possible there?", e);
        }
    }

    /** To the group itself, so that the system passes on nothing else that comes to the port; not every system can. */
    private static void bindTo(DatagramChannel channel, InetSocketAddress group) throws IOException {
        try {
            channel.bind(group);
        } catch (IOException e) {
            LOG.debug("can't bind to the group {} itself, so to its port", group, e);
            channel.bind(new InetSocketAddress(group.getPort()));
        }
    }

    private static Set<NetworkInterface> cards(List<InetAddress> interfaces) throws IOException {
        Set<NetworkInterface> cards = new LinkedHashSet<>();
        for (InetAddress address : interfaces) {
            cards.add(card(address));
        }
        return cards;
    }

    private static NetworkInterface card(InetAddress address) throws IOException {
        NetworkInterface card = NetworkInterface.getByInetAddress(address);
        if (card == null) {
            throw new IOException("no interface of this machine has the address " + address.getHostAddress());
        }
        return card;
    }

    private void wish(Network.DatagramOptions options) throws IOException {
        if (options.sendBufferBytes() > 0) {
            channel.setOption(StandardSocketOptions.SO_SNDBUF, options.sendBufferBytes());
        }
        if (options.receiveBufferBytes() > 0) {
            channel.setOption(StandardSocketOptions.SO_RCVBUF, options.receiveBufferBytes());
        }
        if (options.trafficClass() > 0) {
            channel.setOption(StandardSocketOptions.IP_TOS, options.trafficClass());
        }
    }

    private void sendToGroupsFrom(InetAddress address, Network.DatagramOptions options) throws IOException {
        if (address.isAnyLocalAddress()) {
            channel.setOption(StandardSocketOptions.IP_MULTICAST_TTL, options.hops());
            return;
        }
        // named, the loopback interface carries multicast also without a route for it, and where it denies that it can
        channel.setOption(StandardSocketOptions.IP_MULTICAST_IF, card(address));
        channel.setOption(StandardSocketOptions.IP_MULTICAST_TTL, address.isLoopbackAddress() ? 0 : options.hops());
    }

    private void register() throws IOException {
        channel.configureBlocking(false);
        local = (InetSocketAddress) channel.getLocalAddress();
        key = network.register(channel, SelectionKey.OP_READ, ready -> receive());
        network.loop().interestsChanged();
    }

    private void receive() {
        ByteBuffer buffer = network.readBuffer();
        try {
            for (int i = 0; i < DATAGRAMS_PER_TURN; i++) {
                buffer.clear();
                InetSocketAddress remote = (InetSocketAddress) channel.receive(buffer);
                if (remote == null) {
                    break;
                }
                buffer.flip();
                if (!fromThisHostOnly || remote.getAddress().isLoopbackAddress()) {
                    handler.received(buffer, remote);
                }
            }
        } catch (IOException e) {
            LOG.debug("a datagram could not be received", e);
        }
        handler.receivedAll();
    }

    @Override
    public boolean send(ByteBuffer datagram, InetSocketAddress remote) {
        try {
            return channel.send(datagram, NioNetwork.onLinkOf(local.getAddress(), remote)) > 0;
        } catch (IOException e) {
            LOG.debug("a datagram to {} could not be sent", remote, e);
            return false;
        }
    }

    @Override
    public InetSocketAddress local() {
        return local;
    }

    @Override
    public int sendBufferBytes() {
        return granted(StandardSocketOptions.SO_SNDBUF);
    }

    @Override
    public int receiveBufferBytes() {
        return granted(StandardSocketOptions.SO_RCVBUF);
    }

    @Override
    public void wantReadable(boolean wanted) {
        if (key.isValid()) {
            key.interestOps(wanted ? SelectionKey.OP_READ : 0);
            network.loop().interestsChanged();
        }
    }

    private int granted(SocketOption<Integer> buffer) {
        try {
            return channel.getOption(buffer);
        } catch (IOException e) {
            LOG.debug("the system does not tell its {}", buffer, e);
            return Integer.MAX_VALUE;
        }
    }

    @Override
    public void close() {
        network.close(channel);
    }
}
