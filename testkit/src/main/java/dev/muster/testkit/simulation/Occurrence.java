package dev.muster.testkit.simulation;

/** What a simulation counts, so that a batch of seeds can show that it met everything it claims to test. */
public enum Occurrence {
    /** A datagram was lost. */
    LOSS,
    /** A datagram came twice. */
    DUPLICATE,
    /** A datagram was overtaken by a later one of the same sender. */
    REORDERING,
    /** Something took very much longer than usual. */
    LATE,
    /** A datagram came to a cut. */
    CUT_OFF,
    /** The network was cut into parts. */
    PARTITION,
    /** A link was cut one way. */
    ONE_WAY_CUT,
    /** A process died. */
    CRASH,
    /** A process died between two sends of one turn. */
    CRASH_WHILE_SENDING,
    /** A process began another life where one had died. */
    RESTART,
    /** A process was paused. */
    PAUSE,
    /** A connection was refused. */
    REFUSED,
    /** A connection could not be made in time. */
    CONNECT_TIMEOUT,
    /** A stream stood still because of a cut. */
    STALL,
    /** A stream was given up by one side only. */
    HALF_OPEN,
    /** A stream was reset. */
    RESET,
    /** A write was taken in part. */
    PARTIAL_WRITE,
    /** Bits of a datagram or of a stream were changed on the way. */
    CORRUPTED,
    /** A datagram lost its end, or a stream broke in the middle of a write. */
    TRUNCATED,
    /** A datagram of a wire version yet to come was on its way. */
    FUTURE_VERSION,
    /** A stream carried a frame, or a greeting, of a version yet to come. */
    FUTURE_VERSION_ON_STREAM,
    /** A datagram was larger than the path lets through. */
    TOO_LARGE_FOR_PATH,
    /** Something had to wait because its process was slow. */
    SLOW,
    /** The wall clock of a process jumped. */
    CLOCK_JUMP,
    /** A host went off the net with its process, closing nothing. */
    VANISHED,
    /** A connection to a host that is off the net hung. */
    CONNECT_HANGS,
    /** A member of another cluster began where a process had died. */
    ANOTHER_PROCESS,
    /** An application began to take its time. */
    SLOW_CONSUMER,
    /** A process began that knew nobody else. */
    EMPTY_DISCOVERY,
    /** A process began that knew only addresses where nobody is. */
    STALE_DISCOVERY,
    /** A datagram of a life that is over arrived after the next one had begun. */
    PREVIOUS_LIFE,
    /** Bytes of a life that was over came out of a stream after the next one had begun. */
    PREVIOUS_LIFE_ON_STREAM,
    /** A link began to flap. */
    FLAPPING,
    /** Two nodes could not reach each other, while all others reached both. */
    PARTIAL_CUT
}
