package dev.muster.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.api.Setting;
import dev.muster.core.Assembler;
import dev.muster.spi.ProtocolProvider;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Every protocol and every attribute that the document's tables name is known here, by that name or as an alias. */
class VocabularyTest {

    /** What the document says of all transports. */
    private static final String SHARED = "bind_addr bind_port port_range receive_on_all_interfaces receive_interfaces"
            + " send_on_all_interfaces send_interfaces enable_bundling max_bundle_size max_bundle_timeout max_bundle_time loopback"
            + " discard_incompatible_packets enable_diagnostics diagnostics_addr diagnostics_port singleton_name"
            + " thread_naming_pattern timer_type timer.min_threads timer.max_threads timer.keep_alive_time timer.queue_max_size"
            + pool("thread_pool") + pool("oob_thread_pool");

    private static final Map<String, String> DOCUMENT = document();

    private static String pool(String name) {
        return List.of("enabled", "min_threads", "max_threads", "keep_alive_time", "queue_enabled", "queue_max_size",
                "rejection_policy").stream().map(attribute -> " " + name + "." + attribute).reduce("", String::concat);
    }

    private static Map<String, String> document() {
        Map<String, String> document = new LinkedHashMap<>();
        document.put("UDP", SHARED + " ip_mcast mcast_addr mcast_port mcast_send_buf_size mcast_recv_buf_size"
                + " ucast_send_buf_size ucast_recv_buf_size ip_ttl tos");
        document.put("TCP", SHARED + " start_port end_port recv_buf_size send_buf_size conn_expire_time reaper_interval"
                + " sock_conn_timeout use_send_queues external_addr external_port skip_suspected_members tcp_nodelay");
        document.put("TUNNEL", SHARED + " router_host router_port gossip_router_hosts reconnect_interval");
        document.put("PING", "timeout num_initial_members gossip_host gossip_port gossip_refresh initial_hosts");
        document.put("TCPGOSSIP", "timeout num_initial_members initial_hosts reconnect_interval");
        document.put("TCPPING", "timeout num_initial_members initial_hosts max_dynamic_hosts port_range");
        document.put("MPING", "timeout num_initial_members bind_addr bind_to_all_interfaces mcast_addr mcast_port ip_ttl");
        document.put("FD", "timeout max_tries shun");
        document.put("FD_SOCK", "bind_addr start_port keep_alive");
        document.put("FD_ALL", "timeout interval");
        document.put("VERIFY_SUSPECT", "timeout");
        document.put("UNICAST", "timeout");
        document.put("pbcast.NAKACK", "retransmit_timeout use_mcast_xmit max_xmit_size discard_delivered_msgs gc_lag");
        document.put("pbcast.STABLE", "stability_delay desired_avg_gossip max_bytes");
        document.put("FC", "max_credits min_credits min_threshold ignore_synchronous_response");
        document.put("MFC", "max_credits min_credits min_threshold ignore_synchronous_response");
        document.put("UFC", "max_credits min_credits min_threshold ignore_synchronous_response");
        document.put("FRAG2", "frag_size");
        document.put("pbcast.GMS", "join_timeout join_retry_timeout leave_timeout print_local_addr shun disable_initial_coord"
                + " view_bundling merge_timeout");
        document.put("MERGE2", "min_interval max_interval");
        document.put("pbcast.STATE_TRANSFER", "");
        document.put("ENCRYPT", "key_file");
        return document;
    }

    /** Today's names of the same protocols. */
    private static final List<String> ALIASES = List.of("NAKACK2", "NAKACK3", "NAKACK4", "UNICAST2", "UNICAST3", "UNICAST4",
            "FD_ALL2", "FD_ALL3", "FD_SOCK2", "VERIFY_SUSPECT2", "MERGE3", "FRAG3", "FRAG4", "FRAG", "TCP_NIO2",
            "SHARED_LOOPBACK");

    private final Assembler assembler = Assembler.installed();

    @Test
    void nothingOfTheDocumentIsMissing() {
        List<String> missing = new ArrayList<>();
        DOCUMENT.forEach((protocol, attributes) -> assembler.provider(protocol).ifPresentOrElse(provider -> {
            for (String attribute : attributes.isEmpty() ? new String[0] : attributes.split(" ")) {
                if (!knows(provider, attribute)) {
                    missing.add(protocol + " " + attribute);
                }
            }
        }, () -> missing.add(protocol)));

        assertThat(missing).isEmpty();
    }

    @Test
    void todaysNamesAreKnown() {
        assertThat(ALIASES).allSatisfy(alias -> assertThat(assembler.provider(alias)).as(alias).isPresent());
    }

    /** A setting without a word of its own on what it is for, or on why it is only accepted, would be known in name only. */
    @Test
    void whatIsKnownIsExplained() {
        for (String protocol : new TreeSet<>(DOCUMENT.keySet())) {
            assertThat(assembler.provider(protocol).orElseThrow().settings()).allSatisfy(setting ->
                    assertThat(setting.meaning()).as(protocol + " " + setting).isNotBlank());
        }
    }

    private static boolean knows(ProtocolProvider provider, String attribute) {
        for (Setting<?> setting : provider.settings()) {
            if (setting.name().equals(attribute) || setting.aliases().contains(attribute)) {
                return true;
            }
        }
        return false;
    }
}
