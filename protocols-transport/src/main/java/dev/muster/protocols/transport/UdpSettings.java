package dev.muster.protocols.transport;

import dev.muster.api.Setting;
import dev.muster.spi.TransportSettings;
import java.util.ArrayList;
import java.util.List;

/** What can be set about {@link UdpTransport}, beyond what all transports share. */
public final class UdpSettings {

    /** First port to try. */
    public static final Setting<Integer> BIND_PORT = Setting.integer("bind_port", 0).atLeast(0).atMost(PortRange.HIGHEST)
            .says("first port to try for the member's own socket; 0 for any free one");

    /** Number of further ports. */
    public static final Setting<Integer> PORT_RANGE = Setting.integer("port_range", 1).atLeast(0).atMost(PortRange.HIGHEST)
            .says("how many ports after bind_port to try");

    /** The group. */
    public static final Setting<String> MCAST_ADDR = Setting.text("mcast_addr", null)
            .says("multicast group; without it " + UdpTransport.IPV4_GROUP + ", or " + UdpTransport.IPV6_GROUP
                    + " where bind_addr is of IPv6")
            .insteadOf("288.11.11.11", "the source's is no address, most likely a slip for " + UdpTransport.IPV4_GROUP);

    /** Port of the group. */
    public static final Setting<Integer> MCAST_PORT = Setting.integer("mcast_port", 45_588).atLeast(1)
            .atMost(PortRange.HIGHEST).says("port of the multicast group");

    /** Kernel buffer for multicasts that are sent. */
    public static final Setting<Long> MCAST_SEND_BUF_SIZE = buffer("mcast_send_buf_size", 640_000,
            "send buffer asked of the system for multicasts; where one socket sends both, the larger of the two is asked for");

    /** Kernel buffer for multicasts that are received. */
    public static final Setting<Long> MCAST_RECV_BUF_SIZE = buffer("mcast_recv_buf_size", 25_000_000,
            "receive buffer asked of the system for multicasts");

    /** Kernel buffer for datagrams to one member that are sent. */
    public static final Setting<Long> UCAST_SEND_BUF_SIZE = buffer("ucast_send_buf_size", 640_000,
            "send buffer asked of the system for datagrams to one member");

    /** Kernel buffer for datagrams to one member that are received. */
    public static final Setting<Long> UCAST_RECV_BUF_SIZE = buffer("ucast_recv_buf_size", 20_000_000,
            "receive buffer asked of the system for datagrams to one member");

    /** How far multicasts go. */
    public static final Setting<Integer> IP_TTL = Setting.integer("ip_ttl", 8).atLeast(0).atMost(255)
            .says("hops that a multicast may travel; on the loopback interface always 0");

    /** Class of traffic. */
    public static final Setting<Integer> TOS = Setting.integer("tos", 8).atLeast(0).atMost(255)
            .says("traffic class of outgoing datagrams, as in the IP header");

    /** Listen everywhere. */
    public static final Setting<Boolean> RECEIVE_ON_ALL_INTERFACES = Setting.flag("receive_on_all_interfaces", false)
            .says("receive multicasts on every interface that is up, not only on that of bind_addr").reaching();

    /** Listen on some interfaces. */
    public static final Setting<String> RECEIVE_INTERFACES = Setting.text("receive_interfaces", null)
            .says("interfaces to receive multicasts on, as names or addresses with commas between; without it that of bind_addr")
            .reaching();

    /** Send everywhere. */
    public static final Setting<Boolean> SEND_ON_ALL_INTERFACES = Setting.flag("send_on_all_interfaces", false)
            .says("send each multicast once on every interface that is up").reaching();

    /** Send on some interfaces. */
    public static final Setting<String> SEND_INTERFACES = Setting.text("send_interfaces", null)
            .says("interfaces to send each multicast on once, as names or addresses with commas between; without it that of "
                    + "bind_addr").reaching();

    /** Accepted for compatibility. */
    public static final Setting<Boolean> LOOPBACK = Setting.flag("loopback", false)
            .says("hand up a member's own group messages locally instead of reading them back from the network")
            .withoutEffect("own group messages are always handed up locally; what comes back from the network is passed over");

    private UdpSettings() {}

    private static Setting<Long> buffer(String name, long initial, String meaning) {
        return Setting.bytes(name, initial).atLeast(0L).atMost((long) Integer.MAX_VALUE).says(meaning
                + "; 0 for its own choice; when it grants less, the log says so once");
    }

    /** What is shared by all transports and means something only to those that multicast. */
    static List<Setting<?>> withoutMulticast(String reason) {
        return List.of(RECEIVE_ON_ALL_INTERFACES.withoutEffect(reason), RECEIVE_INTERFACES.withoutEffect(reason),
                SEND_ON_ALL_INTERFACES.withoutEffect(reason), SEND_INTERFACES.withoutEffect(reason), LOOPBACK);
    }

    /** All of them, those that transports share first. */
    static List<Setting<?>> all() {
        List<Setting<?>> all = new ArrayList<>(TransportSettings.ALL);
        all.addAll(List.of(BIND_PORT, PORT_RANGE, TransportSettings.IP_MCAST, MCAST_ADDR, MCAST_PORT, IP_TTL, TOS,
                MCAST_SEND_BUF_SIZE, MCAST_RECV_BUF_SIZE, UCAST_SEND_BUF_SIZE, UCAST_RECV_BUF_SIZE,
                RECEIVE_ON_ALL_INTERFACES, RECEIVE_INTERFACES, SEND_ON_ALL_INTERFACES, SEND_INTERFACES, LOOPBACK,
                TransportSettings.DISCARD_INCOMPATIBLE_PACKETS));
        return all;
    }
}
