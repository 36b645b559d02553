package dev.muster.simulations;

import dev.muster.testkit.simulation.Occurrence;
import dev.muster.testkit.simulation.SimulatedCluster;
import dev.muster.testkit.simulation.Workload;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The default stack with FD in the place of FD_ALL. */
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class NeighbourDetectionTest {

    private static final int SIZE = 4;
    private static final Duration JOINS = Duration.ofSeconds(4);

    @Test
    void everyPromiseIsKept() throws InterruptedException {
        Workload workload = Workload.LIGHT.every(Duration.ofMillis(200)).withStates();
        Seeds.run(20, seed -> new SimulatedCluster(Stacks.ASSEMBLER, Stacks.ASKED, SIZE, seed).workload(workload)
                .faults(Scenarios.usualFaults(seed, SIZE)).times(JOINS, Duration.ofSeconds(70), Duration.ofSeconds(4)))
                .met(Occurrence.CRASH, Occurrence.PARTITION, Occurrence.PAUSE);
    }
}
