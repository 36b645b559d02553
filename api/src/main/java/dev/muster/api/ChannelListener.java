package dev.muster.api;

/** Learns what happens to a channel besides messages and views. Called on delivery threads; should not block. */
public interface ChannelListener {

    /**
     * The channel's state changed.
     *
     * @param channel the channel
     * @param from former state
     * @param to new state
     */
    default void stateChanged(Channel channel, ChannelState from, ChannelState to) {}

    /**
     * A callback of the application threw. Delivery goes on.
     *
     * @param channel the channel
     * @param failure what was thrown
     */
    default void callbackFailed(Channel channel, Throwable failure) {}
}
