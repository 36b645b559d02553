package dev.muster.simulations;

import dev.muster.testkit.simulation.FaultKind;
import dev.muster.testkit.simulation.FaultSchedule;
import dev.muster.testkit.simulation.Occurrence;
import dev.muster.testkit.simulation.Scenario;
import dev.muster.testkit.simulation.Workload;
import java.time.Duration;
import java.util.EnumSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each kind of fault by itself, so that a promise that one of them breaks is not blamed on another; {@link SwarmTest} mixes them. */
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class SingleFaultTest {

    private static final int SEEDS = 12;
    private static final int MEMBERS = 4;
    private static final Duration FROM = Duration.ofSeconds(6);
    private static final Duration UNTIL = Duration.ofSeconds(24);
    private static final Duration QUIET = Duration.ofSeconds(4);

    private static Scenario alone(FaultKind kind, long seed) {
        return new Scenario("", seed, MEMBERS, Scenarios.transport(seed), Duration.ofSeconds(3),
                UNTIL.plus(Bounds.STABILISED_AFTER).plus(QUIET), QUIET,
                Workload.LIGHT.every(Duration.ofMillis(200)).withLarge(0.02, 150_000),
                FaultSchedule.of(EnumSet.of(kind), 2, seed, MEMBERS, FROM, UNTIL));
    }

    @ParameterizedTest
    @EnumSource(FaultKind.class)
    void everyPromiseIsKeptUnderEachFaultAlone(FaultKind kind) throws InterruptedException {
        Scenarios.run(SEEDS, seed -> alone(kind, seed)).met(kind.shows().toArray(Occurrence[]::new));
    }
}
