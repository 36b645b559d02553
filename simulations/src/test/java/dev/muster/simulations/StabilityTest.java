package dev.muster.simulations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.testkit.simulation.MemberStack;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Faults that are neither death nor a clean cut, in clusters of 10, 20 and 30 members. {@link Stability} says what is counted. */
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class StabilityTest {

    private static Stability run(StabilityScenario scenario, MemberStack stack, long seed) {
        return scenario.run(stack, 10 * (1 + (int) (seed % 3)), seed);
    }

    /** Links that stay broken between few pairs still tear a group now and then: see the decision on agreed views. */
    @ParameterizedTest
    @EnumSource(value = StabilityScenario.class, mode = EnumSource.Mode.EXCLUDE, names = "BROKEN_LINKS")
    void observersRemoveTheFaultyAndNobodyElse(StabilityScenario scenario) {
        for (long seed = 0; seed < 3; seed++) {
            Stability run = run(scenario, Stacks.OBSERVED, seed);
            assertThat(run.wrongRemovals()).as("wrong removals: %s", run).isEmpty();
            assertThat(run.kept()).as("kept: %s", run).isEmpty();
            assertThat(run.isInOneView()).as("in one view: %s", run).isTrue();
            run.checkPromises();
        }
    }

    @ParameterizedTest
    @EnumSource(value = StabilityScenario.class, mode = EnumSource.Mode.EXCLUDE,
            names = {"MUTE", "LOSES_INCOMING", "LOSES_ALL_WAYS", "BROKEN_LINKS"})
    void observersNeedFewViews(StabilityScenario scenario) {
        for (long seed = 0; seed < 3; seed++) {
            Stability run = run(scenario, Stacks.OBSERVED, seed);
            assertThat(run.views()).as("views: %s", run).isLessThanOrEqualTo(run.faults() + 2);
        }
    }

    @ParameterizedTest
    @EnumSource(value = StabilityScenario.class, names = {"MUTE", "SHORT_STALLS", "LONG_STALLS", "SLOW_MEMBER"})
    void heartbeatsRemoveNobodyWhoIsHeard(StabilityScenario scenario) {
        for (long seed = 0; seed < 3; seed++) {
            Stability run = run(scenario, Stacks.DATAGRAM, seed);
            assertThat(run.wrongRemovals()).as("wrong removals: %s", run).isEmpty();
            assertThat(run.kept()).as("kept: %s", run).isEmpty();
            assertThat(run.isInOneView()).as("in one view: %s", run).isTrue();
        }
    }
}
