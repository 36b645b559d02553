package dev.muster.simulations;

import dev.muster.api.ProtocolType;
import dev.muster.api.StackBuilder;
import dev.muster.protocols.membership.StateTransferProtocol;
import dev.muster.testkit.simulation.FaultSchedule;
import dev.muster.testkit.simulation.FaultSchedule.Crash;
import dev.muster.testkit.simulation.FaultSchedule.Fault;
import dev.muster.testkit.simulation.FaultSchedule.HealAll;
import dev.muster.testkit.simulation.FaultSchedule.Links;
import dev.muster.testkit.simulation.FaultSchedule.Partition;
import dev.muster.testkit.simulation.FaultSchedule.Restart;
import dev.muster.testkit.simulation.LinkQuality;
import dev.muster.testkit.simulation.MemberStack;
import dev.muster.testkit.simulation.Scenario;
import dev.muster.testkit.simulation.SimulatedCluster;
import dev.muster.testkit.simulation.Situation;
import dev.muster.testkit.simulation.Workload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A state takes seconds, in hundreds of small chunks over long ways, while messages go on and something happens to who gives
 * or takes it; the seed moves the moment in steps from the first search of the newcomer to after its last chunk. Half of the
 * seeds have states that are equal byte by byte.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class StateTransferTest {

    private static final int MEMBERS = 5;
    private static final int NEWCOMER = 4;
    private static final int STEPS = 30;
    private static final Duration GONE = Duration.ofSeconds(10);
    private static final Duration BACK = Duration.ofSeconds(20);
    private static final Duration HEALED = Duration.ofSeconds(40);
    private static final Duration QUIET = Duration.ofSeconds(4);
    private static final LinkQuality FAR_AWAY = new LinkQuality(Duration.ofMillis(30), Duration.ofMillis(20), 0, 0, 0, 0,
            Duration.ZERO);

    private static Duration moment(long seed) {
        return BACK.plusMillis(200 + seed / 4 % STEPS * 150);
    }

    private static SimulatedCluster cluster(long seed, Fault... faults) {
        List<Fault> all = new ArrayList<>(List.of(new Links(Duration.ZERO, FAR_AWAY), new Crash(GONE, NEWCOMER),
                new Restart(BACK, NEWCOMER)));
        all.addAll(List.of(faults));
        all.add(new HealAll(HEALED));
        Scenario scenario = new Scenario("", seed, MEMBERS, Scenarios.transport(seed), Duration.ofSeconds(3),
                HEALED.plus(Bounds.STABILISED_AFTER).plus(QUIET), QUIET,
                Workload.LIGHT.every(Duration.ofMillis(100)).withStates(), new FaultSchedule(all));
        return scenario.cluster(Stacks.ASSEMBLER, inSmallChunks(Scenarios.stack(scenario)));
    }

    private static MemberStack inSmallChunks(MemberStack stack) {
        return (own, all) -> StackBuilder.of(stack.of(own, all))
                .configure(ProtocolType.of("pbcast.STATE_TRANSFER"),
                        s -> s.set(StateTransferProtocol.CHUNK_SIZE, 100L).set(StateTransferProtocol.WINDOW, 4))
                .definition();
    }

    @Test
    void aProviderDiesAtAnyStep() throws InterruptedException {
        Seeds.run(4 * STEPS, seed -> cluster(seed, new Crash(moment(seed), 0)))
                .met(Situation.STATE_RESUMED, Situation.STATE_CUT_ANEW, Situation.VIEW_CHANGE_DURING_STATE_TRANSFER);
    }

    @Test
    void whoWentOnForADeadProviderDiesToo() throws InterruptedException {
        Seeds.run(2 * STEPS, seed -> cluster(seed, new Crash(moment(seed), 0),
                        new Crash(moment(seed).plusMillis(100 + seed % 7 * 150), 1)))
                .met(Situation.STATE_RESUMED, Situation.STATE_CUT_ANEW);
    }

    @Test
    void whoKeepsASnapshotAtHandDiesFirst() throws InterruptedException {
        Seeds.run(STEPS, seed -> cluster(seed, new Crash(moment(seed), 1), new Crash(moment(seed).plusMillis(700), 0)))
                .met(Situation.STATE_CUT_ANEW);
    }

    @Test
    void theNewcomerDiesAndComesBack() throws InterruptedException {
        Seeds.run(STEPS, seed -> cluster(seed, new Crash(moment(seed), NEWCOMER),
                        new Restart(moment(seed).plusSeconds(3), NEWCOMER)));
    }

    @Test
    void theNewcomerIsCutOffFromItsProviderAndComesBackInAMerge() throws InterruptedException {
        Seeds.run(2 * STEPS, seed -> cluster(seed,
                        new Partition(moment(seed), List.of(List.of(0, 1), List.of(2, 3, NEWCOMER)))))
                .met(Situation.STATE_CUT_ANEW);
    }

    @Test
    void theNewcomerIsCutOffFromEverybody() throws InterruptedException {
        Seeds.run(STEPS, seed -> cluster(seed,
                new Partition(moment(seed), List.of(List.of(0, 1, 2, 3), List.of(NEWCOMER)))));
    }
}
