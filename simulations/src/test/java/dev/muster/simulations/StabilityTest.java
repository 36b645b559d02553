package dev.muster.simulations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.testkit.simulation.MemberStack;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Faults that are neither death nor a clean cut, in clusters of 10, 20 and 30 members. {@link Stability} says what is counted.
 *
 * <p>{@code -Dmuster.stability.seeds=30} runs more, {@code -Dmuster.first.seed} others.
 */
@Timeout(value = 6, unit = TimeUnit.HOURS)
class StabilityTest {

    private static final long FIRST = Long.getLong("muster.first.seed", 0);
    private static final long SEEDS = Long.getLong("muster.stability.seeds", 3);

    /** Heartbeats go on when most packets are lost: who is heard now and then is within the limit of that detector. */
    private static final Set<StabilityScenario> HEARD_NOW_AND_THEN =
            EnumSet.of(StabilityScenario.LOSES_INCOMING, StabilityScenario.LOSES_ALL_WAYS);

    @ParameterizedTest
    @EnumSource(StabilityScenario.class)
    void observersRemoveTheFaultyAndNobodyElseInFewViews(StabilityScenario scenario) {
        for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
            Stability run = run(scenario, Stacks.OBSERVED, seed);
            assertThat(run.kept()).as("kept: %s", run).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(StabilityScenario.class)
    void theDefaultStackRemovesTheSilentAndNobodyElseInFewViews(StabilityScenario scenario) {
        for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
            Stability run = run(scenario, Stacks.DATAGRAM, seed);
            if (!HEARD_NOW_AND_THEN.contains(scenario)) {
                assertThat(run.kept()).as("kept: %s", run).isEmpty();
            }
        }
    }

    private static Stability run(StabilityScenario scenario, MemberStack stack, long seed) {
        Stability run = scenario.run(stack, 10 * (1 + (int) (seed % 3)), seed);
        assertThat(run.wrongRemovals()).as("wrong removals: %s", run).isEmpty();
        assertThat(run.views()).as("views: %s", run).isLessThanOrEqualTo(run.faults() + 2);
        assertThat(run.isInOneView()).as("in one view: %s", run).isTrue();
        run.checkPromises();
        return run;
    }
}
