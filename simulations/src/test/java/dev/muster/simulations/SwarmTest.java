package dev.muster.simulations;

import dev.muster.testkit.simulation.Occurrence;
import dev.muster.testkit.simulation.Situation;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** All faults there are, in all combinations: each seed switches some of them off. */
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class SwarmTest {

    @Test
    void everyPromiseIsKeptUnderAnyMixOfFaults() throws InterruptedException {
        Seeds seeds = Scenarios.run(300, seed -> Scenarios.swarm(seed, 3 + (int) (seed % 4)));
        seeds.met(Occurrence.values());
        seeds.met(Situation.MEMBER_LEFT_BEHIND, Situation.MALFORMED_DROPPED, Situation.OLD_VIEW_DROPPED,
                Situation.SUSPICION_REFUTED);
    }

    @Test
    void coordinatorsDieAtAnyStepOfAViewChange() throws InterruptedException {
        Scenarios.run(60, Scenarios::coordinatorDies).met(Situation.COORDINATOR_DIED_IN_ROUND);
    }
}
