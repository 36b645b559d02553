package dev.muster.fuzzing;

import dev.muster.api.LayerDefinition;
import dev.muster.api.ProtocolType;
import dev.muster.api.StackBuilder;
import dev.muster.api.StackDefinition;
import dev.muster.core.Assembler;
import dev.muster.spi.Packet;
import dev.muster.spi.ProtocolProvider;
import dev.muster.spi.TransportSettings;
import dev.muster.testkit.fuzz.WireTap;
import dev.muster.testkit.simulation.FaultSchedule;
import dev.muster.testkit.simulation.LinkQuality;
import dev.muster.testkit.simulation.MemberStack;
import dev.muster.testkit.simulation.SimulatedCluster;
import dev.muster.testkit.simulation.Workload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Valid packets of the shipped stack, heard from a simulated cluster that lives through joins, deaths and partitions. */
final class Material {

    static final Assembler ASSEMBLER = SimulatedCluster.assembler();
    static final WireTap TAP = listen();

    private static final int PORT = 7800;

    private Material() {}

    /** The shipped stack on another transport. */
    static MemberStack on(ProtocolType transport) {
        return (own, all) -> StackBuilder.of(StackBuilder.named("default", Map.of("muster.initial_hosts",
                        all.stream().map(host -> host.getHostAddress() + "[" + PORT + "]").collect(Collectors.joining(","))))
                        .definition())
                .replace(ProtocolType.of("TCP"), transport.name(), Map.of(TransportSettings.BIND_ADDR.name(),
                        own.getHostAddress(), "bind_port", String.valueOf(PORT))).definition();
    }

    /** With the protocols that the shipped stack lacks, right above flow control. */
    private static StackDefinition extended(StackDefinition shipped) {
        List<LayerDefinition> layers = new ArrayList<>(shipped.layers());
        int above = 1 + layers.stream().map(LayerDefinition::protocol).toList().indexOf("FC");
        for (String protocol : List.of("PRIMARY_PARTITION", "CAUSAL", "SEQUENCER", "SAFE")) {
            layers.add(above++, new LayerDefinition(protocol, List.of(), "test"));
        }
        int detector = 1 + layers.stream().map(LayerDefinition::protocol).toList().indexOf("FD_ALL");
        layers.add(detector, new LayerDefinition("FD_OBSERVERS", List.of(), "test"));
        layers.add(detector, new LayerDefinition("FD", List.of(), "test"));
        return new StackDefinition(shipped.origin(), layers, shipped.options());
    }

    private static WireTap listen() {
        WireTap tap = new WireTap();
        for (long seed = 0; seed < 4; seed++) {
            new SimulatedCluster(ASSEMBLER.with(tap), (own, all) -> extended(on(WireTap.TYPE).of(own, all)), 4, seed)
                    .workload(Workload.LIGHT.every(Duration.ofMillis(50)).withLarge(0.01, 150_000).withOutOfBand(0.1)
                            .withStates())
                    .faults(FaultSchedule.draw(seed, 4, Duration.ofSeconds(4), Duration.ofSeconds(14),
                            new FaultSchedule.Mix(LinkQuality.BAD, 1, 1, 1, 0, 0.25)))
                    .times(Duration.ofSeconds(2), Duration.ofSeconds(30), Duration.ofSeconds(3)).simulate();
        }
        return tap;
    }

    /** What was heard, as it would come up at anybody. */
    static List<Packet> packets() {
        return TAP.packets().stream().map(heard -> TAP.codec().decode(heard, 0, heard.length)).toList();
    }

    /** Kinds of protocols with headers of their own. */
    static List<ProtocolProvider> withHeaders() {
        return ASSEMBLER.providers().stream().filter(provider -> !provider.headers().isEmpty()).toList();
    }
}
