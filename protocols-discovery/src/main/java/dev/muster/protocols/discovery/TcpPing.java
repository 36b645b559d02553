package dev.muster.protocols.discovery;

import dev.muster.api.HostPort;
import dev.muster.api.ProtocolType;
import dev.muster.api.Setting;
import dev.muster.api.Settings;
import dev.muster.spi.Protocol;
import java.util.List;

/**
 * Finds members by asking a fixed list of hosts.
 *
 * <p>A search ends when everybody asked has answered or refused, when the time is over, or, for the purpose {@code join},
 * when a coordinator has answered, or a moment after {@code num_initial_members} have: so members that start at the same
 * time see more of one another; for other purposes, a moment after somebody in another part of the group has answered. Questions get lost, so they are repeated.
 *
 * <p>A member that is not on the list itself leaves it to those on the list to found the group: as long as one of them
 * answers that it has no view yet, the search goes on until the time is over.
 *
 * <p>Host names are resolved once, at the start of the protocol, on the calling thread; a name that can't be resolved is
 * left out with a warning.
 */
public final class TcpPing {

    /** Name in stacks. */
    public static final ProtocolType TYPE = ProtocolType.of("TCPPING");

    /** Whom to ask. */
    public static final Setting<List<HostPort>> INITIAL_HOSTS = Setting.hosts("initial_hosts", "")
            .says("whom to ask, as host1[7800],host2[7801]; names are resolved once at start").reaching();

    /** Further hosts. */
    public static final Setting<Integer> MAX_DYNAMIC_HOSTS = Setting.integer("max_dynamic_hosts", 0).atLeast(0)
            .says("most further hosts to learn from members that are not listed");

    /** Ports per host. */
    public static final Setting<Integer> PORT_RANGE = Setting.integer("port_range", 1).atLeast(1).atMost(1000)
            .says("number of ports asked per host, beginning with the one given: 3 means p, p+1 and p+2");

    private TcpPing() {}

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
            return "finds members by asking a fixed list of hosts";
        }

        @Override
        public List<String> promises() {
            return List.of(
                    "a search ends after timeout at the latest, sooner when every host has answered or refused",
                    "members that start together end in one group: as long as nobody has a coordinator they settle by "
                        + "what they all see who founds it");
        }

        @Override
        public List<String> doesNotPromise() {
            return List.of(
                    "that everybody is found at the first attempt: parts that missed one another are merged later, by "
                        + "MERGE2",
                    "that a member is found which is neither listed nor known to one that answers");
        }

        @Override
        public List<Setting<?>> settings() {
            return DiscoverySettings.after(INITIAL_HOSTS, PORT_RANGE, MAX_DYNAMIC_HOSTS);
        }

        @Override
        public Protocol create(Settings settings) {
            ListedHosts.Extent extent = new ListedHosts.Extent(TYPE.name(), settings.get(PORT_RANGE),
                    settings.get(MAX_DYNAMIC_HOSTS), false);
            return new Discovery(settings, new ListedHosts(extent, settings.get(INITIAL_HOSTS)));
        }
    }
}
