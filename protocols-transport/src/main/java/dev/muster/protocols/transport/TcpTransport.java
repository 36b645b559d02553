package dev.muster.protocols.transport;

import dev.muster.api.Address;
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
import dev.muster.spi.Limits;
import dev.muster.spi.Network;
import dev.muster.spi.Packet;
import dev.muster.spi.PacketCodec;
import dev.muster.spi.Protocol;
import dev.muster.spi.ProtocolProvider;
import dev.muster.spi.SharedTransport;
import dev.muster.spi.Tenant;
import dev.muster.spi.TransportSettings;
import dev.muster.spi.WireWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries packets over streams, one connection per pair of members.
 *
 * <p>A packet is encoded once, whoever gets it; the queues of all receivers share the bytes. What has been collected during
 * a turn goes out with one gathering write per receiver. A receiver that is slow only fills its own queue; when that is
 * full, packets to it are dropped and counted, application data first, and retransmission repairs the loss.
 *
 * <p>Addresses are resolved and ports tried in {@link #open}, which fails with a
 * {@link dev.muster.api.ConfigurationException} where that is impossible.
 */
public final class TcpTransport implements SharedTransport {

    /** Name in stacks. */
    public static final ProtocolType TYPE = ProtocolType.of("TCP");

    /** First port to try. */
    public static final Setting<Integer> START_PORT = Setting.integer("start_port", 7800).alias("bind_port")
            .atLeast(0).atMost(PortRange.HIGHEST).says("first port to try; 0 for any free one");

    /** Last port to try. */
    public static final Setting<Integer> END_PORT = Setting.integer("end_port", 0).atLeast(0).atMost(PortRange.HIGHEST)
            .says("last port to try; the same as start_port: that port only; 0: as port_range says");

    /** Number of further ports. */
    public static final Setting<Integer> PORT_RANGE = Setting.integer("port_range", PortRange.HIGHEST).atLeast(0)
            .atMost(PortRange.HIGHEST).says("how many ports after start_port to try where there is no end_port")
            .insteadOf("1", "without end_port the source sets no upper limit");

    /** Kernel buffer for receiving. */
    public static final Setting<Long> RECV_BUF_SIZE = Setting.bytes("recv_buf_size", 0).atLeast(0L)
            .atMost((long) Integer.MAX_VALUE).says("receive buffer asked of the system per connection; 0 for its own choice");

    /** Kernel buffer for sending. */
    public static final Setting<Long> SEND_BUF_SIZE = Setting.bytes("send_buf_size", 0).atLeast(0L)
            .atMost((long) Integer.MAX_VALUE).says("send buffer asked of the system per connection; 0 for its own choice");

    /** Idle time after which connections are closed. */
    public static final Setting<Duration> CONN_EXPIRE_TIME = Setting.duration("conn_expire_time", Duration.ZERO)
            .atLeast(Duration.ZERO).says("close connections idle for longer than this; 0 never");

    /** How often to look for idle connections. */
    public static final Setting<Duration> REAPER_INTERVAL = Setting.duration("reaper_interval", Duration.ZERO)
            .atLeast(Duration.ZERO).says("how often to look for idle connections; 0: never");

    /** Time to connect. */
    public static final Setting<Duration> SOCK_CONN_TIMEOUT = Setting.duration("sock_conn_timeout", Duration.ofSeconds(2))
            .positive().says("give up connecting to a peer, and waiting for its hello, after this time");

    /** Accepted for compatibility. */
    public static final Setting<Boolean> USE_SEND_QUEUES = Setting.flag("use_send_queues", true)
            .says("a queue per connection, so that a stuck peer never blocks the others")
            .withoutEffect("every connection has a bounded queue; no thread ever waits for a socket");

    /** Bound of the queue of one connection. */
    public static final Setting<Long> SEND_QUEUE_BYTES = Setting.bytes("send_queue_bytes", 8L << 20).atLeast(100_000L)
            .says("most bytes of buffers that wait for one peer; data beyond is dropped and retransmitted later, control "
                    + "packets have a quarter more");

    /** Address told to others. */
    public static final Setting<String> EXTERNAL_ADDR = Setting.text("external_addr", null)
            .says("address told to others, where it differs from the one bound, behind NAT");

    /** Port told to others. */
    public static final Setting<Integer> EXTERNAL_PORT = Setting.integer("external_port", 0).atLeast(0)
            .atMost(PortRange.HIGHEST).says("port told to others; 0 for the one bound");

    /** Nothing of the application to members that are suspected. */
    public static final Setting<Boolean> SKIP_SUSPECTED_MEMBERS = Setting.flag("skip_suspected_members", true)
            .says("send no application data to a suspected member alone until it is taken for well again, when "
                    + "retransmission makes up for it; control packets, such as the questions of verification, and packets "
                    + "to the group are sent as ever");

    /** Nagle off. */
    public static final Setting<Boolean> TCP_NODELAY = Setting.flag("tcp_nodelay", true)
            .says("send small packets at once (Nagle's algorithm off)")
            .insteadOf("false", "messages are packed before they are sent; the system's waiting only adds latency");

    /** Bytes set aside for the headers of all layers; the fixed head is counted separately. */
    static final int HEADER_RESERVE = 128;
    static final int RETRY = 0;
    static final int HANDSHAKE = 1;
    private static final int REAPER = 2;
    private static final int LEAST_FRAME_LIMIT = 1 << 20;
    private static final int MOST_HELLO_BYTES = 512;
    private static final PortRange.Words WORDS =
            new PortRange.Words("TCP", "widen the range with end_port, or set start_port=0 for any port");
    private static final Logger LOG = LoggerFactory.getLogger(TcpTransport.class);

    private final Settings settings;
    private final String bindAddress;
    private final int frameBytes;
    private final FramePool pool;
    private final List<Peer> dirty = new ArrayList<>();
    /** Members of views; stays empty if they are not skipped. */
    private final Set<Address> suspected = new HashSet<>();
    private final Audiences audiences = new Audiences();
    private Context context;
    private Connections connections;
    private Network.Listener listener;
    private DepartingPackets departing;
    private Counter overflowed;
    private Counter skipped;

    /** Publishes the transport. */
    public static final class Provider implements ProtocolProvider {

        /** For the service loader. */
        public Provider() {}

        @Override
        public ProtocolType type() {
            return TYPE;
        }

        @Override
        public List<String> aliases() {
            return List.of("TCP_NIO2");
        }

        @Override
        public String says() {
            return "carries packets over TCP connections, one per pair of members";
        }

        @Override
        public List<String> promises() {
            return List.of(
                    "no thread waits for a socket: a peer that is stuck or half dead delays nobody else",
                    "packets to one peer arrive in order as long as the connection lives",
                    "a connection that is closed in order is not taken for a death");
        }

        @Override
        public List<String> doesNotPromise() {
            return List.of(
                    "delivery: what a lost connection or a full queue loses is for the reliable protocols above");
        }

        @Override
        public List<Figure> figures() {
            return DepartingPackets.andArriving(
                    new Figure("connections", "connections open at this moment"),
                    new Figure("dropped_queue_full", "data packets dropped because too much waits for their receiver"),
                    new Figure("skipped_suspected", "data packets not sent because their receiver is suspected"),
                    new Figure("packets_not_for_us", "packets of other groups, to other members, or of this member "
                        + "itself, passed over"),
                    Figure.KEPT_BYTES);
        }

        @Override
        public List<Setting<?>> settings() {
            List<Setting<?>> all = new ArrayList<>(TransportSettings.ALL);
            all.addAll(List.of(START_PORT, END_PORT, PORT_RANGE, RECV_BUF_SIZE, SEND_BUF_SIZE, SOCK_CONN_TIMEOUT,
                    TCP_NODELAY, CONN_EXPIRE_TIME, REAPER_INTERVAL, SEND_QUEUE_BYTES, USE_SEND_QUEUES, EXTERNAL_ADDR,
                    EXTERNAL_PORT, SKIP_SUSPECTED_MEMBERS, TransportSettings.DISCARD_INCOMPATIBLE_PACKETS));
            all.addAll(UdpSettings.withoutMulticast("a stream has two ends: group packets go to each member by itself, and what "
                    + "comes in comes to bind_addr"));
            return all;
        }

        @Override
        public Set<Capability> provides() {
            return Set.of(Capability.TRANSPORT);
        }

        @Override
        public void validate(Settings settings, Problems problems) {
            int end = settings.get(END_PORT);
            if (end != 0 && settings.get(START_PORT) > end) {
                problems.report("end_port=" + end + " must not be less than start_port=" + settings.get(START_PORT)
                        + "; raise end_port");
            }
            if (settings.get(TransportSettings.MAX_BUNDLE_SIZE) > FrameReader.LARGEST) {
                problems.report("max_bundle_size=" + settings.text(TransportSettings.MAX_BUNDLE_SIZE)
                        + " must be at most " + FrameReader.LARGEST + " over TCP; lower it");
            }
        }

        @Override
        public Protocol create(Settings settings) {
            return new TcpTransport(settings, BindAddress.configured(settings, TransportSettings.BIND_ADDR));
        }
    }

    TcpTransport(Settings settings, String bindAddress) {
        this.settings = settings;
        this.bindAddress = bindAddress;
        long largest = settings.get(TransportSettings.MAX_BUNDLE_SIZE);
        frameBytes = (int) Math.min(FrameReader.LARGEST, Math.max(LEAST_FRAME_LIMIT, 2 * largest));
        pool = new FramePool(2 * settings.get(SEND_QUEUE_BYTES));
    }

    @Override
    public void open(Context newContext) {
        context = newContext;
        departing = new DepartingPackets(context, frameBytes);
        overflowed = context.counter("dropped_queue_full");
        skipped = context.counter("skipped_suspected");
        InetAddress address = BindAddress.find("TCP: bind_addr", bindAddress);
        Network.StreamOptions options = streamOptions().leavingFrom(address);
        listener = ports().open(address, at -> context.network().listen(at, options,
                stream -> connections.accepted(stream)), Network.Listener::close);
        InetSocketAddress local = told(listener.local());
        ArrivingPackets arriving = new ArrivingPackets(context, settings.get(TransportSettings.DISCARD_INCOMPATIBLE_PACKETS),
                warning -> LOG.warn("{}: {}", context.self(), warning));
        connections = new Connections(context, audiences, connectionBounds(options), encodedHello(local), arriving);
        setReaper();
        LOG.debug("{}: listens on {}, told to others as {}", context.self(), listener.local(), local);
        context.emitUp(new Event.TransportReady(local));
    }

    private PortRange ports() {
        int first = settings.get(START_PORT);
        int end = settings.get(END_PORT);
        int last = first == 0 ? 0 : end != 0 ? end : Math.min(PortRange.HIGHEST, first + settings.get(PORT_RANGE));
        return new PortRange(first, last, WORDS);
    }

    /** Who listens on all addresses tells one of them that others may reach. */
    private InetSocketAddress told(InetSocketAddress local) {
        String external = settings.get(EXTERNAL_ADDR);
        int port = settings.get(EXTERNAL_PORT);
        InetAddress ip = local.getAddress();
        if (external != null) {
            ip = BindAddress.find("TCP: external_addr", external);
        } else if (ip.isAnyLocalAddress()) {
            ip = BindAddress.find("TCP: bind_addr", "non_loopback, loopback");
        }
        return new InetSocketAddress(ip, port == 0 ? local.getPort() : port);
    }

    private Connections.Bounds connectionBounds(Network.StreamOptions options) {
        return new Connections.Bounds(options, frameBytes, settings.get(SEND_QUEUE_BYTES), options.connectTimeoutNanos());
    }

    private Network.StreamOptions streamOptions() {
        return new Network.StreamOptions(settings.get(TCP_NODELAY), settings.get(SEND_BUF_SIZE).intValue(),
                settings.get(RECV_BUF_SIZE).intValue(), settings.get(SOCK_CONN_TIMEOUT).toNanos());
    }

    private ByteBuffer encodedHello(InetSocketAddress local) {
        WireWriter out = new WireWriter(MOST_HELLO_BYTES).writeInt(0);
        new Hello(context.self(), local).encode(out);
        out.setInt(0, FrameReader.head(FrameReader.HELLO, out.length() - FrameReader.HEAD_BYTES));
        return ByteBuffer.wrap(out.toByteArray());
    }

    private void setReaper() {
        Duration interval = settings.get(REAPER_INTERVAL);
        if (!interval.isZero() && !settings.get(CONN_EXPIRE_TIME).isZero()) {
            context.setTimer(REAPER, interval.toNanos());
        }
    }

    @Override
    public void stop() {
        if (listener != null) {
            listener.close();
        }
        if (connections != null) {
            connections.closeAll();
        }
    }

    @Override
    public Limits limits(Tenant tenant) {
        int most = (int) Math.min(FrameReader.LARGEST, settings.get(TransportSettings.MAX_BUNDLE_SIZE))
                - FrameReader.HEAD_BYTES - PacketCodec.FIXED_HEAD_BYTES - HEADER_RESERVE;
        return new Limits(most, most, settings.get(TransportSettings.ENABLE_BUNDLING));
    }

    @Override
    public boolean tellsWhatItKeeps() {
        return true;
    }

    @Override
    public void down(Packet packet) {
        boolean toGroup = packet.isToGroup();
        boolean data = packet.has(Packet.DATA);
        if (!toGroup && data && suspected.contains(packet.destination())) {
            skipped.increment();
            return;
        }
        List<Address> others = toGroup ? audiences.others(packet.cluster()) : List.of();
        Peer peer = toGroup ? null : receiver(packet);
        if (toGroup ? others.isEmpty() : peer == null) {
            return;
        }
        Frame frame = encode(packet);
        if (frame == null) {
            return;
        }
        if (toGroup) {
            for (int i = 0; i < others.size(); i++) {
                enqueue(connections.of(others.get(i)), frame, data);
            }
        } else {
            enqueue(peer, frame, data);
        }
        frame.release();
    }

    private Peer receiver(Packet packet) {
        Peer peer = packet.destination() == null ? null : connections.of(packet.destination());
        if (packet.physical() != null && (peer == null || !peer.isConnected())) {
            if (packet.destination() != null) {
                connections.learn(packet.destination(), packet.physical());
            }
            peer = connections.at(packet.physical());
        }
        if (peer == null) {
            departing.toUnknownReceiver();
        }
        return peer;
    }

    private Frame encode(Packet packet) {
        WireWriter head = departing.head(packet, FrameReader.HEAD_BYTES);
        if (head == null) {
            return null;
        }
        int length = head.length() + packet.length();
        head.setInt(0, FrameReader.head(FrameReader.PACKET, length - FrameReader.HEAD_BYTES));
        Frame frame = pool.take(length);
        frame.begin().put(head.array(), 0, head.length()).put(packet.buffer(), packet.offset(), packet.length());
        frame.filled();
        return frame;
    }

    private void enqueue(Peer peer, Frame frame, boolean data) {
        if (peer == null) {
            departing.toUnknownReceiver();
        } else if (!peer.queue.offer(frame, data)) {
            overflowed.increment();
        } else {
            departing.sent(frame.length());
            if (!peer.dirty) {
                peer.dirty = true;
                dirty.add(peer);
            }
        }
    }

    @Override
    public void flush() {
        for (int i = 0; i < dirty.size(); i++) {
            Peer peer = dirty.get(i);
            peer.dirty = false;
            connections.flush(peer);
        }
        dirty.clear();
    }

    @Override
    public void timer(int id) {
        switch (id) {
            case RETRY -> connections.retry();
            case HANDSHAKE -> connections.closeSilent();
            default -> {
                connections.reap(settings.get(CONN_EXPIRE_TIME).toNanos());
                setReaper();
            }
        }
    }

    @Override
    public void event(Tenant tenant, Event event) {
        if (event instanceof Event.ViewInstalled installed) {
            List<Address> before = audiences.others(tenant.id());
            audiences.install(tenant, installed);
            connections.retain(before);
            suspected.removeIf(member -> !audiences.contains(member));
        } else if (event instanceof Event.SuspicionBegan began) {
            if (settings.get(SKIP_SUSPECTED_MEMBERS) && audiences.contains(began.member())) {
                suspected.add(began.member());
            }
        } else if (event instanceof Event.SuspicionEnded ended) {
            suspected.remove(ended.member());
        } else if (event instanceof Event.PhysicalAddresses known) {
            known.addresses().forEach(connections::learn);
        }
    }

    @Override
    public Audiences audiences() {
        return audiences;
    }
}
