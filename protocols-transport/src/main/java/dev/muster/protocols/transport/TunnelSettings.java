package dev.muster.protocols.transport;

import dev.muster.api.HostPort;
import dev.muster.api.Setting;
import dev.muster.api.Settings;
import dev.muster.spi.Network;
import dev.muster.spi.ProtocolProvider;
import dev.muster.spi.TransportSettings;
import dev.muster.spi.router.RouterLinks;
import dev.muster.spi.tls.TlsSettings;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** What can be set about {@link TunnelTransport}, beyond what all transports share. */
public final class TunnelSettings {

    static final int STANDARD_PORT = 12_001;

    /** One router. */
    public static final Setting<String> ROUTER_HOST = Setting.text("router_host", null)
            .says("name or IP address of a router; more of them with gossip_router_hosts").reaching();

    /** Its port. */
    public static final Setting<Integer> ROUTER_PORT = Setting.integer("router_port", STANDARD_PORT).atLeast(1)
            .atMost(PortRange.HIGHEST).says("port of router_host");

    /** Several routers. */
    public static final Setting<List<HostPort>> GOSSIP_ROUTER_HOSTS = TransportSettings.GOSSIP_ROUTER_HOSTS;

    /** Time between attempts. */
    public static final Setting<Duration> RECONNECT_INTERVAL = Setting.duration("reconnect_interval", Duration.ofSeconds(5))
            .positive().says("longest time between two attempts to reach a router; the first follow sooner");

    /** How often routers are asked whether they are alive. */
    public static final Setting<Duration> HEARTBEAT_INTERVAL = Setting.duration("heartbeat_interval", Duration.ofSeconds(5))
            .atLeast(Duration.ZERO)
            .says("time between two questions to a router whether it is alive, a second at most where there are several; 0: never")
            .insteadOf("0, never", "a router that is connected but stuck would swallow what is sent");

    /** When a router is given up. */
    public static final Setting<Duration> HEARTBEAT_TIMEOUT = Setting.duration("heartbeat_timeout", Duration.ofSeconds(15))
            .positive().says("a router that has said nothing for so long is disconnected, and connected again; more than "
                    + "heartbeat_interval")
            .insteadOf("0, never", "a router that is cut off would be waited for until the system gives up, which takes minutes");

    /** Bound of the queue of one router. */
    public static final Setting<Long> SEND_QUEUE_BYTES = Setting.bytes("send_queue_bytes", 8L << 20).atLeast(100_000L)
            .says("most bytes that wait for one router; data beyond is dropped and retransmitted later, control packets "
                    + "have a quarter more");

    private static final String NEVER_WAITS = "what is sent never waits for a router: send_queue_bytes bounds what is kept "
            + "for one that is slow";

    private static final String ONLY_CONNECTS = "a member behind routers only connects out; they hand on to it, and group packets "
            + "to all";

    /** Settings of an established toolkit that have no effect here, accepted for compatibility. */
    private static final List<Setting<?>> WITHOUT_EFFECT = List.of(
            Setting.integer("port_range", 0).atLeast(0).says("how many ports of each router to try")
                    .withoutEffect("routers are named with their ports; the established transport sets it to 0, too"),
            UdpSettings.BIND_PORT.withoutEffect(ONLY_CONNECTS),
            Setting.flag("use_nio", false).says("connect without a thread per router")
                    .withoutEffect("no connection has a thread of its own"),
            Setting.flag("non_blocking_sends", false).says("let messages wait for a slow router").withoutEffect(NEVER_WAITS),
            Setting.integer("max_send_queue", 128).atLeast(1).says("most messages that wait for one router")
                    .withoutEffect(NEVER_WAITS));

    /** All of them, and what all transports share. */
    static final List<Setting<?>> ALL = Stream.of(TransportSettings.ALL, List.of(ROUTER_HOST, ROUTER_PORT,
            GOSSIP_ROUTER_HOSTS, RECONNECT_INTERVAL, HEARTBEAT_INTERVAL, HEARTBEAT_TIMEOUT, SEND_QUEUE_BYTES,
            TcpTransport.RECV_BUF_SIZE, TcpTransport.SEND_BUF_SIZE, TcpTransport.SOCK_CONN_TIMEOUT, TcpTransport.TCP_NODELAY,
            TransportSettings.DISCARD_INCOMPATIBLE_PACKETS), TlsSettings.OF_PROTOCOLS.all(), WITHOUT_EFFECT,
            UdpSettings.withoutMulticast(ONLY_CONNECTS))
            .<Setting<?>>flatMap(List::stream).toList();

    private TunnelSettings() {}

    /** Find what contradicts itself. */
    static void check(Settings settings, ProtocolProvider.Problems problems) {
        if (settings.get(ROUTER_HOST) == null && settings.get(GOSSIP_ROUTER_HOSTS).isEmpty()) {
            problems.report("no router is named; set router_host, or gossip_router_hosts=host1[" + STANDARD_PORT + "],host2["
                    + STANDARD_PORT + "]");
        }
        if (settings.get(HEARTBEAT_TIMEOUT).compareTo(settings.get(HEARTBEAT_INTERVAL)) <= 0) {
            problems.report("heartbeat_timeout=" + settings.text(HEARTBEAT_TIMEOUT) + " is not longer than heartbeat_interval="
                    + settings.text(HEARTBEAT_INTERVAL) + ", so every router would be given up again and again; set it to three "
                    + "times that");
        }
    }

    /** What the settings say of the connections with routers. Blocks while the name service does. */
    static RouterLinks.Options links(Settings settings, Network network, InetAddress from, int mostFrameBytes, int timer) {
        RouterLinks.Heartbeats heartbeats = new RouterLinks.Heartbeats(settings.get(HEARTBEAT_INTERVAL).toNanos(),
                settings.get(HEARTBEAT_TIMEOUT).toNanos());
        Network.StreamOptions stream = new Network.StreamOptions(settings.get(TcpTransport.TCP_NODELAY),
                settings.get(TcpTransport.SEND_BUF_SIZE).intValue(), settings.get(TcpTransport.RECV_BUF_SIZE).intValue(),
                settings.get(TcpTransport.SOCK_CONN_TIMEOUT).toNanos()).leavingFrom(from);
        return new RouterLinks.Options(routers(settings), settings.get(RECONNECT_INTERVAL).toNanos(), mostFrameBytes,
                settings.get(SEND_QUEUE_BYTES), heartbeats, network, stream, timer);
    }

    private static List<InetSocketAddress> routers(Settings settings) {
        Set<InetSocketAddress> routers = new LinkedHashSet<>();
        if (settings.get(ROUTER_HOST) != null) {
            routers.add(RouterLinks.find("TUNNEL: router_host",
                    new HostPort(settings.get(ROUTER_HOST), settings.get(ROUTER_PORT))));
        }
        settings.get(GOSSIP_ROUTER_HOSTS).forEach(host -> routers.add(RouterLinks.find("TUNNEL: gossip_router_hosts", host)));
        return List.copyOf(routers);
    }
}
