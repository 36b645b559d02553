package dev.muster.simulations;

import dev.muster.testkit.simulation.Situation;
import java.util.concurrent.TimeUnit;
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
        Scenarios.run(20, RareScenarios::messageAcrossViews).met(Situation.MESSAGE_RESTARTED);
    }

    @Test
    void sendersWaitForCreditWhileAMemberDies() throws InterruptedException {
        Scenarios.run(20, RareScenarios::creditsUsedUp).met(Situation.CREDITS_USED_UP);
    }
}
