package dev.muster.protocols.discovery;

import dev.muster.api.ConfigurationException;
import dev.muster.api.Settings;
import dev.muster.spi.BindAddress;
import dev.muster.spi.Context;
import dev.muster.spi.MalformedException;
import dev.muster.spi.MulticastAddress;
import dev.muster.spi.Network;
import dev.muster.spi.Packet;
import dev.muster.spi.PacketCodec;
import dev.muster.spi.WireWriter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everybody in a multicast group of its own, whatever the transport does. Questions to the group go by sockets of its own;
 * everything else, answers included, by the transport, whose address the question tells.
 */
final class OwnGroup implements Contacts {

    static final MulticastAddress ADDRESS = new MulticastAddress("MPING: mcast_addr", "228.8.8.8", "ff0e::8:8:8");
    private static final Logger LOG = LoggerFactory.getLogger(OwnGroup.class);
    private static final int MOST_QUESTION_BYTES = 1_500;

    private final Settings settings;
    private final String bindAddress;
    private final WireWriter out = new WireWriter(MOST_QUESTION_BYTES);
    private Context context;
    private long cluster;
    private Consumer<Packet> arrived;
    private InetSocketAddress group;
    private final List<Network.Datagrams> senders = new ArrayList<>();
    private Network.Subscription subscription;
    private boolean warned;

    OwnGroup(Settings settings, String bindAddress) {
        this.settings = settings;
        this.bindAddress = bindAddress;
    }

    @Override
    public void start(Context newContext, Consumer<Packet> taker) {
        context = newContext;
        cluster = PacketCodec.clusterId(context.cluster());
        arrived = taker;
        InetAddress bound = BindAddress.find("MPING: bind_addr", bindAddress);
        group = new InetSocketAddress(ADDRESS.find(settings.get(MPing.MCAST_ADDR), bound), settings.get(MPing.MCAST_PORT));
        Network.DatagramOptions options = new Network.DatagramOptions(0, 0, settings.get(MPing.IP_TTL), 0);
        try {
            List<InetAddress> interfaces = interfaces(bound);
            for (InetAddress through : interfaces) {
                // nobody answers to the socket that asks
                senders.add(context.network().openDatagrams(new InetSocketAddress(through, 0), options,
                        (datagram, remote) -> { }));
            }
            subscription = context.network().subscribe(group, interfaces, options, this::received);
        } catch (IOException e) {
            throw new ConfigurationException("MPING: " + e.getMessage() + "; choose another bind_addr or mcast_addr, or find "
                    + "members with TCPPING, which needs no multicast", e);
        }
    }

    private List<InetAddress> interfaces(InetAddress bound) throws IOException {
        return !settings.get(MPing.BIND_TO_ALL_INTERFACES) ? List.of(bound) : context.network().interfaces().stream()
                .filter(address -> address.getAddress().length == bound.getAddress().length).toList();
    }

    @Override
    public void stop() {
        if (subscription != null) {
            subscription.close();
        }
        senders.forEach(Network.Datagrams::close);
    }

    @Override
    public List<InetSocketAddress> hosts() {
        return List.of(group);
    }

    @Override
    public void ask(Packet question) {
        if (!question.physical().equals(group)) {
            context.passDown(question);
            return;
        }
        out.clear();
        context.codec().encodeHead(question.from(context.self(), cluster), out);
        boolean taken = false;
        for (Network.Datagrams sender : senders) {
            taken |= sender.send(ByteBuffer.wrap(out.array(), 0, out.length()), group);
        }
        if (!taken) {
            context.counter("dropped_by_system").increment();
            warn();
        }
    }

    private void warn() {
        if (!warned) {
            warned = true;
            LOG.warn("{}: MPING: the system has not taken a question to {}, so nobody is asked. If there is no route for multicast, "
                    + "add one, or choose a bind_addr of an interface that has one (the loopback interface carries IPv4 multicast "
                    + "without a route, but not IPv6)", context.self(), group);
        }
    }

    private void received(ByteBuffer datagram, InetSocketAddress remote) {
        byte[] bytes = new byte[datagram.remaining()];
        datagram.get(bytes);
        try {
            Packet packet = context.codec().decode(bytes, 0, bytes.length);
            if (packet.cluster() == cluster && !context.self().equals(packet.source())
                    && packet.header(DiscoveryHeader.class) != null) {
                arrived.accept(packet);
            }
        } catch (MalformedException e) {
            context.counter("malformed").increment();
        }
    }
}
