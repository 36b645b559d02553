package dev.muster.simulations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.testkit.simulation.FaultKind;
import dev.muster.testkit.simulation.FaultSchedule;
import dev.muster.testkit.simulation.Occurrence;
import dev.muster.testkit.simulation.SimulatedCluster;
import dev.muster.testkit.simulation.Workload;
import java.time.Duration;
import java.util.EnumSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Packets to one member outlive the connections that carry them: a stream alone does not make them reliable. */
class ReconnectTest {

    /** Nothing but messages to one member, of which every run checks that they arrive, once, in order. */
    static final Workload TO_ONE_MEMBER = new Workload(Duration.ofMillis(20), 1, 0, 0, 100, 0, false);

    private static final int MEMBERS = 3;

    /** Demand that between two moments something is sent again that goes to one member. */
    static void demandResends(SimulatedCluster cluster, Duration from, Duration to) {
        long[] before = new long[1];
        cluster.simulation().at(from, () -> before[0] = resends(cluster));
        cluster.simulation().at(to, () -> assertThat(resends(cluster)).isGreaterThan(before[0]));
    }

    private static long resends(SimulatedCluster cluster) {
        return cluster.channels().stream().mapToLong(channel -> channel.counters().get("UNICAST.retransmissions_sent")).sum();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void whatIsUnderWayWhenAConnectionIsResetArrivesOnTheNextOne(long seed) {
        SimulatedCluster cluster = new SimulatedCluster(Stacks.ASSEMBLER, Stacks.TCP, MEMBERS, seed).workload(TO_ONE_MEMBER)
                .faults(FaultSchedule.of(EnumSet.of(FaultKind.TRUNCATE), 2, seed, MEMBERS, Duration.ofSeconds(6),
                        Duration.ofSeconds(24)))
                .times(Duration.ofSeconds(3), Duration.ofSeconds(24).plus(Bounds.STABILISED_AFTER).plusSeconds(4),
                        Duration.ofSeconds(4));
        demandResends(cluster, Duration.ofSeconds(5), Duration.ofSeconds(24));
        assertThat(cluster.run().isInOneView()).isTrue();
        assertThat(cluster.simulation().count(Occurrence.RESET)).isPositive();
    }
}
