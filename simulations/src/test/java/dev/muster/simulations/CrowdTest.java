package dev.muster.simulations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.api.ProtocolType;
import dev.muster.api.StackBuilder;
import dev.muster.api.View;
import dev.muster.api.ViewId;
import dev.muster.testkit.history.LifeHistory;
import dev.muster.testkit.simulation.FaultSchedule;
import dev.muster.testkit.simulation.MemberStack;
import dev.muster.testkit.simulation.SimulatedCluster;
import dev.muster.testkit.simulation.Workload;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A crowd: a thousand members in CI, two hundred elsewhere, any number by {@code -Dmuster.members}; two thousand fit into
 * four gigabytes.
 *
 * <p>Heartbeats of all to all are n² packets per interval; for a crowd they are stretched to what a crowd would set, which
 * changes nothing about how soon a death is noticed: connections tell that. {@code -Dmuster.crowd.interval=700ms} with
 * {@code -Dmuster.crowd.timeout=2700ms} measures the default.
 */
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class CrowdTest {

    private static final int MEMBERS = Integer.getInteger("muster.members",
            "true".equals(System.getenv("CI")) ? 1000 : 200);
    private static final Duration CRASH = Duration.ofSeconds(4);
    /** Until then UNICAST has given up those that have died, too. */
    private static final Duration END = Duration.ofSeconds(20);

    private static final MemberStack CROWD = (own, all) -> StackBuilder.of(Stacks.DATAGRAM.of(own, all))
            .replace(ProtocolType.of("FD_ALL"), "FD_ALL", Map.of("interval", System.getProperty("muster.crowd.interval", "10s"),
                    "timeout", System.getProperty("muster.crowd.timeout", "40s")))
            .definition();

    private Duration together;

    @Test
    void aCrowdStartsIntoOneViewAndTenThatCrashAtOnceAreGoneInTwoViews() {
        List<FaultSchedule.Fault> crashes = new ArrayList<>();
        for (int count = 1; count <= 10; count++) {
            crashes.add(new FaultSchedule.Crash(CRASH, MEMBERS / 11 * count));
        }
        SimulatedCluster cluster = new SimulatedCluster(Stacks.ASSEMBLER, CROWD, MEMBERS, 1)
                .workload(Workload.SILENT).faults(new FaultSchedule(crashes))
                .times(Duration.ofSeconds(1), END, Duration.ofSeconds(1));
        for (int tenths = 1; tenths < CRASH.toMillis() / 100; tenths++) {
            cluster.simulation().at(Duration.ofMillis(100L * tenths), () -> look(cluster));
        }
        Set<ViewId> before = new LinkedHashSet<>();
        cluster.simulation().at(CRASH.minusNanos(1), () -> before.addAll(views(cluster)));
        simulate(cluster, END);
        Set<ViewId> after = new LinkedHashSet<>(views(cluster));
        after.removeAll(before);
        System.out.println(MEMBERS + " members in one view after " + together + ", " + before.size()
                + " distinct views; 10 crashes at once: " + after.size() + " more");
        assertThat(together).as("one view of all").isNotNull().isLessThan(Duration.ofSeconds(30));
        assertThat(before).as("views of the start").hasSizeLessThanOrEqualTo(10);
        assertThat(after).as("views after ten crashes at once").hasSizeBetween(1, 2);
        cluster.check();
    }

    @Test
    void theSpeedOfSmallerClustersIsTold() {
        for (int members : new int[] {5, 100}) {
            Duration length = Duration.ofSeconds(3_000 / members);
            SimulatedCluster cluster = new SimulatedCluster(Stacks.ASSEMBLER, Stacks.DATAGRAM, members, 1)
                    .workload(Workload.LIGHT.every(Duration.ofMillis(100L * members)))
                    .times(Duration.ofSeconds(1), length, Duration.ofSeconds(4));
            simulate(cluster, length);
            cluster.check();
        }
    }

    /** Asked ten times a second. */
    private void look(SimulatedCluster cluster) {
        if (together == null && cluster.isInOneView() && cluster.channels().size() == MEMBERS) {
            together = cluster.simulation().now();
        }
    }

    private static Set<ViewId> views(SimulatedCluster cluster) {
        Set<ViewId> ids = new LinkedHashSet<>();
        for (LifeHistory life : cluster.history().lives()) {
            for (View view : life.views()) {
                ids.add(view.id());
            }
        }
        return ids;
    }

    /** Simulate it, and tell how much faster than in reality that was: by the clock, and by what the processor did for it. */
    private static void simulate(SimulatedCluster cluster, Duration virtual) {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long begin = System.nanoTime();
        long cpuBegin = threads.getCurrentThreadCpuTime();
        cluster.simulate();
        double real = System.nanoTime() - begin;
        double cpu = threads.getCurrentThreadCpuTime() - cpuBegin;
        Runtime runtime = Runtime.getRuntime();
        System.out.println(String.format(Locale.ROOT,
                "| %5d members | %4d s virtual | %6.1f s real, speed-up %7.1f | %6.1f s CPU, speed-up %7.1f | %,d events | heap %d MB |",
                cluster.history().lives().size(), virtual.toSeconds(), real / 1e9, virtual.toNanos() / real, cpu / 1e9,
                virtual.toNanos() / cpu, cluster.simulation().events(),
                runtime.totalMemory() - runtime.freeMemory() >> 20));
    }
}
