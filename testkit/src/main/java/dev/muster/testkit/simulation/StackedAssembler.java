package dev.muster.testkit.simulation;

import dev.muster.api.Channel;
import dev.muster.api.LayerDefinition;
import dev.muster.api.StackDefinition;
import dev.muster.core.Assembler;
import dev.muster.spi.Capability;
import dev.muster.spi.ProtocolProvider;
import dev.muster.testkit.history.History;
import dev.muster.testkit.history.Promise;
import dev.muster.testkit.history.Promises;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Builds channels with the stack of a cluster, and knows what such a stack promises. */
final class StackedAssembler {

    private final Assembler assembler;
    private final MemberStack stack;
    private final StackDefinition sample;
    private final Set<Capability> capabilities = new LinkedHashSet<>();
    private final boolean hasPrimaryViews;

    StackedAssembler(Assembler assembler, MemberStack stack, List<InetAddress> contacts, History history) {
        this.assembler = assembler.with(new PrimaryProbe.Provider(history));
        this.stack = stack;
        this.sample = stack.of(contacts.get(0), contacts);
        for (LayerDefinition layer : sample.layers()) {
            assembler.provider(layer.protocol()).map(ProtocolProvider::provides).ifPresent(capabilities::addAll);
        }
        this.hasPrimaryViews = capabilities.contains(Promises.PRIMARY_PARTITION);
    }

    int layers() {
        return sample.layers().size();
    }

    List<Promise> promises() {
        return Promises.of(capabilities);
    }

    Channel channel(InetAddress own, List<InetAddress> known, String name, SimulatedEnvironment process) {
        StackDefinition definition = stack.of(own, known);
        return assembler.channel(hasPrimaryViews ? probed(definition) : definition, name, () -> process);
    }

    private static StackDefinition probed(StackDefinition definition) {
        List<LayerDefinition> layers = new ArrayList<>(definition.layers());
        layers.add(new LayerDefinition(PrimaryProbe.TYPE.name(), List.of(), "testkit"));
        return new StackDefinition(definition.origin(), layers, definition.options());
    }
}
