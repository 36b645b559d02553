package dev.muster.simulations;

import dev.muster.api.LayerDefinition;
import dev.muster.api.StackDefinition;
import dev.muster.core.Assembler;
import dev.muster.testkit.simulation.Scenario;
import dev.muster.testkit.simulation.Situation;
import dev.muster.testkit.simulation.Workload;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Situations that are rare by chance, met on purpose: a batch that does not meet its situation proves nothing, and fails. */
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class SituationTest {

    @Test
    void threePartsBecomeOne() throws InterruptedException {
        Scenarios.run(20, RareScenarios::threeParts).met(Situation.MERGE_OF_THREE, Situation.TWO_PROPOSERS);
    }

    @Test
    void aCoordinatorThatStoodStillGoesOnWhenOthersHaveTakenOver() throws InterruptedException {
        Scenarios.run(40, RareScenarios::twoProposers).met(Situation.TWO_PROPOSERS);
    }

    @Test
    void aMemberDiesThatAViewChangeWaitsFor() throws InterruptedException {
        Scenarios.run(40, RareScenarios::roundRestarted).met(Situation.ROUND_RESTARTED);
    }

    @Test
    void viewsChangeWhileANewcomerTakesTheState() throws InterruptedException {
        Scenarios.run(50, RareScenarios::stateAcrossViews).met(Situation.VIEW_CHANGE_DURING_STATE_TRANSFER);
    }

    @Test
    void viewsChangeWhileAMessageOfMegabytesIsUnderWay() throws InterruptedException {
        Scenarios.run(80, RareScenarios::messageAcrossViews).met(Situation.MESSAGE_RESTARTED);
    }

    /** Takes more strangers than UNICAST remembers, in the moment in which one of them joins. */
    @Test
    void aMemberIsForgottenWhileItJoins() throws InterruptedException {
        Assembler assembler = Stacks.ASSEMBLER.with(new Throng.Provider());
        Seeds.run(100, seed -> {
            Scenario scenario = Scenarios.usual(seed, 4, Workload.LIGHT);
            return scenario.cluster(assembler, (own, contacts) -> belowUnicast(Scenarios.stack(scenario).of(own, contacts)));
        }).met(Situation.CONNECTION_RESET);
    }

    private static StackDefinition belowUnicast(StackDefinition stack) {
        List<LayerDefinition> layers = new ArrayList<>(stack.layers());
        int unicast = IntStream.range(0, layers.size()).filter(index -> layers.get(index).protocol().startsWith("UNICAST"))
                .findFirst().orElseThrow();
        layers.add(unicast, new LayerDefinition(Throng.Provider.TYPE.name(), List.of(), "test"));
        return new StackDefinition(stack.origin(), layers, stack.options());
    }

    @Test
    void sendersWaitForCreditWhileAMemberDies() throws InterruptedException {
        Scenarios.run(20, RareScenarios::creditsUsedUp).met(Situation.CREDITS_USED_UP);
    }
}
