package dev.muster.cli;

import dev.muster.api.LayerDefinition;
import dev.muster.api.LayerDefinition.Assignment;
import dev.muster.api.StackDefinition;
import dev.muster.testkit.simulation.DatagramTransport;
import dev.muster.testkit.simulation.MemberStack;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** A stack on addresses of a simulation: where it is bound, and whom its discovery asks. Everything else stays. */
final class SimStack {

    private static final String PORT = "7800";
    private static final String ORIGIN = "sim";

    private final StackDefinition given;

    SimStack(StackDefinition given) {
        this.given = given;
    }

    /** The stacks of a run; without a transport asked for, the seed decides, as in the project's own simulations. */
    MemberStack of(SimTransport asked, long seed) {
        SimTransport transport = asked != null ? asked : (seed & 1) == 0 ? SimTransport.datagram : SimTransport.tcp;
        return (own, contacts) -> placed(transport, own, contacts);
    }

    private StackDefinition placed(SimTransport transport, InetAddress own, List<InetAddress> contacts) {
        List<LayerDefinition> layers = new ArrayList<>();
        for (LayerDefinition layer : given.layers()) {
            boolean bottom = layers.isEmpty();
            if (bottom && transport == SimTransport.datagram) {
                layers.add(new LayerDefinition(DatagramTransport.TYPE.name(),
                        List.of(assignment("bind_addr", own.getHostAddress()), assignment("bind_port", PORT)), ORIGIN));
            } else if (bottom) {
                layers.add(with(with(layer, "bind_addr", own.getHostAddress()), "start_port", PORT));
            } else if (layer.assignments().stream().anyMatch(assignment -> assignment.name().equals("initial_hosts"))) {
                layers.add(with(layer, "initial_hosts", hosts(contacts)));
            } else {
                layers.add(layer);
            }
        }
        return new StackDefinition(given.origin(), layers, given.options());
    }

    private static String hosts(List<InetAddress> contacts) {
        return contacts.stream().map(host -> host.getHostAddress() + "[" + PORT + "]")
                .collect(Collectors.joining(","));
    }

    private static LayerDefinition with(LayerDefinition layer, String name, String value) {
        List<Assignment> assignments = new ArrayList<>(layer.assignments());
        assignments.removeIf(old -> old.name().equals(name));
        assignments.add(assignment(name, value));
        return new LayerDefinition(layer.protocol(), assignments, layer.origin());
    }

    private static Assignment assignment(String name, String value) {
        return new Assignment(name, value, ORIGIN);
    }
}
