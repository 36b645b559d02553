package dev.muster.simulations;

import dev.muster.api.ProtocolType;
import dev.muster.api.StackBuilder;
import dev.muster.api.StackDefinition;
import dev.muster.core.Assembler;
import dev.muster.spi.TransportSettings;
import dev.muster.testkit.simulation.DatagramTransport;
import dev.muster.testkit.simulation.MemberStack;
import dev.muster.testkit.simulation.SimulatedCluster;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** The stack that ships, on addresses of a simulation. */
final class Stacks {

    static final Assembler ASSEMBLER = SimulatedCluster.assembler();

    private static final Map<String, StackDefinition> READ = new ConcurrentHashMap<>();
    private static final int PORT = 7800;

    private Stacks() {}

    /** The default stack with nothing changed but addresses. */
    static final MemberStack TCP = Stacks::shipped;

    /** The same over datagrams that are lost, repeated and overtaken as the simulation wants. */
    static final MemberStack DATAGRAM = (own, all) -> StackBuilder.of(shipped(own, all))
            .replace(ProtocolType.of("TCP"), DatagramTransport.TYPE.name(),
                    Map.of("bind_addr", own.getHostAddress(), "bind_port", String.valueOf(PORT)))
            .definition();

    /** The same with several observers in the place of heartbeats to all. */
    static final MemberStack OBSERVED = (own, all) -> StackBuilder.of(DATAGRAM.of(own, all))
            .replace(ProtocolType.of("FD_ALL"), "FD_OBSERVERS", Map.of()).definition();

    /** The stack over multicast with nothing changed but addresses. */
    static final MemberStack UDP = (own, all) -> StackBuilder
            .of(READ.computeIfAbsent("udp", name -> StackBuilder.named(name, Map.of()).definition()))
            .configure(ProtocolType.of("UDP"), s -> s.set(TransportSettings.BIND_ADDR, own.getHostAddress()))
            .definition();

    /** The default stack with members found by a multicast of its discovery alone. */
    static final MemberStack MPING = (own, all) -> StackBuilder.of(shipped(own, all))
            .replace(ProtocolType.of("TCPPING"), "MPING", Map.of("bind_addr", own.getHostAddress())).definition();

    /** The same with questions to the right neighbour in the place of heartbeats to all. */
    static final MemberStack ASKED = (own, all) -> StackBuilder.of(DATAGRAM.of(own, all))
            .replace(ProtocolType.of("FD_ALL"), "FD", Map.of()).definition();

    /** Half of the seeds each. */
    static MemberStack forSeed(long seed) {
        return (seed & 1) == 0 ? DATAGRAM : TCP;
    }

    /** Read once per list of hosts: reading XML for each of a hundred members costs more than simulating them. */
    private static StackDefinition shipped(InetAddress own, List<InetAddress> contacts) {
        String hosts = contacts.stream().map(host -> host.getHostAddress() + "[" + PORT + "]")
                .collect(Collectors.joining(","));
        StackDefinition read = READ.computeIfAbsent(hosts,
                unused -> StackBuilder.named("default", Map.of("muster.initial_hosts", hosts)).definition());
        return StackBuilder.of(read)
                .configure(ProtocolType.of("TCP"), s -> s.set(TransportSettings.BIND_ADDR, own.getHostAddress()))
                .definition();
    }
}
