package dev.muster.protocols.discovery;

import dev.muster.api.HostPort;
import dev.muster.api.ProtocolType;
import dev.muster.api.Setting;
import dev.muster.api.Settings;
import dev.muster.spi.Figure;
import dev.muster.spi.OtherLayers;
import dev.muster.spi.Protocol;
import dev.muster.spi.TransportSettings;
import java.time.Duration;
import java.util.List;

/**
 * Finds members in one of three ways: with {@code gossip_host} by a router, with which all members register; with
 * {@code initial_hosts} by asking those; without either, by asking everybody with one multicast through the transport, which must
 * multicast then ({@code UDP} with {@code ip_mcast}, or TUNNEL, whose routers hand on to all).
 *
 * <p>The list of hosts must name every member. It is compared with each view, and a warning tells who is missing.
 *
 * <p>By multicast nobody knows how many there are to answer: a search to join ends with the first coordinator, or a moment
 * after {@code num_initial_members}; others a moment after another part of the group is found, or else with the {@code timeout}.
 */
public final class Ping {

    /** Name in stacks. */
    public static final ProtocolType TYPE = ProtocolType.of("PING");

    /** Whom to ask. */
    public static final Setting<List<HostPort>> INITIAL_HOSTS = Setting.hosts("initial_hosts", "")
            .says("where every member may be, as host1[7800],host2[7801]; names are resolved once at start; without it "
                    + "everybody is asked by multicast").reaching();

    /** A router. */
    public static final Setting<String> GOSSIP_HOST = Setting.text("gossip_host", null)
            .says("name or IP address of a router that is asked for the members, and registers this one").reaching();

    /** Its port. */
    public static final Setting<Integer> GOSSIP_PORT = Setting.integer("gossip_port", 12_001).atLeast(1).atMost(65_535)
            .says("port of gossip_host");

    /** Time between registrations. */
    public static final Setting<Duration> GOSSIP_REFRESH = Setting.duration("gossip_refresh", Duration.ofSeconds(20))
            .positive().says("time between two registrations with the router; while it is out of reach, longest time between two "
                    + "attempts to reach it");

    private Ping() {}

    /** Publishes the protocol. */
    public static final class Provider extends DiscoveryProvider {

        /** For the service loader. */
        public Provider() {}

        @Override
        public ProtocolType type() {
            return TYPE;
        }

        @Override
        public String says() {
            return "finds members by multicast through the transport, by a router, or by asking a complete list of hosts";
        }

        @Override
        public List<String> promises() {
            return List.of(
                    "a search ends after timeout at the latest",
                    "members that start together end in one group: as long as nobody has a coordinator they settle by "
                        + "what they all see who founds it");
        }

        @Override
        public List<String> doesNotPromise() {
            return List.of(
                    "that everybody is found at the first attempt: parts that missed one another are merged later, by "
                        + "MERGE2");
        }

        @Override
        public List<Figure> figures() {
            return List.of(
                    new Figure("malformed", "answers of a router that made no sense"),
                    new Figure("unlisted_members", "members that initial_hosts does not list, although it must list all"));
        }

        @Override
        public List<Setting<?>> settings() {
            return DiscoverySettings.after(GOSSIP_HOST, GOSSIP_PORT, GOSSIP_REFRESH, INITIAL_HOSTS);
        }

        @Override
        public void validate(Settings settings, OtherLayers others, Problems problems) {
            boolean multicasts = others.below(TransportSettings.IP_MCAST).map(OtherLayers.Value::value).orElse(false);
            boolean byRouters = others.below(TransportSettings.GOSSIP_ROUTER_HOSTS).isPresent();
            if (settings.get(GOSSIP_HOST) == null && settings.get(INITIAL_HOSTS).isEmpty() && !multicasts && !byRouters) {
                problems.report("without initial_hosts it asks by multicast, and the transport below does not multicast"
                        + others.below(TransportSettings.IP_MCAST).map(off -> ", for " + off).orElse("")
                        + "; set gossip_host or initial_hosts, or take UDP with ip_mcast=true, or MPING, which has a socket of its own");
            }
        }

        @Override
        public Protocol create(Settings settings) {
            List<HostPort> hosts = settings.get(INITIAL_HOSTS);
            if (settings.get(GOSSIP_HOST) != null) {
                Duration refresh = settings.get(GOSSIP_REFRESH);
                return new Discovery(settings, new KnownToRouters(new KnownToRouters.Registry("PING: gossip_host",
                        List.of(new HostPort(settings.get(GOSSIP_HOST), settings.get(GOSSIP_PORT))), refresh,
                        KnownToRouters.CONNECT_TIMEOUT, refresh, () -> null)));
            }
            return new Discovery(settings, hosts.isEmpty() ? new TransportGroup()
                    : new ListedHosts(new ListedHosts.Extent(TYPE.name(), 1, 0, true), hosts));
        }
    }
}
