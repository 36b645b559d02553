package dev.muster.testkit.conformance;

import dev.muster.api.Address;
import dev.muster.api.Channel;
import dev.muster.api.StackBuilder;
import dev.muster.api.StackDefinition;
import dev.muster.api.View;
import dev.muster.api.ViewId;
import dev.muster.core.Assembler;
import dev.muster.spi.Event;
import dev.muster.spi.ProtocolProvider;
import dev.muster.testkit.simulation.DatagramTransport;
import dev.muster.testkit.simulation.SimulatedEnvironment;
import dev.muster.testkit.simulation.SimulatedNode;
import dev.muster.testkit.simulation.Simulation;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Some nodes that run a transport, the protocol under test and a probe. */
final class ProbedCluster {

    private static final int PORT = 7800;

    private final Simulation simulation = new Simulation(2_024);
    private final Probe.Provider probes = new Probe.Provider();
    private final List<Channel> channels = new ArrayList<>();
    private final ProtocolProvider transport;

    ProbedCluster(int size, List<ProtocolProvider> tested,
            Function<List<InetSocketAddress>, List<Map<String, String>>> settings) {
        this(size, new DatagramTransport.Provider(), tested, settings);
    }

    ProbedCluster(int size, ProtocolProvider transport, List<ProtocolProvider> tested,
            Function<List<InetSocketAddress>, List<Map<String, String>>> settings) {
        this.transport = transport;
        List<ProtocolProvider> providers = new ArrayList<>(tested);
        providers.add(transport);
        providers.add(probes);
        Assembler assembler = new Assembler(providers, List.of());
        List<InetSocketAddress> addresses = new ArrayList<>();
        for (int index = 0; index < size; index++) {
            addresses.add(new InetSocketAddress(simulation.addNode().address(), PORT));
        }
        List<Map<String, String>> values = settings.apply(addresses);
        for (int index = 0; index < size; index++) {
            SimulatedEnvironment process = simulation.node(index).start();
            StackDefinition stack = stack(addresses.get(index), tested, values);
            Channel channel = assembler.channel(stack, "n" + index, () -> process);
            channels.add(channel);
            channel.connectAsync("conformance", false);
        }
        run(Duration.ofMillis(50));
    }

    private StackDefinition stack(InetSocketAddress own, List<ProtocolProvider> tested, List<Map<String, String>> values) {
        StackBuilder builder = StackBuilder.create().add(transport.type().name(),
                Map.of("bind_addr", own.getAddress().getHostAddress(), "bind_port", String.valueOf(own.getPort())));
        for (int index = 0; index < tested.size(); index++) {
            builder.add(tested.get(index).type().name(), index < values.size() ? values.get(index) : Map.of());
        }
        return builder.add(probes.type().name(), Map.of()).definition();
    }

    Probe probe(int index) {
        return probes.probes().get(index);
    }

    SimulatedNode node(int index) {
        return simulation.node(index);
    }

    Simulation simulation() {
        return simulation;
    }

    void run(Duration time) {
        simulation.runUntil(simulation.now().plus(time));
    }

    /** Tell some nodes that they form a view, and where they are. */
    void install(long counter, int... nodes) {
        List<Address> members = new ArrayList<>();
        Map<Address, InetSocketAddress> addresses = new LinkedHashMap<>();
        for (int node : nodes) {
            members.add(probe(node).self());
            addresses.put(probe(node).self(), probe(node).local());
        }
        View view = new View(new ViewId(counter, members.get(0)), members);
        for (int node : nodes) {
            probe(node).tellBelow(new Event.PhysicalAddresses(addresses));
            probe(node).tellBelow(new Event.ViewInstalled(view, List.of()));
        }
        run(Probe.PERIOD.multipliedBy(2));
    }
}
