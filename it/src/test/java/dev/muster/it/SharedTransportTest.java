package dev.muster.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.api.Channel;
import dev.muster.api.ConfigurationException;
import dev.muster.api.JoinException;
import dev.muster.api.ProtocolType;
import dev.muster.api.StackBuilder;
import dev.muster.api.ViewId;
import dev.muster.spi.TransportSettings;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Three clusters above one transport on either side, on real sockets: what is shared is counted, what is not is kept apart. */
@Timeout(120)
class SharedTransportTest {

    private static final List<String> CLUSTERS = List.of("orders", "prices", "stock");

    private final int firstPort = FreePorts.inARow(2);
    private final Map<String, Channel> channels = new LinkedHashMap<>();
    private final Map<String, Queue<String>> heard = new LinkedHashMap<>();

    @AfterEach
    void closeAll() {
        channels.values().forEach(Channel::close);
    }

    private StackBuilder stack(String name, String side) {
        StackBuilder stack = StackBuilder.named(name.equals("udp") ? "udp" : "default", Map.of(
                "muster.start_port", String.valueOf(firstPort), "muster.end_port", String.valueOf(firstPort + 1),
                "muster.mcast_port", String.valueOf(firstPort),
                "muster.initial_hosts", "127.0.0.1[" + firstPort + "],127.0.0.1[" + (firstPort + 1) + "]"));
        if (name.equals("loopback")) {
            return stack.replace(ProtocolType.of("TCP"), "LOOPBACK", Map.of("start_port", String.valueOf(firstPort),
                    TransportSettings.SINGLETON_NAME.name(), side));
        }
        return stack.configure(ProtocolType.of(name.equals("udp") ? "UDP" : "TCP"),
                settings -> settings.set(TransportSettings.SINGLETON_NAME, side));
    }

    private Channel join(String stack, String side, String cluster) {
        String name = side + "-" + cluster;
        Queue<String> messages = new ConcurrentLinkedQueue<>();
        heard.put(name, messages);
        Channel channel = stack(stack, side).name(name).build().receiver(message -> messages.add(message.text()));
        channels.put(name, channel);
        return channel.connect(cluster);
    }

    private void joinAll(String stack) {
        for (String cluster : CLUSTERS) {
            join(stack, "left", cluster);
            join(stack, "right", cluster);
        }
        Patience.await("six views of two", () -> channels.values().stream().allMatch(channel -> channel.view().size() == 2));
    }

    private static List<String> threads(String kind, String side) {
        return Thread.getAllStackTraces().keySet().stream().map(Thread::getName)
                .filter(name -> name.startsWith("muster-" + kind) && name.endsWith("," + side)).toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"default", "udp", "loopback"})
    void threeClustersHaveOneLoopAndOneTransportAndHearOnlyTheirOwn(String stack) {
        joinAll(stack);
        for (String cluster : CLUSTERS) {
            channels.get("left-" + cluster).send(("to " + cluster).getBytes());
        }

        for (String cluster : CLUSTERS) {
            for (String side : List.of("left", "right")) {
                Queue<String> messages = heard.get(side + "-" + cluster);
                Patience.await(() -> "the message in " + cluster + " " + side, () -> !messages.isEmpty());
                assertThat(messages).containsExactly("to " + cluster);
            }
        }
        for (String side : List.of("left", "right")) {
            assertThat(threads("loop", side)).hasSize(1);
            assertThat(threads("delivery", side)).hasSizeBetween(1, 8);
        }
        if (stack.equals("default")) {
            // one each way if both opened one at the same time
            assertThat(channels.get("left-orders").counters().get("TCP.connections")).isBetween(1L, 2L);
        }
    }

    @Test
    void oneClusterThatChangesIsNotFeltInAnotherAndTheLastOneClosesTheTransport() {
        joinAll("default");
        List<ViewId> before = Stream.of("left-prices", "right-prices", "left-stock", "right-stock")
                .map(name -> channels.get(name).view().id()).toList();

        channels.get("left-orders").close();

        Patience.await("the other is alone", () -> channels.get("right-orders").view().size() == 1);
        join("default", "left", "orders");
        Patience.await("both again", () -> channels.get("right-orders").view().size() == 2);
        channels.get("left-orders").close();
        assertThat(Stream.of("left-prices", "right-prices", "left-stock", "right-stock")
                .map(name -> channels.get(name).view().id()).toList()).isEqualTo(before);
        assertThat(threads("loop", "left")).hasSize(1);
        closeAll();
        Patience.await("all threads and sockets are gone", () -> threads("", "left").isEmpty() && threads("", "right").isEmpty()
                && isFree(firstPort) && isFree(firstPort + 1));
    }

    private static boolean isFree(int port) {
        try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return probe.isBound();
        } catch (java.io.IOException e) {
            return false;
        }
    }

    @Test
    void theSameClusterTwiceAndOtherSettingsAreRefusedAndHarmNobody() {
        join("default", "left", "orders");

        Channel twice = stack("default", "left").name("twice").build();
        assertThatThrownBy(() -> twice.connect("orders")).isInstanceOf(JoinException.class)
                .hasMessageContainingAll("cluster 'orders'", "left-orders", "singleton_name=left", "choose another");
        Channel other = stack("default", "left").configure(ProtocolType.of("TCP"),
                settings -> settings.set(TransportSettings.MAX_BUNDLE_SIZE, 30_000L)).name("other").build();
        assertThatThrownBy(() -> other.connect("prices")).isInstanceOf(ConfigurationException.class)
                .hasMessageContainingAll("singleton_name=left", "max_bundle_size=30K", "max_bundle_size=64K", "default.xml");

        join("default", "left", "stock").send("still here".getBytes());
        Patience.await("a message to itself", () -> heard.get("left-stock").contains("still here"));
        assertThat(new ArrayList<>(channels.values())).allMatch(channel -> channel.view().size() == 1);
    }
}
