package dev.muster.simulations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.testkit.history.PromiseBroken;
import dev.muster.testkit.simulation.Occurrence;
import dev.muster.testkit.simulation.SimulatedCluster;
import dev.muster.testkit.simulation.Situation;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.PrimitiveIterator;
import java.util.function.LongFunction;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * Runs one cluster per seed, two at a time: simulations share nothing. A seed that fails stops nobody; in the end all of them
 * are told with what they broke, and the first is made small.
 *
 * <p>{@code -Dmuster.seed=17} replays one seed, {@code -Dmuster.seeds=2000} runs that many, {@code -Dmuster.first.seed}
 * begins elsewhere.
 */
final class Seeds {

    private static final int AT_A_TIME = 2;
    private static final int TOLD_IN_FULL = 10;
    /** No seed takes this long: whoever waits longer waits for ever. */
    private static final Duration HUNG_AFTER = Duration.ofMinutes(15);

    private final PrimitiveIterator.OfLong seeds;
    private final long count;
    private final LongFunction<SimulatedCluster> cluster;
    private final Keeper keeper;
    private final boolean isBatch;
    private final Map<Occurrence, Long> occurrences = new EnumMap<>(Occurrence.class);
    private final Map<Situation, Long> situations = new EnumMap<>(Situation.class);
    private final List<Failure> failures = new ArrayList<>();
    private final Progress progress;
    private long runs;

    /** A seed, and what it broke: the letter of a promise, or what was thrown. */
    private record Failure(long seed, String broken, Throwable cause) {
        @Override
        public String toString() {
            return seed + " (" + broken + ")";
        }
    }

    private Seeds(LongStream seeds, long count, boolean isBatch, LongFunction<SimulatedCluster> cluster, Keeper keeper) {
        this.seeds = seeds.iterator();
        this.count = count;
        this.isBatch = isBatch;
        this.cluster = cluster;
        this.keeper = keeper;
        this.progress = new Progress(count);
    }

    /** Keeps a run that broke a promise. */
    interface Keeper {
        /** Keep it; tells where, or null. */
        Path keep(long seed, String promise);
    }

    /** Run a cluster for each seed and fail with the first broken promise, and the seeds of all others. */
    static Seeds run(int count, LongFunction<SimulatedCluster> cluster) throws InterruptedException {
        return run(count, cluster, (seed, promise) -> null);
    }

    /** The same, keeping the first run that fails. */
    static Seeds run(int count, LongFunction<SimulatedCluster> cluster, Keeper keeper) throws InterruptedException {
        int asked = Integer.getInteger("muster.seeds", count);
        long first = Long.getLong("muster.first.seed", 0);
        return run(LongStream.range(first, first + asked), asked, asked >= count, cluster, keeper);
    }

    /** The same for so many seeds from a given one on. */
    static Seeds run(long first, long count, LongFunction<SimulatedCluster> cluster, Keeper keeper)
            throws InterruptedException {
        return run(LongStream.range(first, first + count), count, true, cluster, keeper);
    }

    private static Seeds run(LongStream batch, long count, boolean isBatch, LongFunction<SimulatedCluster> cluster,
            Keeper keeper) throws InterruptedException {
        Long one = Long.getLong("muster.seed");
        Seeds seeds = one == null ? new Seeds(batch, count, isBatch, cluster, keeper)
                : new Seeds(LongStream.of(one), 1, false, cluster, keeper);
        seeds.runAll();
        seeds.failIfOneFailed();
        return seeds;
    }

    private void runAll() throws InterruptedException {
        List<Thread> workers = new ArrayList<>();
        for (int worker = 0; worker < AT_A_TIME; worker++) {
            Thread thread = new Thread(this::work, "seeds-" + worker);
            thread.setDaemon(true);
            thread.start();
            workers.add(thread);
        }
        for (Thread worker : workers) {
            while (worker.isAlive()) {
                long before = runs();
                worker.join(HUNG_AFTER.toMillis());
                assertThat(!worker.isAlive() || runs() > before).as("not hung after %d of %d seeds", runs(), count).isTrue();
            }
        }
    }

    private void work() {
        while (true) {
            long seed;
            synchronized (this) {
                if (!seeds.hasNext()) {
                    return;
                }
                seed = seeds.nextLong();
            }
            runOne(seed);
        }
    }

    private void runOne(long seed) {
        SimulatedCluster prepared = null;
        Throwable failure = null;
        try {
            prepared = cluster.apply(seed);
            prepared.run();
        } catch (RuntimeException | Error e) {
            failure = e;
        }
        note(seed, prepared, failure);
    }

    private synchronized long runs() {
        return runs;
    }

    private synchronized void note(long seed, SimulatedCluster done, Throwable failure) {
        runs++;
        if (failure != null) {
            String broken = failure instanceof PromiseBroken promise ? promise.id() : failure.getClass().getSimpleName();
            failures.add(new Failure(seed, broken, failures.size() < TOLD_IN_FULL ? failure : null));
            progress.failed(failures.get(failures.size() - 1).toString());
        }
        if (done != null) {
            for (Occurrence occurrence : Occurrence.values()) {
                occurrences.merge(occurrence, done.simulation().count(occurrence), Long::sum);
            }
            for (Situation situation : Situation.values()) {
                situations.merge(situation, done.count(situation), Long::sum);
            }
        }
        progress.done(runs);
    }

    private void failIfOneFailed() {
        if (failures.isEmpty()) {
            return;
        }
        failures.sort((one, other) -> Boolean.compare(one.cause == null, other.cause == null));
        Failure first = failures.get(0);
        AssertionError all = new AssertionError(String.format(Locale.ROOT,
                "%d of %d seeds failed: %s; seed %d (replay with -Dmuster.seed=%d%s): %s", failures.size(), runs,
                failures.stream().map(Failure::toString).collect(Collectors.joining(", ")), first.seed, first.seed,
                kept(first), first.cause.getMessage()));
        failures.stream().map(Failure::cause).filter(cause -> cause != null).forEach(all::addSuppressed);
        throw all;
    }

    private String kept(Failure failure) {
        Path file = failure.cause instanceof PromiseBroken ? keeper.keep(failure.seed, failure.broken) : null;
        return file == null ? "" : ", or made small: " + file;
    }

    /** Demand that the batch met what it claims to test; fewer seeds than it says are no batch. */
    Seeds met(Occurrence... expected) {
        for (Occurrence occurrence : isBatch ? expected : new Occurrence[0]) {
            assertThat(occurrences.get(occurrence)).as("%s in %d runs", occurrence, runs).isPositive();
        }
        return this;
    }

    /** The same for rare situations. */
    Seeds met(Situation... expected) {
        for (Situation situation : isBatch ? expected : new Situation[0]) {
            assertThat(situations.get(situation)).as("%s in %d runs", situation, runs).isPositive();
        }
        return this;
    }
}
