package dev.muster.simulations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.testkit.history.PromiseBroken;
import dev.muster.testkit.simulation.FaultSchedule;
import dev.muster.testkit.simulation.LinkQuality;
import dev.muster.testkit.simulation.Occurrence;
import dev.muster.testkit.simulation.SimulatedCluster;
import dev.muster.testkit.simulation.Situation;
import dev.muster.testkit.simulation.Workload;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongFunction;
import java.util.stream.LongStream;

/**
 * Runs one cluster per seed, two at a time: simulations share nothing.
 *
 * <p>{@code -Dmuster.seed=17} replays one seed, {@code -Dmuster.seeds=2000} runs that many.
 */
final class Seeds {

    private static final int AT_A_TIME = 2;

    private final Map<Occurrence, Long> occurrences = new EnumMap<>(Occurrence.class);
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private final Map<Situation, Long> situations = new EnumMap<>(Situation.class);
    private final AtomicBoolean keeps = new AtomicBoolean();
    private Keeper keeper;
    private int runs;

    private Seeds() {}

    /** Loss of a tenth, reordering, a crash, a partition that heals; sometimes more. */
    static FaultSchedule usualFaults(long seed, int members) {
        return FaultSchedule.draw(seed, members, Duration.ofSeconds(8), Duration.ofSeconds(32),
                new FaultSchedule.Mix(LinkQuality.BAD, 1, 0.4, 1, seed % 4 == 0 ? 1 : 0, 0.25));
    }

    /** The usual cluster: 60 seconds, half of the seeds over TCP and half over datagrams. */
    static SimulatedCluster usual(long seed, int members, Workload workload) {
        return new SimulatedCluster(Stacks.ASSEMBLER, Stacks.forSeed(seed), members, seed)
                .workload(workload)
                .faults(usualFaults(seed, members))
                .times(Duration.ofSeconds(4), Duration.ofSeconds(60), Duration.ofSeconds(4));
    }

    /** Run a cluster for each seed and fail with the first broken promise, and the seeds of all others. */
    static Seeds run(int count, LongFunction<SimulatedCluster> cluster) throws InterruptedException {
        return run(count, cluster, (seed, promise) -> null);
    }

    /** Keeps a run that broke a promise. */
    interface Keeper {
        /** Keep it; tells where, or null. */
        Path keep(long seed, String promise);
    }

    /** The same, keeping the first run that fails. */
    static Seeds run(int count, LongFunction<SimulatedCluster> cluster, Keeper keeper) throws InterruptedException {
        return run(chosen(count), cluster, keeper);
    }

    /** The same for given seeds. */
    static Seeds run(LongStream chosen, LongFunction<SimulatedCluster> cluster) throws InterruptedException {
        return run(chosen, cluster, (seed, promise) -> null);
    }

    private static Seeds run(LongStream chosen, LongFunction<SimulatedCluster> cluster, Keeper keeper)
            throws InterruptedException {
        Seeds seeds = new Seeds();
        seeds.keeper = keeper;
        ExecutorService pool = Executors.newFixedThreadPool(AT_A_TIME);
        chosen.forEach(seed -> pool.execute(() -> seeds.runOne(seed, cluster)));
        pool.shutdown();
        assertThat(pool.awaitTermination(1, TimeUnit.HOURS)).as("not hung").isTrue();
        if (!seeds.failures.isEmpty()) {
            AssertionError first = new AssertionError(seeds.failures.size() + " of " + seeds.runs + " seeds failed; "
                    + seeds.failures.peek().getMessage());
            seeds.failures.stream().limit(10).forEach(first::addSuppressed);
            throw first;
        }
        return seeds;
    }

    private static LongStream chosen(int count) {
        Long one = Long.getLong("muster.seed");
        return one != null ? LongStream.of(one) : LongStream.range(0, Integer.getInteger("muster.seeds", count));
    }

    private void runOne(long seed, LongFunction<SimulatedCluster> cluster) {
        SimulatedCluster prepared = cluster.apply(seed);
        try {
            prepared.run();
        } catch (RuntimeException | Error e) {
            failures.add(new AssertionError("seed " + seed + " (replay with -Dmuster.seed=" + seed + kept(seed, e) + "): "
                    + e.getMessage(), e));
        }
        note(prepared);
    }

    private String kept(long seed, Throwable failure) {
        if (!(failure instanceof PromiseBroken broken) || !keeps.compareAndSet(false, true)) {
            return "";
        }
        Path file = keeper.keep(seed, broken.id());
        return file == null ? "" : ", or made small: " + file;
    }

    private synchronized void note(SimulatedCluster cluster) {
        runs++;
        for (Occurrence occurrence : Occurrence.values()) {
            occurrences.merge(occurrence, cluster.simulation().count(occurrence), Long::sum);
        }
        for (Situation situation : Situation.values()) {
            situations.merge(situation, cluster.count(situation), Long::sum);
        }
    }

    /** Demand that the batch met what it claims to test; asked for a single seed it says nothing. */
    void met(Occurrence... expected) {
        if (runs > 50) {
            for (Occurrence occurrence : expected) {
                assertThat(occurrences.get(occurrence)).as("%s in %d runs", occurrence, runs).isPositive();
            }
        }
    }

    /** The same for rare situations. */
    void met(Situation... expected) {
        if (runs > 50) {
            for (Situation situation : expected) {
                assertThat(situations.get(situation)).as("%s in %d runs", situation, runs).isPositive();
            }
        }
    }
}
