package dev.muster.simulations;

import dev.muster.testkit.simulation.Workload;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A hundred members. */
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class LargeClusterTest {

    @Test
    void aHundredMembersKeepEveryPromise() throws InterruptedException {
        Workload workload = Workload.LIGHT.every(Duration.ofSeconds(10));
        Scenarios.run(20, seed -> Scenarios.usual(seed, 100, workload));
    }
}
