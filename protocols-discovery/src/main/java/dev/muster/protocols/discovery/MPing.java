package dev.muster.protocols.discovery;

import dev.muster.api.ProtocolType;
import dev.muster.api.Setting;
import dev.muster.api.Settings;
import dev.muster.spi.BindAddress;
import dev.muster.spi.Figure;
import dev.muster.spi.Protocol;
import dev.muster.spi.TransportSettings;
import java.util.List;

/**
 * Finds members by asking everybody in a multicast group, with a socket of its own, whatever the transport: over TCP, say,
 * no hosts need be listed. Answers come by the transport.
 *
 * <p>Nobody knows how many there are to answer: a search to join ends with the first coordinator, or a moment after {@code
 * num_initial_members}; others a moment after another part of the group is found, or else with the {@code timeout}.
 */
public final class MPing {

    /** Name in stacks. */
    public static final ProtocolType TYPE = ProtocolType.of("MPING");

    /** Where to bind: the same words as those of transports. */
    public static final Setting<String> BIND_ADDR = TransportSettings.BIND_ADDR;

    /** The group. */
    public static final Setting<String> MCAST_ADDR = Setting.text("mcast_addr", null)
            .says("multicast group; without it " + OwnGroup.ADDRESS.ipv4() + ", or " + OwnGroup.ADDRESS.ipv6()
                    + " where bind_addr is of IPv6");

    /** Port of the group. */
    public static final Setting<Integer> MCAST_PORT = Setting.integer("mcast_port", 7555).atLeast(1).atMost(65_535)
            .says("port of the multicast group")
            .insteadOf("7500", "that is diagnostics_port, too, so questions would reach the sockets for diagnostics");

    /** How far questions go. */
    public static final Setting<Integer> IP_TTL = Setting.integer("ip_ttl", 8).atLeast(0).atMost(255)
            .says("hops that a question may travel; on the loopback interface always 0");

    /** Listen everywhere. */
    public static final Setting<Boolean> BIND_TO_ALL_INTERFACES = Setting.flag("bind_to_all_interfaces", false)
            .says("ask, and listen for questions, on every interface that is up, not only on that of bind_addr")
                    .reaching();

    private MPing() {}

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
            return "finds members by multicast with a socket of its own, whatever the transport";
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
                        + "MERGE2",
                    "that questions pass routers between networks: these must pass multicast on");
        }

        @Override
        public List<Figure> figures() {
            return List.of(
                    new Figure("dropped_by_system", "questions that the system did not take"),
                    new Figure("malformed", "datagrams to the group that were no packets"));
        }

        @Override
        public List<Setting<?>> settings() {
            return DiscoverySettings.after(BIND_ADDR, MCAST_ADDR, MCAST_PORT, IP_TTL, BIND_TO_ALL_INTERFACES);
        }

        @Override
        public void validate(Settings settings, Problems problems) {
            OwnGroup.ADDRESS.problem(settings.get(MCAST_ADDR)).ifPresent(problem -> problems.report("mcast_addr=" + problem));
        }

        @Override
        public Protocol create(Settings settings) {
            return new Discovery(settings, new OwnGroup(settings, BindAddress.configured(settings, BIND_ADDR)));
        }
    }
}
