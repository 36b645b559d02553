package dev.muster.protocols.discovery;

import dev.muster.api.HostPort;
import dev.muster.api.ProtocolType;
import dev.muster.api.Setting;
import dev.muster.api.Settings;
import dev.muster.spi.Capability;
import dev.muster.spi.Figure;
import dev.muster.spi.Protocol;
import dev.muster.spi.tls.TlsSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Finds members by routers: each member registers with all of them and asks them for the others, over any transport.
 *
 * <p>A search ends as that of every discovery does; a router that names nobody else is done with. While no router can be
 * reached the search takes the whole {@code timeout}.
 *
 * <p>Over TUNNEL, which registers members itself, it only asks.
 */
public final class TcpGossip {

    /** Name in stacks. */
    public static final ProtocolType TYPE = ProtocolType.of("TCPGOSSIP");

    /** The routers. */
    public static final Setting<List<HostPort>> INITIAL_HOSTS = Setting.hosts("initial_hosts", "")
            .says("routers, as host1[12001],host2[12001]; names are resolved once at start").reaching();

    /** Time between attempts. */
    public static final Setting<Duration> RECONNECT_INTERVAL = Setting.duration("reconnect_interval", Duration.ofSeconds(10))
            .positive().says("longest time between two attempts to reach a router; the first follow sooner");

    /** How long to wait for a connection. */
    public static final Setting<Duration> SOCK_CONN_TIMEOUT = Setting.duration("sock_conn_timeout", Duration.ofSeconds(1))
            .positive().says("give up connecting to a router after this time");

    private static final Setting<Boolean> USE_NIO = Setting.flag("use_nio", false).says("connect without a thread per router")
            .withoutEffect("no connection has a thread of its own");

    private TcpGossip() {}

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
            return "finds members by routers, with which all of them register";
        }

        @Override
        public List<String> promises() {
            return List.of(
                    "a search ends after timeout at the latest, sooner when a router has named the members and they have "
                        + "answered",
                    "members that start together end in one group: as long as nobody has a coordinator they settle by "
                        + "what they all see who founds it",
                    "one router that can be reached is enough");
        }

        @Override
        public List<String> doesNotPromise() {
            return List.of(
                    "that everybody is found at the first attempt: parts that missed one another are merged later, by "
                        + "MERGE2",
                    "secrecy by itself: routers read what is said to them, so beyond loopback it needs ENCRYPT, with a router that "
                        + "has the key, or tls.enabled, or insecure mode");
        }

        @Override
        public List<Figure> figures() {
            return List.of(
                    new Figure("malformed", "answers of a router that made no sense"));
        }

        @Override
        public List<Setting<?>> settings() {
            List<Setting<?>> all = new ArrayList<>(DiscoverySettings.after(INITIAL_HOSTS, RECONNECT_INTERVAL, SOCK_CONN_TIMEOUT));
            all.addAll(TlsSettings.OF_PROTOCOLS.all());
            all.add(USE_NIO);
            return all;
        }

        @Override
        public Set<Capability> provides(Settings settings) {
            return settings.get(TlsSettings.OF_PROTOCOLS.enabled()) ? Set.of(Capability.DISCOVERY, Capability.OWN_ENCRYPTION)
                    : provides();
        }

        @Override
        public void validate(Settings settings, Problems problems) {
            if (settings.get(INITIAL_HOSTS).isEmpty()) {
                problems.report("initial_hosts names no router; set it, as host1[12001],host2[12001]");
            }
        }

        @Override
        public void inspect(Settings settings, Problems problems, Problems warnings) {
            TlsSettings.OF_PROTOCOLS.inspectForClients(settings, problems);
        }

        @Override
        public Protocol create(Settings settings) {
            return new Discovery(settings, new KnownToRouters(new KnownToRouters.Registry("TCPGOSSIP: initial_hosts",
                    settings.get(INITIAL_HOSTS), settings.get(RECONNECT_INTERVAL), settings.get(SOCK_CONN_TIMEOUT),
                    Duration.ZERO, () -> TlsSettings.OF_PROTOCOLS.forClients(TYPE.name(), settings))));
        }
    }
}
