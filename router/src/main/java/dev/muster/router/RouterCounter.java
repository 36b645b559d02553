package dev.muster.router;

/** What a router counts. */
public enum RouterCounter {
    /** Clients that are connected. */
    CONNECTIONS,
    /** Clients that have ever connected. */
    CONNECTIONS_ACCEPTED,
    /** Clients turned away, since there were too many. */
    CONNECTIONS_REFUSED,
    /** Clients disconnected because they said nothing for too long. */
    CONNECTIONS_EXPIRED,
    /** Connections that ended before anything was understood: no key, no certificate that is trusted, or no business here. */
    STRANGERS_REFUSED,
    /** Groups with a member. */
    GROUPS,
    /** Members that are registered. */
    MEMBERS,
    /** Messages for one member that were handed on. */
    UNICASTS,
    /** Messages for a group that were handed on. */
    MULTICASTS,
    /** Bytes that were handed on, each receiver counted. */
    BYTES_ROUTED,
    /** Questions for members that were answered. */
    QUESTIONS,
    /** Members that were reported as lost. */
    SUSPECTS,
    /** Messages for a member that nobody has registered. */
    DROPPED_UNKNOWN_RECEIVER,
    /** Messages that name no sender: they could go in circles. */
    DROPPED_NO_SENDER,
    /** Messages that a slow client did not get. */
    DROPPED_QUEUE_FULL,
    /** Registrations beyond what one client may have. */
    DROPPED_REGISTRATIONS,
    /** What could not be understood. */
    MALFORMED
}
