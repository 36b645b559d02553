package dev.muster.simulations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.api.StackBuilder;
import dev.muster.core.Assembler;
import dev.muster.spi.ProtocolProvider;
import dev.muster.testkit.simulation.FaultSchedule;
import dev.muster.testkit.simulation.LinkQuality;
import dev.muster.testkit.simulation.MemberStack;
import dev.muster.testkit.simulation.SimulatedCluster;
import dev.muster.testkit.simulation.Workload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How long senders wait for a view, compared with the formula in docs/decisions/agreed-views.md. */
class PauseTest {

    private static final Duration DELAY = Duration.ofMillis(10);
    private static final LinkQuality FIXED = new LinkQuality(DELAY, Duration.ZERO, 0, 0, 0, 0, Duration.ZERO);
    private static final Duration ROUNDING = Duration.ofMillis(1);

    /** Ten members join, one of them dies; all pauses of all members but those for the joins. */
    private static List<Duration> pausesForADeath(Workload workload) {
        List<Long> pauses = new ArrayList<>();
        List<ProtocolProvider> providers = new ArrayList<>(Stacks.ASSEMBLER.providers());
        providers.add(new PauseRecorder.Provider(pauses));
        MemberStack stack = (own, all) -> StackBuilder.of(Stacks.DATAGRAM.of(own, all))
                .add(PauseRecorder.Provider.TYPE.name(), Map.of()).definition();
        SimulatedCluster cluster = new SimulatedCluster(new Assembler(providers, List.of()), stack, 10, 3)
                .workload(workload)
                .faults(new FaultSchedule(List.of(new FaultSchedule.Crash(Duration.ofSeconds(20), 4))));
        cluster.simulation().quality(FIXED);
        cluster.simulation().at(Duration.ofSeconds(19), pauses::clear);
        cluster.times(Duration.ofSeconds(4), Duration.ofSeconds(40), Duration.ofSeconds(4)).simulate();
        return pauses.stream().map(Duration::ofNanos).toList();
    }

    @Test
    void withNothingToFetchItIsFourWays() {
        assertThat(pausesForADeath(Workload.SILENT)).hasSize(9)
                .allSatisfy(pause -> assertThat(pause).isLessThanOrEqualTo(DELAY.multipliedBy(4).plus(ROUNDING)));
    }

    @Test
    void withMessagesUnderWayItIsTwoWaysMoreAtMost() {
        List<Duration> pauses = pausesForADeath(Workload.LIGHT.every(Duration.ofMillis(20)));
        assertThat(pauses).hasSize(9)
                .allSatisfy(pause -> assertThat(pause).isLessThanOrEqualTo(DELAY.multipliedBy(6).plus(ROUNDING)));
    }
}
