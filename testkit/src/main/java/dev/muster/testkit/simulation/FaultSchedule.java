package dev.muster.testkit.simulation;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

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
     * Everything ends that a fault has begun, and links are good from now on; the dead stay dead.
     *
     * @param at when
     */
    public record HealAll(Duration at) implements Fault {}

    /**
     * Two nodes can't reach each other; all others reach both.
     *
     * @param at when
     * @param one node
     * @param other node
     */
    public record Split(Duration at, int one, int other) implements Fault {}

    /**
     * A link fails and comes back again and again, one way.
     *
     * @param at when
     * @param from node that sends
     * @param to node that receives
     * @param times how often it fails
     * @param period from one failure to the next; half of it the link works
     */
    public record Flap(Duration at, int from, int to, int times, Duration period) implements Fault {}

    /**
     * All links spoil what they carry, recognisably.
     *
     * @param at when
     * @param corrupted part of datagrams and writes whose bits are changed, 0 to 1
     * @param truncated part of datagrams that lose their end, and of writes in which a stream breaks
     * @param future part of datagrams that come once more in a wire version yet to come
     */
    public record Spoil(Duration at, double corrupted, double truncated, double future) implements Fault {}

    /**
     * Large datagrams no longer get through.
     *
     * @param at when
     * @param bytes the most that does
     */
    public record Mtu(Duration at, int bytes) implements Fault {}

    /**
     * A process gets slow.
     *
     * @param at when
     * @param node whose
     * @param factor each event costs so many times 20 µs; 0: nothing
     */
    public record Slow(Duration at, int node, int factor) implements Fault {}

    /**
     * The wall clock of a node jumps.
     *
     * @param at when
     * @param node whose
     * @param by how far; back if negative
     */
    public record ClockJump(Duration at, int node, Duration by) implements Fault {}

    /**
     * A host goes off the net with its process: nothing is closed, connections to it hang, until a process begins there.
     *
     * @param at when
     * @param node which
     */
    public record Vanish(Duration at, int node) implements Fault {}

    /**
     * A member of another cluster begins where a process has died; nothing happens if none has.
     *
     * @param at when
     * @param node where
     * @param length how long it lives
     */
    public record Intruder(Duration at, int node, Duration length) implements Fault {}

    /**
     * An application takes its time.
     *
     * @param at when
     * @param node whose
     * @param delay longest time from hand-over to callback
     */
    public record SlowConsumer(Duration at, int node, Duration delay) implements Fault {}

    /** What a new process is told of where others may be. */
    public enum Hosts {
        /** Where the others are. */
        TRUE,
        /** Nothing but its own address. */
        EMPTY,
        /** Addresses where nobody answers. */
        STALE
    }

    /**
     * Processes that begin on a node are told something else about where others may be.
     *
     * @param at when
     * @param node where; one that others are told of, or it could not be found: below {@link MemberStack#CONTACTS}
     * @param hosts what
     */
    public record Discovery(Duration at, int node, Hosts hosts) implements Fault {}

    /**
     * What a node sends last before it dies arrives once more when the next process has begun there.
     *
     * @param at from when what it sends is remembered
     * @param node which
     */
    public record Haunt(Duration at, int node) implements Fault {}

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
        return new MixDraw(seed, nodes, from, until, mix).draw();
    }

    /**
     * Draw a schedule of chosen kinds of faults, one of them or several together.
     *
     * @param kinds what goes wrong, and nothing else
     * @param times how often each that has a moment happens
     * @param seed decides everything else
     * @param nodes number of nodes
     * @param from nothing goes wrong earlier, except for what newcomers are told, and the quality of links
     * @param until everything ends then
     * @return the schedule
     */
    public static FaultSchedule of(Set<FaultKind> kinds, int times, long seed, int nodes, Duration from, Duration until) {
        return new KindDraw(kinds, seed, nodes, from, until).draw(times);
    }

    /**
     * Draw a schedule of any faults there are: each kind is in or out by chance, so that they meet in all combinations.
     *
     * @param seed decides everything
     * @param nodes number of nodes
     * @param from nothing goes wrong earlier, except for what newcomers are told, and the quality of links
     * @param until everything ends then
     * @return the schedule
     */
    public static FaultSchedule swarm(long seed, int nodes, Duration from, Duration until) {
        return new SwarmDraw(seed, nodes, from, until).draw();
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        faults.forEach(fault -> text.append("\n    ").append(fault));
        return text.toString();
    }
}
