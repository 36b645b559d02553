package dev.muster.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.api.Channel;
import dev.muster.api.ConfigurationException;
import dev.muster.api.Receiver;
import dev.muster.api.StackDefinition;
import dev.muster.config.xml.XmlStackReader;
import dev.muster.core.Assembler;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The snippets of the document that the protocols follow, as they stand there: with the spaces closed up that its line breaks
 * put into names ({@code tim eout}), and with {@code <TCPPING …>} closed.
 */
@Timeout(180)
class VerbatimStackTest {

    private static final String UDP = """
            <UDP mcast_port="${jgroups.udp.mcast_port:45588}" tos="8" ucast_recv_buf_size="20M" ucast_send_buf_size="640K" \
            mcast_recv_buf_size="25M" mcast_send_buf_size="640K" loopback="true" discard_incompatible_packets="true" \
            max_bundle_size="64K" max_bundle_timeout="30" ip_ttl="${jgroups.udp.ip_ttl:8}" enable_bundling="true" \
            enable_diagnostics="true" thread_naming_pattern="cl" timer_type="new" timer.min_threads="4" timer.max_threads="10" \
            timer.keep_alive_time="3000" timer.queue_max_size="500" thread_pool.enabled="true" thread_pool.min_threads="2" \
            thread_pool.max_threads="8" thread_pool.keep_alive_time="5000" thread_pool.queue_enabled="true" \
            thread_pool.queue_max_size="10000" thread_pool.rejection_policy="discard" oob_thread_pool.enabled="true" \
            oob_thread_pool.min_threads="1" oob_thread_pool.max_threads="8" oob_thread_pool.keep_alive_time="5000" \
            oob_thread_pool.queue_enabled="false" oob_thread_pool.queue_max_size="100" oob_thread_pool.rejection_policy="Run"/>""";
    private static final String TCP = """
            <TCP singleton_name="tcp" start_port="7800" end_port="7800"/>""";
    private static final String TUNNEL = """
            <TUNNEL singleton_name="tunnel" router_port="12001" router_host="192.168.5.1"/>""";
    private static final String PING = """
            <PING timeout="2000" num_initial_members="3"/>""";
    private static final String PING_OVER_TUNNEL = """
            <PING gossip_host="localhost" gossip_port="1234" timeout="2000" num_initial_members="3"/>""";
    private static final String TCPGOSSIP = """
            <TCPGOSSIP timeout="2000" num_initial_members="3" initial_hosts="192.168.5.1[12000],192.168.0.2[12000]"/>""";
    private static final String TCPPING = """
            <TCPPING timeout="2000" num_initial_members="3" initial_hosts="hosta[2300],hostb[3400],hostc[4500]" \
            max_dynamic_hosts="3" port_range="3"></TCPPING>""";
    private static final String MPING = """
            <MPING timeout="2000" num_initial_members="3" bind_to_all_interfaces="true" mcast_addr="228.8.8.8" \
            mcast_port="7500" ip_ttl="8"/>""";
    private static final String FD = """
            <FD timeout="6000" max_tries="5" shun="true"/>""";

    private static final String FD_SOCK = "<FD_SOCK/>";
    private static final int MEMBERS = 3;

    /** What the document says above discovery and failure detection, in the order of a stack. */
    private static final List<String> ABOVE = List.of("<VERIFY_SUSPECT timeout=\"1500\"/>", """
            <pbcast.NAKACK max_xmit_size="60000" use_mcast_xmit="false" retransmit_timeout="300,600,1200,2400,4800" gc_lag="0" \
            discard_delivered_msgs="true"/>""", """
            <UNICAST timeout="300,600,1200,2400,3600"/>""", """
            <pbcast.STABLE stability_delay="1000" desired_avg_gossip="5000" max_bytes="400000"/>""", """
            <pbcast.GMS print_local_addr="true" join_timeout="3000" join_retry_timeout="2000" shun="true" \
            view_bundling="true"/>""", """
            <FC max_credits="2000000" min_threshold="0.10" ignore_synchronous_response="true"/>""", """
            <FRAG2 frag_size="60000"/>""", """
            <pbcast.STATE_TRANSFER/>""");
    private static final String MERGE2 = "<MERGE2 max_interval=\"10000\" min_interval=\"2000\"/>";

    private static final Assembler ASSEMBLER = Assembler.installed();

    static Stream<List<String>> stacks() {
        return Stream.of(List.of(UDP, PING), List.of(TCP, TCPPING), List.of(TCP, MPING), List.of(TCP, TCPGOSSIP),
                List.of(TUNNEL, PING), List.of(TUNNEL, PING_OVER_TUNNEL), List.of(TUNNEL, TCPGOSSIP), List.of(UDP, TCPGOSSIP),
                List.of(UDP, MPING)).flatMap(below -> Stream.of(FD, FD_SOCK).map(detection -> whole(below, detection)));
    }

    private static List<String> whole(List<String> below, String detection) {
        List<String> layers = new ArrayList<>(below);
        layers.add(MERGE2);
        layers.add(detection);
        layers.addAll(ABOVE);
        return layers;
    }

    static Stream<String> snippets() {
        return Stream.concat(Stream.of(UDP, TCP, TUNNEL, PING, PING_OVER_TUNNEL, TCPGOSSIP, TCPPING, MPING, FD, FD_SOCK, MERGE2),
                ABOVE.stream());
    }

    private static StackDefinition stack(String root, List<String> layers) {
        String file = "<" + root + ">\n" + String.join("\n", layers) + "\n</" + root + ">";
        return new XmlStackReader().read(new ByteArrayInputStream(file.getBytes(StandardCharsets.UTF_8)), "verbatim.xml",
                Map.of());
    }

    private static List<String> problems(StackDefinition stack) {
        try {
            ASSEMBLER.check(stack);
            return List.of();
        } catch (ConfigurationException e) {
            return e.getMessage().lines().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("stacks")
    void aStackOfTheSnippetsIsPossibleUnderEitherRoot(List<String> layers) {
        assertThat(problems(stack("config", layers))).isEmpty();
        assertThat(problems(stack("stack", layers))).isEmpty();
    }

    /** By itself a snippet lacks what it needs below and above, and nothing else. */
    @ParameterizedTest
    @MethodSource("snippets")
    void eachSnippetIsRightByItself(String snippet) {
        assertThat(problems(stack("config", List.of(snippet)))).allMatch(problem ->
                problem.contains("stands at the bottom but is no transport") || problem.contains(" needs "));
    }

    @Test
    void whatHasNoEffectIsSaidOfEachSetting() {
        List<String> remarks = ASSEMBLER.remarks(stack("config", whole(List.of(TCP, TCPPING), FD_SOCK)));

        assertThat(remarks).anyMatch(line -> line.startsWith("verbatim.xml:2: protocol TCP: singleton_name is accepted but has no "
                + "effect: "));
        assertThat(remarks).noneMatch(line -> line.startsWith("warning"));
    }

    /** The ports and hosts of the document are somebody else's; all else runs as it is written. */
    @Test
    void aGroupRunsOnThemOverTcp() {
        int first = FreePorts.inARow(MEMBERS);
        List<Channel> channels = new ArrayList<>();
        Map<String, List<String>> received = new LinkedHashMap<>();
        try {
            for (int index = 0; index < MEMBERS; index++) {
                String name = "member-" + index;
                List<String> texts = new CopyOnWriteArrayList<>();
                received.put(name, texts);
                Receiver receiver = message -> texts.add(new String(message.payload(), StandardCharsets.UTF_8));
                StackDefinition stack = stack("config", whole(List.of(TCP.replace("7800", String.valueOf(first + index)),
                        TCPPING.replace("hosta[2300],hostb[3400],hostc[4500]", "127.0.0.1[" + first + "]")), FD));
                channels.add(ASSEMBLER.channel(stack, name).receiver(receiver).connect("verbatim"));
            }
            Patience.await("one view of all", () -> channels.stream()
                    .allMatch(channel -> channel.view().members().size() == MEMBERS));
            channels.forEach(channel -> channel.send("hello".getBytes(StandardCharsets.UTF_8)));
            Patience.await(() -> "a message of each at each: " + received,
                    () -> received.values().stream().allMatch(texts -> texts.size() == MEMBERS));
        } finally {
            channels.forEach(Channel::close);
        }
    }
}
