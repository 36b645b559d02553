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
                Situation.SUSPICION_REFUTED, Situation.MERGE_OF_THREE, Situation.CREDITS_USED_UP);
    }

    /** More members than stacks are told of: not everybody can be asked by everybody. */
    @Test
    void everyPromiseIsKeptByMoreMembersThanAStackIsToldOf() throws InterruptedException {
        Scenarios.run(40, seed -> Scenarios.crowdedSwarm(seed, 12 + (int) (seed % 4)))
                .met(Occurrence.EMPTY_DISCOVERY, Occurrence.STALE_DISCOVERY);
    }

    @Test
    void coordinatorsDieAtAnyStepOfAViewChange() throws InterruptedException {
        Scenarios.run(60, Scenarios::coordinatorDies).met(Situation.COORDINATOR_DIED_IN_ROUND);
    }
}
