package dev.muster.testkit.simulation;

/** What a simulation counts, so that a batch of seeds can show that it met everything it claims to test. */
public enum Occurrence {
    /** A datagram was lost. */
    LOSS,
    /** A datagram came twice. */
    DUPLICATE,
    /** A datagram was overtaken by a later one of the same sender. */
    REORDERING,
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
    PARTIAL_WRITE
}
