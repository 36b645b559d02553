package dev.muster.testkit.simulation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Everything that will go wrong, decided beforehand: so a schedule can be printed, changed and replayed, and a draw of
 * the simulation more or less does not change what goes wrong later.
 *
 * @param faults in the order of their moments
 */
public record FaultSchedule(List<Fault> faults) {

    /** No fault at all. */
    public static final FaultSchedule NONE = new FaultSchedule(List.of());

    /**
     * Sort the faults.
     *
     * @param faults in any order
     */
    public FaultSchedule {
        faults = faults.stream().sorted(Comparator.comparing(Fault::at)).toList();
    }

    /** Something that goes wrong. */
    public sealed interface Fault {
        /**
         * When.
         *
         * @return since the start
         */
        Duration at();
    }

    /**
     * The quality of all links changes.
     *
     * @param at when
     * @param quality to what
     */
    public record Links(Duration at, LinkQuality quality) implements Fault {}

    /**
     * A process dies.
     *
     * @param at when
     * @param node whose
     */
    public record Crash(Duration at, int node) implements Fault {}

    /**
     * A process dies in the middle of its work.
     *
     * @param at from when its sends are counted
     * @param node whose
     * @param sends how many more datagrams and writes leave it
     */
    public record CrashAfterSends(Duration at, int node, long sends) implements Fault {}

    /**
     * A process begins another life where one has died; nothing happens if none has.
     *
     * @param at when
     * @param node where
     */
    public record Restart(Duration at, int node) implements Fault {}

    /**
     * A process stands still.
     *
     * @param at when
     * @param node whose
     * @param length how long
     */
    public record Pause(Duration at, int node, Duration length) implements Fault {}

    /**
     * The network falls apart.
     *
     * @param at when
     * @param parts nodes of each part
     */
    public record Partition(Duration at, List<List<Integer>> parts) implements Fault {}

    /**
     * A link is cut one way.
     *
     * @param at when
     * @param from node that sends in vain
     * @param to node that gets nothing
     */
    public record Cut(Duration at, int from, int to) implements Fault {}

    /**
     * All partitions and cuts end.
     *
     * @param at when
     */
    public record Heal(Duration at) implements Fault {}

    /**
     * What a drawn schedule contains.
     *
     * @param links quality of all links
     * @param crashes processes that die, half of them in the middle of their work
     * @param restart part of those that begin another life
     * @param partitions times that the network falls apart and heals
     * @param cuts links that are cut one way and mended
     * @param pause part of schedules in which a process stands still, too
     */
    public record Mix(LinkQuality links, int crashes, double restart, int partitions, int cuts, double pause) {}

    /**
     * Draw a schedule.
     *
     * @param seed decides everything
     * @param nodes number of nodes
     * @param from nothing goes wrong earlier, except that links are bad from the start
     * @param until nothing goes wrong later; everything is healed then, dead processes stay dead
     * @param mix what it contains
     * @return the schedule
     */
    public static FaultSchedule draw(long seed, int nodes, Duration from, Duration until, Mix mix) {
        SplittableRandom random = new SplittableRandom(TraceHash.mix(seed ^ 0x5DEECE66DL));
        List<Fault> faults = new ArrayList<>();
        faults.add(new Links(Duration.ZERO, mix.links()));
        for (int count = 0; count < mix.crashes(); count++) {
            drawCrash(random, nodes, from, until, mix, faults);
        }
        for (int count = 0; count < mix.partitions(); count++) {
            Duration at = moment(random, from, until.minusSeconds(3));
            faults.add(new Partition(at, parts(random, nodes)));
            faults.add(new Heal(earlier(at.plusMillis(random.nextLong(2_000, 15_000)), until)));
        }
        for (int count = 0; count < mix.cuts() && nodes > 1; count++) {
            Duration at = moment(random, from, until.minusSeconds(3));
            int sender = random.nextInt(nodes);
            faults.add(new Cut(at, sender, (sender + 1 + random.nextInt(nodes - 1)) % nodes));
            faults.add(new Heal(earlier(at.plusMillis(random.nextLong(1_000, 10_000)), until)));
        }
        if (random.nextDouble() < mix.pause()) {
            Duration at = moment(random, from, until.minusSeconds(9));
            faults.add(new Pause(at, random.nextInt(nodes), Duration.ofMillis(random.nextLong(100, 8_000))));
        }
        faults.add(new Heal(until));
        faults.add(new Links(until, LinkQuality.GOOD));
        return new FaultSchedule(faults);
    }

    private static void drawCrash(SplittableRandom random, int nodes, Duration from, Duration until, Mix mix,
            List<Fault> faults) {
        Duration at = moment(random, from, until.minusSeconds(2));
        int node = random.nextInt(nodes);
        faults.add(random.nextBoolean() ? new Crash(at, node)
                : new CrashAfterSends(at, node, 1 + random.nextInt(2 * nodes)));
        if (random.nextDouble() < mix.restart()) {
            faults.add(new Restart(earlier(at.plusMillis(random.nextLong(50, 10_000)), until), node));
        }
    }

    private static List<List<Integer>> parts(SplittableRandom random, int nodes) {
        int count = nodes > 3 && random.nextInt(4) == 0 ? 3 : 2;
        List<List<Integer>> parts = new ArrayList<>();
        for (int part = 0; part < count; part++) {
            parts.add(new ArrayList<>());
        }
        int alone = random.nextInt(nodes);
        boolean isolate = random.nextInt(3) == 0;
        for (int node = 0; node < nodes; node++) {
            int part = isolate ? (node == alone ? 1 : 0) : random.nextInt(count);
            parts.get(part).add(node);
        }
        return parts;
    }

    private static Duration moment(SplittableRandom random, Duration from, Duration until) {
        long span = Math.max(1, until.minus(from).toNanos());
        return from.plusNanos(random.nextLong(span));
    }

    private static Duration earlier(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        faults.forEach(fault -> text.append("\n    ").append(fault));
        return text.toString();
    }
}
