package dev.muster.simulations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.testkit.simulation.SimulatedCluster;
import dev.muster.testkit.simulation.Workload;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** One seed gives one history. */
class RepetitionTest {

    private static String hash(long seed) {
        SimulatedCluster cluster = Scenarios.cluster(
                Scenarios.usual(seed, 5, Workload.LIGHT.withLarge(0.02, 150_000).withStates())).simulate();
        return cluster.simulation().hash() + " after " + cluster.simulation().events() + " events";
    }

    @Test
    void theSameSeedGivesTheSameHistory() {
        for (long seed = 0; seed < 10; seed++) {
            assertThat(hash(seed)).as("seed %d", seed).isEqualTo(hash(seed));
        }
    }

    @Test
    void anotherSeedGivesAnotherHistory() {
        assertThat(LongStream.range(0, 10).mapToObj(RepetitionTest::hash).toList()).doesNotHaveDuplicates();
    }
}
