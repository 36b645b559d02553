package dev.muster.simulations;

import dev.muster.testkit.simulation.FaultSchedule;
import dev.muster.testkit.simulation.MemberStack;
import dev.muster.testkit.simulation.Scenario;
import dev.muster.testkit.simulation.SimulatedCluster;
import dev.muster.testkit.simulation.Workload;
import java.time.Duration;
import java.util.function.LongFunction;

/** Runs that are data. */
final class Scenarios {

    private static final Duration JOINS = Duration.ofSeconds(4);
    private static final Duration CHAOS_FROM = Duration.ofSeconds(6);
    private static final Duration CHAOS_UNTIL = Duration.ofSeconds(32);
    private static final Duration QUIET = Duration.ofSeconds(4);

    private Scenarios() {}

    /** Any faults; states, large messages and messages out of band for some seeds each. */
    static Scenario swarm(long seed, int members) {
        Workload workload = Workload.LIGHT.every(Duration.ofMillis(seed % 5 == 0 ? 50 : 200)).withOutOfBand(0.05)
                .withLarge(0.01, seed % 7 == 0 ? 2_500_000 : 150_000);
        return new Scenario("", seed, members, (seed & 1) == 0 ? "datagram" : "tcp", JOINS,
                CHAOS_UNTIL.plus(Bounds.STABILISED_AFTER).plus(QUIET), QUIET,
                seed % 3 == 0 ? workload.withStates() : workload,
                FaultSchedule.swarm(seed, members, CHAOS_FROM, CHAOS_UNTIL));
    }

    static MemberStack stack(Scenario scenario) {
        return scenario.stack().equals("tcp") ? Stacks.TCP : Stacks.DATAGRAM;
    }

    static SimulatedCluster cluster(Scenario scenario) {
        return scenario.cluster(Stacks.ASSEMBLER, stack(scenario));
    }

    static Seeds run(int count, LongFunction<Scenario> scenario) throws InterruptedException {
        return Seeds.run(count, seed -> cluster(scenario.apply(seed)));
    }
}
