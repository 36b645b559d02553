package dev.muster.simulations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.testkit.simulation.MemberStack;
import dev.muster.testkit.simulation.SimulatedCluster;
import dev.muster.testkit.simulation.Workload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Ten members that start in the same moment end in one group, within the time of discovery and two seconds more. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class ColdStartTest {

    private static final int MEMBERS = 10;
    private static final int RUNS = 100;
    private static final Duration DISCOVERY = Duration.ofSeconds(3);
    private static final Duration BOUND = DISCOVERY.plusSeconds(2);

    @Test
    void withAListOfHosts() {
        oneGroupEachTime(Stacks.TCP);
    }

    @Test
    void byMulticastThroughTheTransport() {
        oneGroupEachTime(Stacks.UDP);
    }

    @Test
    void byMulticastOfDiscoveryAlone() {
        oneGroupEachTime(Stacks.MPING);
    }

    private static void oneGroupEachTime(MemberStack stack) {
        List<Long> split = new ArrayList<>();
        for (long seed = 0; seed < RUNS; seed++) {
            SimulatedCluster cluster = new SimulatedCluster(Stacks.ASSEMBLER, stack, MEMBERS, seed)
                    .workload(Workload.SILENT).times(Duration.ofMillis(1), BOUND, Duration.ZERO).simulate();
            if (!cluster.isInOneView() || cluster.channels().size() != MEMBERS) {
                split.add(seed);
            }
        }
        assertThat(split).as("seeds with more than one group after %s", BOUND).isEmpty();
    }
}
