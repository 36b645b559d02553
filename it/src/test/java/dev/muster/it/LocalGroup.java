package dev.muster.it;

import dev.muster.api.Channel;
import dev.muster.api.LayerDefinition;
import dev.muster.api.ProtocolType;
import dev.muster.api.Receiver;
import dev.muster.api.Settings;
import dev.muster.api.StackBuilder;
import dev.muster.api.StackDefinition;
import dev.muster.core.Assembler;
import dev.muster.spi.ProtocolProvider;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Several members of one group in this JVM, each with the shipped stack on real sockets of its own. */
final class LocalGroup implements AutoCloseable {

    private static final int PORTS = 5;

    private final String cluster;
    private final int firstPort = FreePorts.inARow(PORTS);
    private final List<Channel> channels = new ArrayList<>();

    LocalGroup(String cluster) {
        this.cluster = cluster;
    }

    /** Join one more member. */
    Channel join(String name, Receiver receiver) {
        Channel channel = create(name, receiver);
        channel.connect(cluster);
        return channel;
    }

    /** Prepare one more member that has not joined. */
    Channel create(String name, Receiver receiver) {
        return register(shipped().name(name).build().receiver(receiver));
    }

    /** Join one more member whose transport has other settings. */
    Channel join(String name, Consumer<Settings> transport, Receiver receiver) {
        Channel channel = shipped().configure(ProtocolType.of("TCP"), transport).name(name).build().receiver(receiver);
        return register(channel).connect(cluster);
    }

    /** Join one more member, with something right above its transport. */
    Channel joinBehind(ProtocolProvider layer, String name, Receiver receiver) {
        StackDefinition shipped = shipped().definition();
        List<LayerDefinition> layers = new ArrayList<>(shipped.layers());
        layers.add(1, new LayerDefinition(layer.type().name(), List.of(), "test"));
        StackDefinition definition = new StackDefinition(shipped.origin(), layers, shipped.options());
        return register(Assembler.installed().with(layer).channel(definition, name).receiver(receiver)).connect(cluster);
    }

    /** Join one more member with ENCRYPT and something above it; who has no key gets no ENCRYPT. */
    Channel joinEncrypted(Path keys, ProtocolProvider layer, String name) {
        Channel channel = encrypted(keys, layer, name);
        return register(channel).connect(cluster);
    }

    /** Somebody on the same ports who is not counted among the members. */
    Channel intrude(Path keys, ProtocolProvider layer, String name) {
        return encrypted(keys, layer, name).connect(cluster);
    }

    private Channel encrypted(Path keys, ProtocolProvider layer, String name) {
        StackDefinition shipped = shipped().definition();
        List<LayerDefinition> layers = new ArrayList<>(shipped.layers());
        layers.add(1, new LayerDefinition(layer.type().name(), List.of(), "test"));
        if (keys != null) {
            layers.add(1, new LayerDefinition("ENCRYPT", List.of(new LayerDefinition.Assignment("key_file", keys.toString(), "test")), "test"));
        }
        StackDefinition definition = new StackDefinition(shipped.origin(), layers, shipped.options());
        return Assembler.installed().with(layer).channel(definition, name).receiver(message -> { });
    }

    private Channel register(Channel channel) {
        channels.add(channel);
        return channel;
    }

    private StackBuilder shipped() {
        String hosts = IntStream.range(firstPort, firstPort + PORTS).mapToObj(port -> "127.0.0.1[" + port + "]")
                .collect(Collectors.joining(","));
        return StackBuilder.named("default", Map.of(
                        "muster.start_port", String.valueOf(firstPort),
                        "muster.end_port", String.valueOf(firstPort + PORTS - 1),
                        "muster.initial_hosts", hosts));
    }

    String cluster() {
        return cluster;
    }

    /** Wait until every member that is still connected has a view of that size. */
    void awaitViews(int size) {
        Patience.await("views of " + size + " members", () -> channels.stream()
                .filter(channel -> channel.view() != null).allMatch(channel -> channel.view().size() == size));
    }

    @Override
    public void close() {
        channels.forEach(Channel::close);
    }
}
