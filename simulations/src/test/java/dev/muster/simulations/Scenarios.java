package dev.muster.simulations;

import dev.muster.testkit.history.PromiseBroken;
import dev.muster.testkit.simulation.FaultSchedule;
import dev.muster.testkit.simulation.LinkQuality;
import dev.muster.testkit.simulation.MemberStack;
import dev.muster.testkit.simulation.Scenario;
import dev.muster.testkit.simulation.Shrinker;
import dev.muster.testkit.simulation.SimulatedCluster;
import dev.muster.testkit.simulation.Workload;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.LongFunction;
import java.util.stream.LongStream;

/** Runs that are data. */
final class Scenarios {

    private static final Duration JOINS = Duration.ofSeconds(4);
    private static final Duration CHAOS_FROM = Duration.ofSeconds(6);
    private static final Duration CHAOS_UNTIL = Duration.ofSeconds(32);
    private static final Duration QUIET = Duration.ofSeconds(4);

    private static final int MOST_RUNS = 150;

    private Scenarios() {}

    /** Loss of a tenth, reordering, a crash, a partition that heals; sometimes more. */
    static FaultSchedule usualFaults(long seed, int members) {
        return FaultSchedule.draw(seed, members, Duration.ofSeconds(8), Duration.ofSeconds(32),
                new FaultSchedule.Mix(LinkQuality.BAD, 1, 0.4, 1, seed % 4 == 0 ? 1 : 0, 0.25));
    }

    /** The usual cluster: 60 seconds, half of the seeds over TCP and half over datagrams. */
    static Scenario usual(long seed, int members, Workload workload) {
        return usual(seed, members, transport(seed), workload);
    }

    /** The same over a transport: tcp, datagram or udp. */
    static Scenario usual(long seed, int members, String transport, Workload workload) {
        return new Scenario("", seed, members, transport, JOINS, Duration.ofSeconds(60), QUIET, workload,
                usualFaults(seed, members));
    }

    /** Half of the seeds each. */
    static String transport(long seed) {
        return (seed & 1) == 0 ? "datagram" : "tcp";
    }

    /** Any faults; states, large messages and messages out of band for some seeds each. */
    static Scenario swarm(long seed, int members) {
        return swarm(seed, members, transport(seed));
    }

    /** The same over a transport: tcp, datagram or udp. */
    static Scenario swarm(long seed, int members, String transport) {
        Workload workload = Workload.LIGHT.every(Duration.ofMillis(seed % 5 == 0 ? 50 : 200)).withOutOfBand(0.05)
                .withLarge(0.01, seed % 7 == 0 ? 2_500_000 : 150_000);
        return new Scenario("", seed, members, transport, JOINS,
                CHAOS_UNTIL.plus(Bounds.STABILISED_AFTER).plus(QUIET), QUIET,
                seed % 3 == 0 ? workload.withStates() : workload,
                FaultSchedule.swarm(seed, members, CHAOS_FROM, CHAOS_UNTIL));
    }

    /** The same with messages that are fewer and smaller, so that more members cost no more. */
    static Scenario crowdedSwarm(long seed, int members) {
        Scenario swarm = swarm(seed, members);
        return new Scenario("", seed, members, swarm.stack(), JOINS, swarm.length(), QUIET,
                Workload.LIGHT.every(Duration.ofSeconds(1)).withOutOfBand(0.05), swarm.schedule());
    }

    /** A member dies, and the coordinator after a few more sends: somewhere in the round that this asks for. */
    static Scenario coordinatorDies(long seed) {
        Duration at = Duration.ofSeconds(10);
        return swarm(seed, 4).withFaults(List.of(new FaultSchedule.Crash(at, 3),
                new FaultSchedule.CrashAfterSends(at, 0, 1 + seed / 2 % 15), new FaultSchedule.HealAll(at.plusSeconds(10))))
                .withLength(at.plusSeconds(10).plus(Bounds.STABILISED_AFTER).plus(QUIET));
    }

    static MemberStack stack(Scenario scenario) {
        return switch (scenario.stack()) {
            case "tcp" -> Stacks.TCP;
            case "udp" -> Stacks.UDP;
            default -> Stacks.DATAGRAM;
        };
    }

    static SimulatedCluster cluster(Scenario scenario) {
        return scenario.cluster(Stacks.ASSEMBLER, stack(scenario));
    }

    /** All the faults of several schedules at once. */
    static List<FaultSchedule.Fault> manyFaults(long seed, int members) {
        return LongStream.range(seed, seed + 4).boxed()
                .flatMap(one -> FaultSchedule.swarm(one, members, CHAOS_FROM, CHAOS_UNTIL).faults().stream())
                .distinct().toList();
    }

    /** Letter of the promise that a run breaks; null if none, what happened if it broke otherwise. */
    static String brokenPromise(SimulatedCluster cluster) {
        try {
            cluster.run();
            return null;
        } catch (PromiseBroken e) {
            return e.id();
        } catch (RuntimeException | AssertionError e) {
            return e.getClass().getSimpleName();
        }
    }

    /** Make a failing scenario small and keep it as a file that {@link CorpusTest} can replay. */
    static Path keep(Scenario failing, String promise) {
        Scenario small = new Shrinker(scenario -> brokenPromise(cluster(scenario)), MOST_RUNS)
                .shrink(failing.withPromise(promise));
        Path file = Path.of("target", "failed", promise + "-" + small.seed() + "-" + small.stack() + ".txt");
        try {
            Files.createDirectories(file.getParent());
            return Files.writeString(file, "# replay: move to src/test/resources/corpus and run CorpusTest\n" + small.text());
        } catch (IOException e) {
            throw new UncheckedIOException("a failing scenario could not be kept at " + file, e);
        }
    }

    static Seeds run(int count, LongFunction<Scenario> scenario) throws InterruptedException {
        return Seeds.run(count, seed -> cluster(scenario.apply(seed)), (seed, promise) -> keep(scenario.apply(seed), promise));
    }

    /** The same for so many seeds from a given one on. */
    static Seeds run(long first, long count, LongFunction<Scenario> scenario) throws InterruptedException {
        return Seeds.run(first, count, seed -> cluster(scenario.apply(seed)),
                (seed, promise) -> keep(scenario.apply(seed), promise));
    }
}
