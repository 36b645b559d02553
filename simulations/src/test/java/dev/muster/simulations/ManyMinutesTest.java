package dev.muster.simulations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.testkit.simulation.Occurrence;
import dev.muster.testkit.simulation.Workload;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The bulk of simulated time: clusters of three, a minute each, every seed another history. All of it in CI, a taste of it
 * elsewhere.
 *
 * <p>{@code -Dmuster.cluster.minutes=1000000} is the long campaign; {@code -Dmuster.first.seed} begins elsewhere.
 * {@code muster sim --members 3 --seed S} tells the story of a seed.
 */
class ManyMinutesTest {

    private static final long FIRST = Long.getLong("muster.first.seed", 1_000_000);
    private static final int IN_CI = 9_000;
    private static final int ELSEWHERE = 500;
    private static final int MINUTES = Integer.getInteger("muster.cluster.minutes",
            "true".equals(System.getenv("CI")) ? IN_CI : ELSEWHERE);

    @Test
    @Timeout(value = 24, unit = TimeUnit.HOURS)
    void everyPromiseIsKeptForThousandsOfClusterMinutes() throws InterruptedException {
        Workload workload = Workload.LIGHT.withOutOfBand(0.1);
        long begin = System.nanoTime();
        Scenarios.run(FIRST, MINUTES, seed -> Scenarios.usual(seed, 3, workload))
                .met(Occurrence.CRASH_WHILE_SENDING, Occurrence.PARTITION, Occurrence.PAUSE);
        double seconds = (System.nanoTime() - begin) / 1e9;
        System.out.println(String.format(Locale.ROOT, "%d cluster-minutes in %.0f s: %.0f per second", MINUTES, seconds,
                MINUTES / seconds));
        assertThat(MINUTES).isPositive();
    }
}
