package dev.muster.protocols.transport;

import dev.muster.api.Address;
import dev.muster.api.ConfigurationException;
import dev.muster.api.ProtocolType;
import dev.muster.api.Setting;
import dev.muster.api.Settings;
import dev.muster.spi.ArrivingPackets;
import dev.muster.spi.Audiences;
import dev.muster.spi.BindAddress;
import dev.muster.spi.Capability;
import dev.muster.spi.Context;
import dev.muster.spi.Counter;
import dev.muster.spi.Event;
import dev.muster.spi.Figure;
import dev.muster.spi.LearntAddresses;
import dev.muster.spi.Limits;
import dev.muster.spi.MulticastAddress;
import dev.muster.spi.Network;
import dev.muster.spi.Packet;
import dev.muster.spi.PacketCodec;
import dev.muster.spi.Protocol;
import dev.muster.spi.ProtocolProvider;
import dev.muster.spi.SharedTransport;
import dev.muster.spi.Tenant;
import dev.muster.spi.TransportSettings;
import dev.muster.spi.WireWriter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries each packet in a datagram: a group packet in one multicast for all, or in one datagram to each member where
 * {@code ip_mcast} is off. Whatever the network loses, repeats or reorders reaches the layers above as it is; they repair it.
 *
 * <p>A packet is encoded once, into a buffer outside the heap that every destination is served from. A packet that the
 * system can't take now is dropped and counted as {@code dropped_by_system}, and retransmission repairs the loss; so a
 * sender never waits for a socket.
 *
 * <p>Addresses are resolved and the group is joined in {@link #open}, which fails with a
 * {@link dev.muster.api.ConfigurationException} where that is impossible. With a group, {@link Event.MulticastReady} is
 * emitted after {@link Event.TransportReady}; where the system tells how much its buffers hold, {@link Event.ReceiveBuffer}, too.
 */
public final class UdpTransport implements SharedTransport {

    /** Name in stacks. */
    public static final ProtocolType TYPE = ProtocolType.of("UDP");

    static final String IPV4_GROUP = "228.11.11.11";
    static final String IPV6_GROUP = "ff0e::8:8:8";

    private static final MulticastAddress GROUP = new MulticastAddress("UDP: mcast_addr", IPV4_GROUP, IPV6_GROUP);
    private static final PortRange.Words WORDS =
            new PortRange.Words("UDP", "widen the range with port_range, or set bind_port=0 for any port");
    private static final Logger LOG = LoggerFactory.getLogger(UdpTransport.class);

    private final Settings settings;
    private final String bindAddress;
    private final ByteBuffer datagram;
    private final Audiences audiences = new Audiences();
    private final LearntAddresses addresses = new LearntAddresses(audiences);
    private Context context;
    private ArrivingPackets arriving;
    private DepartingPackets departing;
    private Network.Datagrams socket;
    private MulticastGroup group;
    private boolean warned;
    private Counter refused;

    /** Publishes the transport. */
    public static final class Provider implements ProtocolProvider {

        /** For the service loader. */
        public Provider() {}

        @Override
        public ProtocolType type() {
            return TYPE;
        }

        @Override
        public String says() {
            return "carries packets in datagrams, group packets by IP multicast";
        }

        @Override
        public List<String> promises() {
            return List.of(
                    "with ip_mcast a packet to the group is one datagram, however many members there are",
                    "own packets to the group are handed up without the network");
        }

        @Override
        public List<String> doesNotPromise() {
            return List.of(
                    "delivery or order: what the network loses or swaps is for the reliable protocols above");
        }

        @Override
        public List<Figure> figures() {
            return DepartingPackets.andArriving(
                    new Figure("dropped_by_system", "datagrams that the system did not take"),
                    new Figure("buffers_too_small", "buffers of sockets that are smaller than asked for"),
                    new Figure("packets_not_for_us", "packets of other groups, to other members, or of this member "
                        + "itself, passed over"));
        }

        @Override
        public List<Setting<?>> settings() {
            return UdpSettings.all();
        }

        @Override
        public Set<Capability> provides() {
            return Set.of(Capability.TRANSPORT);
        }

        @Override
        public void validate(Settings settings, Problems problems) {
            GROUP.problem(settings.get(UdpSettings.MCAST_ADDR))
                    .ifPresent(problem -> problems.report("mcast_addr=" + problem));
            if (settings.get(TransportSettings.MAX_BUNDLE_SIZE) > TransportSettings.MOST_DATAGRAM_BYTES) {
                problems.report("max_bundle_size=" + settings.text(TransportSettings.MAX_BUNDLE_SIZE)
                        + " must be at most " + TransportSettings.MOST_DATAGRAM_BYTES + " over UDP; lower it, larger "
                        + "messages are cut by FRAG2");
            }
        }

        @Override
        public Protocol create(Settings settings) {
            return new UdpTransport(settings, BindAddress.configured(settings, TransportSettings.BIND_ADDR));
        }
    }

    UdpTransport(Settings settings, String bindAddress) {
        this.settings = settings;
        this.bindAddress = bindAddress;
        datagram = ByteBuffer.allocateDirect((int) mostBytes());
    }

    private long mostBytes() {
        return Math.min(TransportSettings.MOST_DATAGRAM_BYTES, settings.get(TransportSettings.MAX_BUNDLE_SIZE));
    }

    @Override
    public void open(Context newContext) {
        context = newContext;
        arriving = new ArrivingPackets(context, settings.get(TransportSettings.DISCARD_INCOMPATIBLE_PACKETS),
                warning -> LOG.warn("{}: {}", context.self(), warning));
        departing = new DepartingPackets(context, datagram.capacity());
        refused = context.counter("dropped_by_system");
        InetAddress address = BindAddress.find("UDP: bind_addr", bindAddress);
        Network.DatagramHandler own = new Reader(remote -> false, addresses::learn);
        socket = ports().open(address, at -> context.network().openDatagrams(at, ownOptions(), own),
                Network.Datagrams::close);
        context.emitUp(new Event.TransportReady(socket.local()));
        if (settings.get(TransportSettings.IP_MCAST)) {
            group = join(address, new Reader(this::isOwn, (packet, remote) -> { }));
            context.emitUp(new Event.MulticastReady(group.address()));
        }
        tellReceiveBuffer();
        warnOfSmallBuffers();
        LOG.debug("{}: bound to {}, group {}", context.self(), socket.local(), group == null ? "none" : group.address());
    }

    private PortRange ports() {
        int first = settings.get(UdpSettings.BIND_PORT);
        int last = first == 0 ? 0 : Math.min(PortRange.HIGHEST, first + settings.get(UdpSettings.PORT_RANGE));
        return new PortRange(first, last, WORDS);
    }

    private Network.DatagramOptions ownOptions() {
        long send = settings.get(UdpSettings.UCAST_SEND_BUF_SIZE);
        boolean both = settings.get(TransportSettings.IP_MCAST);
        return options(both ? Math.max(send, settings.get(UdpSettings.MCAST_SEND_BUF_SIZE)) : send,
                settings.get(UdpSettings.UCAST_RECV_BUF_SIZE));
    }

    private Network.DatagramOptions options(long send, long receive) {
        return new Network.DatagramOptions((int) send, (int) receive, settings.get(UdpSettings.IP_TTL),
                settings.get(UdpSettings.TOS));
    }

    private MulticastGroup join(InetAddress bound, Network.DatagramHandler handler) {
        InetAddress address = GROUP.find(settings.get(UdpSettings.MCAST_ADDR), bound);
        MulticastInterfaces interfaces = new MulticastInterfaces(context.network(), bound);
        try {
            return MulticastGroup.join(context.network(), new MulticastGroup.Place(
                    new InetSocketAddress(address, settings.get(UdpSettings.MCAST_PORT)),
                    interfaces.of(settings, UdpSettings.RECEIVE_ON_ALL_INTERFACES, UdpSettings.RECEIVE_INTERFACES),
                    interfaces.of(settings, UdpSettings.SEND_ON_ALL_INTERFACES, UdpSettings.SEND_INTERFACES),
                    options(settings.get(UdpSettings.MCAST_SEND_BUF_SIZE), settings.get(UdpSettings.MCAST_RECV_BUF_SIZE))),
                    socket, handler);
        } catch (IOException e) {
            throw new ConfigurationException("UDP: " + e.getMessage() + "; choose another bind_addr or mcast_addr, or set "
                    + "ip_mcast=false to send group packets to each member", e);
        }
    }

    private boolean isOwn(InetSocketAddress remote) {
        return socket.local().equals(remote) || group != null && group.isOwn(remote);
    }

    /** Without a group one socket receives packets to the group and to this member. */
    private void tellReceiveBuffer() {
        int own = socket.receiveBufferBytes();
        if (own != Integer.MAX_VALUE) {
            context.emitUp(new Event.ReceiveBuffer(group == null ? own / 2 : Math.min(own, group.receiveBufferBytes())));
        }
    }

    /** Loss under load has its cause here more often than on any wire. */
    private void warnOfSmallBuffers() {
        BufferCheck check = new BufferCheck();
        check.receive(settings, UdpSettings.UCAST_RECV_BUF_SIZE, socket.receiveBufferBytes());
        check.send(settings, UdpSettings.UCAST_SEND_BUF_SIZE, socket.sendBufferBytes());
        if (group != null) {
            check.receive(settings, UdpSettings.MCAST_RECV_BUF_SIZE, group.receiveBufferBytes());
            check.send(settings, UdpSettings.MCAST_SEND_BUF_SIZE, group.sendBufferBytes());
        }
        context.counter("buffers_too_small").add(check.shortages());
        check.warning().ifPresent(warning -> LOG.warn("{}: {}", context.self(), warning));
    }

    @Override
    public void stop() {
        if (group != null) {
            group.close();
        }
        if (socket != null) {
            socket.close();
        }
    }

    @Override
    public Limits limits(Tenant tenant) {
        int most = (int) mostBytes() - PacketCodec.FIXED_HEAD_BYTES - TcpTransport.HEADER_RESERVE;
        return new Limits(most, most, settings.get(TransportSettings.ENABLE_BUNDLING));
    }

    @Override
    public boolean tellsWhatItKeeps() {
        return true;
    }

    @Override
    public void down(Packet packet) {
        if (!packet.isToGroup()) {
            toOne(packet);
        } else {
            toGroup(packet, audiences.others(packet.cluster()));
        }
    }

    private void multicast() {
        boolean taken = group.send(datagram);
        count(taken);
        if (!taken && !warned) {
            warned = true;
            LOG.warn("{}: the system has not taken a multicast to {}, so it reaches nobody. If there is no route for it, add one, "
                    + "or choose a bind_addr of an interface that has one (the loopback interface carries IPv4 multicast without "
                    + "a route, but not IPv6), or set ip_mcast=false. Further ones are only counted, as dropped_by_system",
                    context.self(), group.address());
        }
    }

    private void toGroup(Packet packet, List<Address> others) {
        if (others.isEmpty() || !encode(packet)) {
            return;
        }
        if (group != null) {
            multicast();
        } else {
            toEach(others);
        }
    }

    private void toEach(List<Address> others) {
        for (int i = 0; i < others.size(); i++) {
            send(addresses.of(others.get(i)));
        }
    }

    private void toOne(Packet packet) {
        InetSocketAddress target = addresses.target(packet);
        if (target == null) {
            departing.toUnknownReceiver();
        } else if (encode(packet)) {
            if (group != null && target.equals(group.address())) {
                multicast();
            } else {
                send(target);
            }
        }
    }

    private void send(InetSocketAddress target) {
        if (target == null) {
            departing.toUnknownReceiver();
        } else {
            datagram.rewind();
            count(socket.send(datagram, target));
        }
    }

    private void count(boolean taken) {
        if (taken) {
            departing.sent(datagram.limit());
        } else {
            refused.increment();
        }
    }

    private boolean encode(Packet packet) {
        WireWriter head = departing.head(packet, 0);
        if (head == null) {
            return false;
        }
        datagram.clear().put(head.array(), 0, head.length()).put(packet.buffer(), packet.offset(), packet.length()).flip();
        return true;
    }

    @Override
    public void flush() {
        // each packet has left on its own
    }

    @Override
    public void event(Tenant tenant, Event event) {
        addresses.event(tenant, event);
    }

    @Override
    public Audiences audiences() {
        return audiences;
    }

    /** Reads a socket. */
    private final class Reader implements Network.DatagramHandler {
        private final Predicate<InetSocketAddress> isOwn;
        private final BiConsumer<Packet, InetSocketAddress> learning;

        /** Passes over what this member sent itself, and learns from all else. */
        private Reader(Predicate<InetSocketAddress> isOwn, BiConsumer<Packet, InetSocketAddress> learning) {
            this.isOwn = isOwn;
            this.learning = learning;
        }

        @Override
        public void received(ByteBuffer datagram, InetSocketAddress remote) {
            Packet packet = isOwn.test(remote) ? null : arriving.addDatagram(datagram, remote);
            if (packet != null) {
                learning.accept(packet, remote);
            }
        }

        @Override
        public void receivedAll() {
            arriving.passUp();
        }
    }
}
