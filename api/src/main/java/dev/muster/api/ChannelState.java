package dev.muster.api;

/** Where a channel stands. */
public enum ChannelState {
    /** Built, never connected. */
    CREATED,
    /** Looking for the group. */
    CONNECTING,
    /** In a view; sends and receives. */
    CONNECTED,
    /**
     * In no view that may act. Does not send. Either removed by the others, then without a view, and may connect again; or,
     * with a protocol that knows primary views, on the smaller side of a partition: then views are still shown, and the
     * channel is connected again by itself once a majority is together.
     */
    NO_VIEW,
    /** Left the group; may connect again, as a new life. */
    DISCONNECTED,
    /** Over. */
    CLOSED
}
