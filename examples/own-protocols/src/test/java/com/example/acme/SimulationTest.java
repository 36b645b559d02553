package com.example.acme;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.muster.api.HostPort;
import dev.muster.api.ProtocolType;
import dev.muster.api.StackDefinition;
import dev.muster.testkit.simulation.DatagramTransport;
import dev.muster.testkit.simulation.FaultSchedule;
import dev.muster.testkit.simulation.LinkQuality;
import dev.muster.testkit.simulation.Outcome;
import dev.muster.testkit.simulation.SimulatedCluster;
import dev.muster.testkit.simulation.Workload;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The same stack, but for its transport, in a simulated world: a minute passes in a moment, and one seed is one history. */
class SimulationTest {

    private static final int PORT = 7800;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void aGroupOutlivesACrashAndAPartition(long seed) {
        FaultSchedule.Mix mix = new FaultSchedule.Mix(LinkQuality.GOOD, 1, 0, 1, 0, 0);
        Outcome outcome = new SimulatedCluster(SimulatedCluster.assembler(), SimulationTest::stack, 3, seed)
                .workload(Workload.LIGHT)
                .faults(FaultSchedule.draw(seed, 3, Duration.ofSeconds(10), Duration.ofSeconds(30), mix))
                .run();

        assertTrue(outcome.isInOneView());
    }

    private static StackDefinition stack(InetAddress own, List<InetAddress> all) {
        List<HostPort> peers = all.stream().map(host -> new HostPort(host.getHostAddress(), PORT)).toList();
        return Stacks.fromCode(PORT, peers)
                .replace(ProtocolType.of("TCP"), DatagramTransport.TYPE.name(),
                        Map.of("bind_addr", own.getHostAddress(), "bind_port", String.valueOf(PORT)))
                .definition();
    }
}
