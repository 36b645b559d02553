package dev.muster.protocols.transport;

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
import dev.muster.spi.MalformedException;
import dev.muster.spi.Network;
import dev.muster.spi.Packet;
import dev.muster.spi.PacketCodec;
import dev.muster.spi.Protocol;
import dev.muster.spi.ProtocolProvider;
import dev.muster.spi.Rarely;
import dev.muster.spi.SharedTransport;
import dev.muster.spi.Tenant;
import dev.muster.spi.TransportSettings;
import dev.muster.spi.WireWriter;
import dev.muster.spi.router.RegisteredByTransport;
import dev.muster.spi.router.RouterAddress;
import dev.muster.spi.router.RouterCodec;
import dev.muster.spi.router.RouterLinks;
import dev.muster.spi.router.RouterMessage;
import java.net.InetAddress;
import dev.muster.spi.tls.Tls;
import dev.muster.spi.tls.TlsNetwork;
import dev.muster.spi.tls.TlsSettings;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries packets through routers, for members that can't reach one another: behind firewalls, each only connects out.
 *
 * <p>A member registers with every router, under its identity; the connection to the router is where it is reached, so there
 * are no physical addresses: find members with PING, which asks all who registered, or TCPGOSSIP, not with a list of hosts.
 * A packet goes through one router that is alive; the router hands those for the group to all who have registered for it.
 * Without a router packets are dropped, and retransmission repairs the loss when one is back.
 *
 * <p>Routers that end or are cut off are tried again, at first after 0.1 s. A group survives the restart of its only router
 * if that is back before failure detection takes silence for death; else its members meet again by merging.
 */
public final class TunnelTransport implements SharedTransport {

    /** Name in stacks. */
    public static final ProtocolType TYPE = ProtocolType.of("TUNNEL");

    private static final int TIMER = 0;
    private static final int LEAST_FRAME_LIMIT = 1 << 20;
    private static final int HEAD_CAPACITY = 512;
    /** Kind, presence and length of the group's name, two addresses, the payload's length. */
    private static final int ROUTER_HEAD_BYTES = 1 + 3 + 17 + 17 + 4;
    private static final int MOST_BYTES_PER_CHARACTER = 3;
    private static final Logger LOG = LoggerFactory.getLogger(TunnelTransport.class);

    private final Settings settings;
    private final String bindAddress;
    private final WireWriter routerHead = new WireWriter(HEAD_CAPACITY);
    private final Audiences audiences = new Audiences();
    private Context context;
    /** What goes to this place is for all who have registered for the group: the first router stands for all of them. */
    private InetSocketAddress everybody;
    private RouterLinks links;
    private ArrivingPackets arriving;
    private DepartingPackets departing;
    private Counter notConnected;
    private Counter overflowed;

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
            return "carries packets through routers, for members that can't reach one another";
        }

        @Override
        public List<String> promises() {
            return List.of(
                    "members that can each reach a router reach one another, with outgoing connections alone",
                    "one router that can be reached is enough; members with different ones hear one another through those "
                        + "they share");
        }

        @Override
        public List<Figure> figures() {
            return DepartingPackets.andArriving(
                    new Figure("dropped_no_router", "packets dropped because no router was connected"),
                    new Figure("dropped_queue_full", "data packets dropped because too much waits for a router"),
                    new Figure("packets_not_for_us", "packets of other groups, to other members, or of this member "
                        + "itself, passed over"),
                    Figure.KEPT_BYTES);
        }

        @Override
        public List<String> doesNotPromise() {
            return List.of("secrecy by itself: whoever reaches a router could register as any member, so beyond loopback it needs "
                    + "ENCRYPT, with a router that has the key, or tls.enabled, or insecure mode");
        }

        @Override
        public List<Setting<?>> settings() {
            return TunnelSettings.ALL;
        }

        @Override
        public Set<Capability> provides() {
            return Set.of(Capability.TRANSPORT);
        }

        @Override
        public Set<Capability> provides(Settings settings) {
            return settings.get(TlsSettings.OF_PROTOCOLS.enabled()) ? Set.of(Capability.TRANSPORT, Capability.OWN_ENCRYPTION)
                    : provides();
        }

        @Override
        public void validate(Settings settings, Problems problems) {
            TunnelSettings.check(settings, problems);
        }

        @Override
        public void inspect(Settings settings, Problems problems, Problems warnings) {
            TlsSettings.OF_PROTOCOLS.inspectForClients(settings, problems);
        }

        @Override
        public Protocol create(Settings settings) {
            return new TunnelTransport(settings, BindAddress.configured(settings, TransportSettings.BIND_ADDR));
        }
    }

    TunnelTransport(Settings settings, String bindAddress) {
        this.settings = settings;
        this.bindAddress = bindAddress;
    }

    @Override
    public void open(Context newContext) {
        context = newContext;
        arriving = new ArrivingPackets(context, settings.get(TransportSettings.DISCARD_INCOMPATIBLE_PACKETS),
                warning -> LOG.warn("{}: {}", context.self(), warning));
        InetAddress address = BindAddress.find("TUNNEL: bind_addr", bindAddress);
        RouterLinks.Options options = TunnelSettings.links(settings, network(), address,
                Math.max(LEAST_FRAME_LIMIT, 2 * bundleBytes()), TIMER);
        departing = new DepartingPackets(context, options.mostFrameBytes());
        notConnected = context.counter("dropped_no_router");
        overflowed = context.counter("dropped_queue_full");
        everybody = options.routers().get(0);
        links = new RouterLinks(context, options, new Routers());
        context.gauge("kept_bytes", links::waitingBytes);
        links.start();
        context.emitUp(new RegisteredByTransport());
        context.emitUp(new Event.TransportReady(new InetSocketAddress(address, 0)));
        context.emitUp(new Event.MulticastReady(everybody));
    }

    private Network network() {
        Tls tls = TlsSettings.OF_PROTOCOLS.forClients(TYPE.name(), settings);
        return tls == null ? context.network() : new TlsNetwork(context.network().forEncryptedStreams(), tls);
    }

    private int bundleBytes() {
        return (int) Math.min(Integer.MAX_VALUE / 4, settings.get(TransportSettings.MAX_BUNDLE_SIZE));
    }

    @Override
    public Audiences audiences() {
        return audiences;
    }

    @Override
    public void serve(Tenant tenant) {
        audiences.add(tenant);
        links.register(RouterMessage.register(tenant.cluster(), RouterAddress.Id.of(tenant.self()), tenant.self().name(), null));
    }

    @Override
    public void release(Tenant tenant) {
        audiences.remove(tenant);
        links.unregister(tenant.cluster(), RouterAddress.Id.of(tenant.self()));
    }

    @Override
    public void stop() {
        if (links != null) {
            links.close();
        }
    }

    @Override
    public Limits limits(Tenant tenant) {
        int most = bundleBytes() - RouterCodec.HEAD_BYTES - ROUTER_HEAD_BYTES
                - MOST_BYTES_PER_CHARACTER * tenant.cluster().length() - PacketCodec.FIXED_HEAD_BYTES
                - TcpTransport.HEADER_RESERVE;
        return new Limits(most, most, settings.get(TransportSettings.ENABLE_BUNDLING));
    }

    @Override
    public void down(Packet packet) {
        boolean data = packet.has(Packet.DATA);
        Tenant tenant = audiences.tenant(packet.cluster());
        if (tenant == null) {
            departing.toUnknownReceiver();
        } else if (packet.has(Packet.TO_PHYSICAL) && !everybody.equals(packet.physical())) {
            departing.toUnknownReceiver();
            context.emitUp(new Event.Unreachable(packet.physical()));
        } else if (data && packet.isToGroup() && audiences.isEmpty(packet.cluster())) {
            return;
        } else if (links.connected() == 0) {
            notConnected.increment();
        } else {
            send(tenant, packet, data);
        }
    }

    private void send(Tenant tenant, Packet packet, boolean data) {
        WireWriter head = departing.head(packet, 0);
        if (head != null) {
            ByteBuffer message = encode(tenant, packet, head);
            int length = message.remaining();
            if (links.send(message, data)) {
                departing.sent(length);
            } else {
                overflowed.increment();
            }
        }
    }

    private ByteBuffer encode(Tenant tenant, Packet packet, WireWriter head) {
        RouterAddress receiver = packet.destination() == null ? null : RouterAddress.Id.of(packet.destination());
        int payload = head.length() + packet.length();
        routerHead.clear();
        routerHead.writeInt(0);
        RouterCodec.writeMessageHead(tenant.cluster(), receiver, RouterAddress.Id.of(tenant.self()), payload, routerHead);
        int length = routerHead.length() + payload;
        routerHead.setInt(0, length - RouterCodec.HEAD_BYTES);
        return ByteBuffer.allocate(length).put(routerHead.array(), 0, routerHead.length())
                .put(head.array(), 0, head.length()).put(packet.buffer(), packet.offset(), packet.length()).flip();
    }

    @Override
    public void flush() {
        links.flush();
    }

    @Override
    public void timer(int id) {
        links.timer();
    }

    @Override
    public void event(Tenant tenant, Event event) {
        if (event instanceof Event.ViewInstalled installed) {
            audiences.install(tenant, installed);
        }
    }

    /** What routers say. */
    private final class Routers implements RouterLinks.Listener {

        private static final long BETWEEN_WARNINGS_NANOS = 1_000_000_000L;

        private final Counter malformed = context.counter("malformed");
        private final Rarely warning = new Rarely(context, BETWEEN_WARNINGS_NANOS);
        private boolean complained;

        @Override
        public void connected(InetSocketAddress router) {
            LOG.debug("{}: connected with the router at {}", context.self(), router);
        }

        @Override
        public void alive(InetSocketAddress router) {
            complained = false;
            LOG.info("{}: registered with the router at {}", context.self(), router);
        }

        @Override
        public void lost(InetSocketAddress router, String detail) {
            LOG.debug("{}: the router at {} is out of reach: {}", context.self(), router, detail);
            if (links.connected() == 0 && !complained) {
                complained = true;
                LOG.warn("{}: no router is connected, the last one was {}: {}; trying on", context.self(), router, detail);
            }
        }

        @Override
        public void received(InetSocketAddress router, RouterMessage message) {
            if (message.kind() == RouterMessage.Kind.MESSAGE) {
                // the established router sends a member its own group messages, too
                if (!isHere(message.sender())) {
                    packet(message);
                }
            } else if (message.kind() == RouterMessage.Kind.SUSPECT && message.address() instanceof RouterAddress.Id gone
                    && !isHere(gone)) {
                receivedAll();
                context.emitUp(new Event.ConnectionLost(gone.member()));
            }
        }

        private boolean isHere(RouterAddress address) {
            return address instanceof RouterAddress.Id id && audiences.isTenant(id.member());
        }

        private void packet(RouterMessage message) {
            ByteBuffer bytes = message.payload();
            try {
                Packet packet = arriving.read(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining(),
                        message.sender());
                if (packet != null) {
                    arriving.add(packet);
                }
            } catch (MalformedException e) {
                warn(e.getMessage());
            }
        }

        @Override
        public void receivedAll() {
            arriving.passUp();
        }

        @Override
        public void malformed(String problem) {
            malformed.increment();
            warn(problem);
        }

        private void warn(String problem) {
            if (warning.isDue()) {
                LOG.warn("{}: what came through a router is not understood, {}", context.self(), problem);
            }
        }
    }
}
