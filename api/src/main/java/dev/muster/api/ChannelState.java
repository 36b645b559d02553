package dev.muster.api;

/** Where a channel stands. */
public enum ChannelState {
    /** Built, never connected. */
    CREATED,
    /** Looking for the group. */
    CONNECTING,
    /** In a view; sends and receives. */
    CONNECTED,
    /** In no view that may act: removed by the others, or on the smaller side of a partition. Does not send. */
    NO_VIEW,
    /** Left the group; may connect again, as a new life. */
    DISCONNECTED,
    /** Over. */
    CLOSED
}
