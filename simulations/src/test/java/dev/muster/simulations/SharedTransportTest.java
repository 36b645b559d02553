package dev.muster.simulations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.api.Channel;
import dev.muster.api.LayerDefinition;
import dev.muster.api.Message;
import dev.muster.api.ProtocolType;
import dev.muster.api.StackBuilder;
import dev.muster.api.StackDefinition;
import dev.muster.api.View;
import dev.muster.core.SharedTransports;
import dev.muster.security.Encrypt;
import dev.muster.security.KeyFile;
import dev.muster.security.KeyRing;
import dev.muster.security.PreSharedKey;
import dev.muster.spi.TransportSettings;
import dev.muster.testkit.simulation.LinkQuality;
import dev.muster.testkit.simulation.MemberStack;
import dev.muster.testkit.simulation.SimulatedEnvironment;
import dev.muster.testkit.simulation.SimulatedNode;
import dev.muster.testkit.simulation.Simulation;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whole stacks of three clusters above one transport per process, while the network loses and processes die. */
class SharedTransportTest {

    private static final List<String> CLUSTERS = List.of("orders", "prices", "stock");
    private static final int PROCESSES = 3;

    private final Simulation simulation = new Simulation(77);
    private final List<InetAddress> hosts = new ArrayList<>();
    private final Map<String, Channel> channels = new LinkedHashMap<>();
    private final Map<String, List<String>> heard = new LinkedHashMap<>();

    @TempDir
    private Path folder;

    private MemberStack stack(String transport, boolean sealed) throws IOException {
        MemberStack plain = Map.of("TCP", Stacks.TCP, "UDP", Stacks.UDP, "DATAGRAM", Stacks.DATAGRAM).get(transport);
        if (!sealed) {
            return plain;
        }
        Path keys = folder.resolve("keys");
        byte[] key = new byte[PreSharedKey.BYTES];
        new SplittableRandom(7).nextBytes(key);
        new KeyFile(keys).write(KeyRing.of(PreSharedKey.of(key)));
        return (own, all) -> {
            StackDefinition definition = plain.of(own, all);
            List<LayerDefinition> layers = new ArrayList<>(definition.layers());
            layers.add(1, new LayerDefinition(Encrypt.TYPE.name(),
                    List.of(new LayerDefinition.Assignment(Encrypt.KEY_FILE.name(), keys.toString(), "test")), "test"));
            return new StackDefinition(definition.origin(), layers, definition.options());
        };
    }

    private void start(SimulatedNode node, String transport, MemberStack stack) {
        SimulatedEnvironment process = node.start();
        SharedTransports shared = new SharedTransports();
        StackDefinition definition = StackBuilder.of(stack.of(node.address(), hosts)).configure(ProtocolType.of(transport),
                settings -> settings.set(TransportSettings.SINGLETON_NAME, "all")).definition();
        for (String cluster : CLUSTERS) {
            String name = cluster + node.index() + "." + process.life();
            List<String> messages = new ArrayList<>();
            heard.put(name, messages);
            Channel channel = Stacks.ASSEMBLER.channel(definition, name, () -> process, shared)
                    .receiver(message -> messages.add(message.text()));
            channels.put(name, channel);
            channel.connectAsync(cluster, false);
        }
    }

    private void run(int seconds) {
        simulation.runUntil(simulation.now().plus(Duration.ofSeconds(seconds)));
    }

    private Stream<Map.Entry<String, Channel>> of(String cluster) {
        return channels.entrySet().stream().filter(entry -> entry.getKey().startsWith(cluster));
    }

    /** Everybody in a cluster who lives has the view of exactly them, and hears what each of them says, and nothing else. */
    private void assertTogether(String occasion) {
        heard.values().forEach(List::clear);
        channels.forEach((name, channel) -> assertThat(channel.trySend(Message.toAll((occasion + name).getBytes()))).isTrue());
        run(20);
        for (String cluster : CLUSTERS) {
            List<String> said = of(cluster).map(entry -> occasion + entry.getKey()).toList();
            of(cluster).forEach(entry -> {
                View view = entry.getValue().view();
                assertThat(view.members()).as(occasion + entry.getKey())
                        .containsExactlyInAnyOrderElementsOf(of(cluster).map(other -> other.getValue().address()).toList());
                assertThat(heard.get(entry.getKey())).containsExactlyInAnyOrderElementsOf(said);
            });
        }
    }

    @ParameterizedTest
    @CsvSource({"TCP,false", "TCP,true", "DATAGRAM,false", "UDP,false"})
    void everyClusterKeepsToItselfThroughLossDeathAndReturn(String transport, boolean sealed) throws IOException {
        MemberStack stack = stack(transport, sealed);
        List<SimulatedNode> nodes = new ArrayList<>();
        for (int index = 0; index < PROCESSES; index++) {
            nodes.add(simulation.addNode());
            hosts.add(nodes.get(index).address());
        }
        simulation.quality(LinkQuality.BAD);
        nodes.forEach(node -> start(node, transport, stack));
        run(30);
        assertTogether("at first ");

        nodes.get(1).crash();
        channels.keySet().removeIf(name -> name.contains("1."));
        run(20);
        assertTogether("after a death ");

        start(nodes.get(1), transport, stack);
        run(30);
        assertTogether("after the return ");

        Channel leaver = channels.remove("prices0.0");
        View orders = channels.get("orders0.0").view();
        leaver.disconnectAsync();
        run(20);
        assertTogether("after one has left ");
        assertThat(channels.get("orders0.0").view()).isEqualTo(orders);
    }
}
