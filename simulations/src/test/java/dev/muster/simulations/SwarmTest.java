package dev.muster.simulations;

import dev.muster.testkit.simulation.Occurrence;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** All faults there are, in all combinations: each seed switches some of them off. */
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class SwarmTest {

    @Test
    void everyPromiseIsKeptUnderAnyMixOfFaults() throws InterruptedException {
        Scenarios.run(300, seed -> Scenarios.swarm(seed, 3 + (int) (seed % 4))).met(Occurrence.values());
    }
}
