package dev.muster.simulations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.api.StackBuilder;
import dev.muster.core.Assembler;
import dev.muster.spi.ProtocolProvider;
import dev.muster.testkit.simulation.FaultSchedule;
import dev.muster.testkit.simulation.MemberStack;
import dev.muster.testkit.simulation.Scenario;
import dev.muster.testkit.simulation.Shrinker;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A bug planted in the stack is found by a run, which is then made small without losing the bug. */
class ShrinkingTest {

    /** A coordinator that makes up a view of its own when another leaves: it takes a change of view to see it. */
    private static String judge(Scenario scenario) {
        List<ProtocolProvider> providers = new ArrayList<>(Stacks.ASSEMBLER.providers());
        providers.add(new Saboteur.Provider(Saboteur.Bug.MAKES_UP_VIEWS));
        MemberStack stack = (own, all) -> StackBuilder.of(Stacks.DATAGRAM.of(own, all))
                .add(Saboteur.Provider.TYPE.name(), Map.of()).definition();
        return Scenarios.brokenPromise(scenario.cluster(new Assembler(providers, List.of()), stack));
    }

    @Test
    void findsTheFewFaultsThatMatter() {
        Scenario failing = Scenarios.swarm(8, 5).withFaults(Scenarios.manyFaults(8, 5));
        String promise = judge(failing);
        assertThat(promise).as("what a view of one's own breaks").isIn("V1", "V2", "V3", "D4");

        Scenario small = new Shrinker(ShrinkingTest::judge, 200).shrink(failing.withPromise(promise));

        assertThat(judge(small)).isEqualTo(promise);
        assertThat(small.members()).isLessThan(failing.members());
        assertThat(small.length()).isLessThan(failing.length());
        assertThat(small.schedule().faults()).hasSizeLessThan(failing.schedule().faults().size() / 2);
        assertThat(small.schedule().faults()).hasAtLeastOneElementOfType(FaultSchedule.HealAll.class);
        assertThat(Scenario.parse(small.text())).isEqualTo(small);
    }
}
