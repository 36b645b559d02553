package dev.muster.simulations;

import dev.muster.testkit.simulation.Occurrence;
import dev.muster.testkit.simulation.Workload;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Three and ten members, 500 seeds each. */
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class SmallClusterTest {

    @Test
    void threeMembersKeepEveryPromise() throws InterruptedException {
        Workload workload = Workload.LIGHT.every(Duration.ofMillis(200)).withLarge(0.01, 150_000)
                .withOutOfBand(0.1);
        Scenarios.run(500, seed -> Scenarios.usual(seed, 3, workload)).met(Occurrence.LOSS, Occurrence.DUPLICATE,
                Occurrence.REORDERING, Occurrence.CUT_OFF, Occurrence.PARTITION, Occurrence.ONE_WAY_CUT, Occurrence.CRASH,
                Occurrence.CRASH_WHILE_SENDING, Occurrence.RESTART, Occurrence.PAUSE, Occurrence.REFUSED,
                Occurrence.CONNECT_TIMEOUT, Occurrence.STALL, Occurrence.RESET);
    }

    @Test
    void tenMembersKeepEveryPromise() throws InterruptedException {
        Workload workload = Workload.LIGHT.every(Duration.ofMillis(500));
        Scenarios.run(500, seed -> Scenarios.usual(seed, 10, workload)).met(Occurrence.CRASH_WHILE_SENDING, Occurrence.PARTITION,
                Occurrence.RESTART, Occurrence.PAUSE);
    }

    @Test
    void newcomersBeginWithAStateThatFits() throws InterruptedException {
        Workload workload = Workload.LIGHT.every(Duration.ofMillis(100)).withStates();
        Scenarios.run(100, seed -> Scenarios.usual(seed, 4, workload)).met(Occurrence.RESTART);
    }
}
