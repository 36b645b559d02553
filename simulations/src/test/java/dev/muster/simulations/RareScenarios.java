package dev.muster.simulations;

import dev.muster.testkit.simulation.FaultSchedule;
import dev.muster.testkit.simulation.FaultSchedule.Fault;
import dev.muster.testkit.simulation.FaultSchedule.HealAll;
import dev.muster.testkit.simulation.LinkQuality;
import dev.muster.testkit.simulation.Scenario;
import dev.muster.testkit.simulation.Workload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Schedules made for situations that chance brings about too seldom. The seed moves their moments against one another, so
 * that a batch of them meets the situation at many of its steps.
 */
final class RareScenarios {

    private static final Duration AT = Duration.ofSeconds(10);
    private static final Duration JOINS = Duration.ofSeconds(3);
    private static final Duration QUIET = Duration.ofSeconds(4);
    /** Long enough for a silent member to be removed. */
    private static final Duration UNHEARD = Duration.ofSeconds(9);
    private static final LinkQuality FAR_AWAY = new LinkQuality(Duration.ofMillis(30), Duration.ofMillis(20), 0, 0, 0, 0,
            Duration.ZERO);

    private RareScenarios() {}

    private static Scenario scenario(long seed, int members, Workload workload, Duration healed, Fault... faults) {
        List<Fault> all = new ArrayList<>(List.of(faults));
        all.add(new HealAll(healed));
        return new Scenario("", seed, members, Scenarios.transport(seed), JOINS,
                healed.plus(Bounds.STABILISED_AFTER).plus(QUIET), QUIET, workload, new FaultSchedule(all));
    }

    private static Duration step(long seed, int steps, int millis) {
        return Duration.ofMillis(seed / 2 % steps * millis);
    }

    /** The network falls into three parts and becomes whole at one stroke. */
    static Scenario threeParts(long seed) {
        return scenario(seed, 6, Workload.LIGHT, AT.plus(UNHEARD).plus(step(seed, 10, 150)),
                new FaultSchedule.Partition(AT, List.of(List.of(0, 3), List.of(1, 4), List.of(2, 5))));
    }

    /** The coordinator stands still while it changes the view, others take over, then it goes on where it was. */
    static Scenario twoProposers(long seed) {
        return scenario(seed, 5, Workload.LIGHT, AT.plus(UNHEARD),
                new FaultSchedule.Links(Duration.ZERO, FAR_AWAY),
                new FaultSchedule.Crash(AT, 4),
                new FaultSchedule.Pause(AT.plus(step(seed, 20, 15)), 0, Duration.ofSeconds(7)));
    }

    /** A member that everybody waits for dies in the middle of a view change. */
    static Scenario roundRestarted(long seed) {
        return scenario(seed, 5, Workload.LIGHT, AT.plus(UNHEARD),
                new FaultSchedule.Links(Duration.ZERO, FAR_AWAY),
                new FaultSchedule.Crash(AT, 4),
                new FaultSchedule.Crash(AT.plus(step(seed, 20, 15)), 2));
    }

    /** A newcomer takes its time with the state, while another member dies, its provider perhaps. */
    static Scenario stateAcrossViews(long seed) {
        Duration again = AT.plusSeconds(2);
        return scenario(seed, 4, Workload.LIGHT.every(Duration.ofMillis(50)).withStates(), again.plus(UNHEARD),
                new FaultSchedule.Crash(AT, 3),
                new FaultSchedule.SlowConsumer(AT, 3, Duration.ofMillis(600)),
                new FaultSchedule.Restart(again, 3),
                new FaultSchedule.Crash(again.plus(step(seed, 25, 80)), (int) (seed % 3)));
    }

    /** Members die and come back while messages of megabytes are under way. */
    static Scenario messageAcrossViews(long seed) {
        Duration death = AT.plus(step(seed, 25, 40));
        int node = (int) (seed % 4);
        return scenario(seed, 4, Workload.LIGHT.every(Duration.ofSeconds(1)).withLarge(0.3, 1_500_000), AT.plusSeconds(5),
                new FaultSchedule.Links(Duration.ZERO, FAR_AWAY),
                new FaultSchedule.Crash(death, node),
                new FaultSchedule.Restart(death.plusMillis(400), node),
                new FaultSchedule.CrashAfterSends(death.plusSeconds(3), (node + 1) % 4, 1 + seed % 50));
    }

    /** An application takes so long that senders run out of credit; while they wait, somebody dies. */
    static Scenario creditsUsedUp(long seed) {
        return scenario(seed, 4, Workload.LIGHT.every(Duration.ofMillis(250)).withLarge(0.3, 500_000), AT.plus(UNHEARD),
                new FaultSchedule.SlowConsumer(AT, (int) (seed % 4), Duration.ofSeconds(2)),
                new FaultSchedule.Crash(AT.plusSeconds(2).plus(step(seed, 20, 100)), (int) (seed / 3 % 4)));
    }
}
