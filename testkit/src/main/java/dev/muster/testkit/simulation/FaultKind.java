package dev.muster.testkit.simulation;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/**
 * The kinds of faults that there are, each with a name and what a simulation counts when it strikes. So each can be ordered
 * alone, or with any others: {@link FaultSchedule#of}.
 */
public enum FaultKind {
    /** Datagrams are lost; streams are late instead. */
    LOSS(Occurrence.LOSS),
    /** Datagrams come twice. */
    DUPLICATE(Occurrence.DUPLICATE),
    /** Datagrams overtake one another. */
    REORDER(Occurrence.REORDERING),
    /** Everything takes longer, and some things very much longer. */
    DELAY(Occurrence.LATE),
    /** The network falls into two parts or three. */
    PARTITION(Occurrence.PARTITION, Occurrence.CUT_OFF, Occurrence.STALL),
    /** A link fails one way. */
    CUT(Occurrence.ONE_WAY_CUT),
    /** Two members can't reach each other, all others reach both. */
    SPLIT(Occurrence.PARTIAL_CUT),
    /** A link fails and comes back, again and again. */
    FLAP(Occurrence.FLAPPING),
    /** A process stands still; then its timers fire in a burst. */
    PAUSE(Occurrence.PAUSE),
    /** A process is slow. */
    SLOW(Occurrence.SLOW),
    /** The wall clock of a node jumps. */
    CLOCK(Occurrence.CLOCK_JUMP),
    /** A process dies. */
    CRASH(Occurrence.CRASH),
    /** A process dies in the middle of a send to several: some receivers got it. */
    CRASH_SENDING(Occurrence.CRASH_WHILE_SENDING),
    /** A process dies, and another life begins on the same address. */
    RESTART(Occurrence.CRASH, Occurrence.RESTART),
    /** A process dies, and a member of another cluster begins on the same address. */
    INTRUDER(Occurrence.CRASH, Occurrence.ANOTHER_PROCESS),
    /** A host goes off the net and closes nothing: half-open streams, hanging connects. */
    VANISH(Occurrence.VANISHED),
    /** A process dies, and what it sent last arrives when the next life has begun. */
    GHOST(Occurrence.PREVIOUS_LIFE),
    /** Bits are changed on the way. */
    CORRUPT(Occurrence.CORRUPTED),
    /** Datagrams lose their ends, streams break in the middle of a write and are reset. */
    TRUNCATE(Occurrence.TRUNCATED, Occurrence.RESET),
    /** Some traffic is of a version yet to come. */
    FUTURE(Occurrence.FUTURE_VERSION, Occurrence.FUTURE_VERSION_ON_STREAM),
    /** Large datagrams, such as fragments of messages, don't get through. */
    MTU(Occurrence.TOO_LARGE_FOR_PATH),
    /** An application takes its time: queues fill, credits are used up. */
    SLOW_CONSUMER(Occurrence.SLOW_CONSUMER),
    /** A newcomer is told of nobody. */
    EMPTY_HOSTS(Occurrence.EMPTY_DISCOVERY),
    /** A newcomer is told addresses where nobody is. */
    STALE_HOSTS(Occurrence.STALE_DISCOVERY);

    private final Set<Occurrence> shows;

    FaultKind(Occurrence... shows) {
        this.shows = EnumSet.copyOf(Arrays.asList(shows));
    }

    /**
     * What is counted when it strikes.
     *
     * @return each must be above zero over a batch of seeds, or the batch says nothing of this fault
     */
    public Set<Occurrence> shows() {
        return EnumSet.copyOf(shows);
    }

    /**
     * Its name on a command line.
     *
     * @return such as {@code slow-consumer}
     */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
