package dev.muster.it;

import dev.muster.api.StackDefinition;
import dev.muster.config.xml.XmlStackReader;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The snippets of the document that the protocols follow, as they stand there: with the spaces closed up that its line breaks
 * put into names ({@code tim eout}), and with {@code <TCPPING …>} closed.
 */
final class Snippets {

    static final String UDP = """
            <UDP mcast_port="${jgroups.udp.mcast_port:45588}" tos="8" ucast_recv_buf_size="20M" ucast_send_buf_size="640K" \
            mcast_recv_buf_size="25M" mcast_send_buf_size="640K" loopback="true" discard_incompatible_packets="true" \
            max_bundle_size="64K" max_bundle_timeout="30" ip_ttl="${jgroups.udp.ip_ttl:8}" enable_bundling="true" \
            enable_diagnostics="true" thread_naming_pattern="cl" timer_type="new" timer.min_threads="4" timer.max_threads="10" \
            timer.keep_alive_time="3000" timer.queue_max_size="500" thread_pool.enabled="true" thread_pool.min_threads="2" \
            thread_pool.max_threads="8" thread_pool.keep_alive_time="5000" thread_pool.queue_enabled="true" \
            thread_pool.queue_max_size="10000" thread_pool.rejection_policy="discard" oob_thread_pool.enabled="true" \
            oob_thread_pool.min_threads="1" oob_thread_pool.max_threads="8" oob_thread_pool.keep_alive_time="5000" \
            oob_thread_pool.queue_enabled="false" oob_thread_pool.queue_max_size="100" oob_thread_pool.rejection_policy="Run"/>""";
    static final String TCP = """
            <TCP singleton_name="tcp" start_port="7800" end_port="7800"/>""";
    static final String TUNNEL = """
            <TUNNEL singleton_name="tunnel" router_port="12001" router_host="192.168.5.1"/>""";
    static final String PING = """
            <PING timeout="2000" num_initial_members="3"/>""";
    static final String PING_OVER_TUNNEL = """
            <PING gossip_host="localhost" gossip_port="1234" timeout="2000" num_initial_members="3"/>""";
    static final String TCPGOSSIP = """
            <TCPGOSSIP timeout="2000" num_initial_members="3" initial_hosts="192.168.5.1[12000],192.168.0.2[12000]"/>""";
    static final String TCPPING = """
            <TCPPING timeout="2000" num_initial_members="3" initial_hosts="hosta[2300],hostb[3400],hostc[4500]" \
            max_dynamic_hosts="3" port_range="3"></TCPPING>""";
    static final String MPING = """
            <MPING timeout="2000" num_initial_members="3" bind_to_all_interfaces="true" mcast_addr="228.8.8.8" \
            mcast_port="7500" ip_ttl="8"/>""";
    static final String FD = """
            <FD timeout="6000" max_tries="5" shun="true"/>""";

    static final String FD_SOCK = "<FD_SOCK/>";

    /** What the document says above discovery and failure detection, in the order of a stack. */
    static final List<String> ABOVE = List.of("<VERIFY_SUSPECT timeout=\"1500\"/>", """
            <pbcast.NAKACK max_xmit_size="60000" use_mcast_xmit="false" retransmit_timeout="300,600,1200,2400,4800" gc_lag="0" \
            discard_delivered_msgs="true"/>""", """
            <UNICAST timeout="300,600,1200,2400,3600"/>""", """
            <pbcast.STABLE stability_delay="1000" desired_avg_gossip="5000" max_bytes="400000"/>""", """
            <pbcast.GMS print_local_addr="true" join_timeout="3000" join_retry_timeout="2000" shun="true" \
            view_bundling="true"/>""", """
            <FC max_credits="2000000" min_threshold="0.10" ignore_synchronous_response="true"/>""", """
            <FRAG2 frag_size="60000"/>""", """
            <pbcast.STATE_TRANSFER/>""");
    static final String MERGE2 = "<MERGE2 max_interval=\"10000\" min_interval=\"2000\"/>";

    private Snippets() {}

    /** Each of them, one protocol each. */
    static Stream<String> all() {
        return Stream.concat(Stream.of(UDP, TCP, TUNNEL, PING, PING_OVER_TUNNEL, TCPGOSSIP, TCPPING, MPING, FD, FD_SOCK, MERGE2),
                ABOVE.stream());
    }

    /** Transports with what finds members over them. */
    static Stream<List<String>> bottoms() {
        return Stream.of(List.of(UDP, PING), List.of(TCP, TCPPING), List.of(TCP, MPING), List.of(TCP, TCPGOSSIP),
                List.of(TUNNEL, PING), List.of(TUNNEL, PING_OVER_TUNNEL), List.of(TUNNEL, TCPGOSSIP), List.of(UDP, TCPGOSSIP),
                List.of(UDP, MPING));
    }

    /** A whole stack, from the bottom. */
    static List<String> whole(List<String> bottom, String detection) {
        List<String> layers = new ArrayList<>(bottom);
        layers.add(MERGE2);
        layers.add(detection);
        layers.addAll(ABOVE);
        return layers;
    }

    /** Read them as one file. */
    static StackDefinition stack(String root, List<String> layers, Map<String, String> properties) {
        String file = "<" + root + ">\n" + String.join("\n", layers) + "\n</" + root.split(" ")[0] + ">";
        return new XmlStackReader().read(new ByteArrayInputStream(file.getBytes(StandardCharsets.UTF_8)), "verbatim.xml",
                properties);
    }
}
