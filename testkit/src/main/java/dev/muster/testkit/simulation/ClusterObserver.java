package dev.muster.testkit.simulation;

import java.time.Duration;

/**
 * Is told what happens in a {@link SimulatedCluster}, while it happens, for people to read. Called by the simulation's
 * thread. It only watches: whatever it does, the history stays the same.
 */
@FunctionalInterface
public interface ClusterObserver {

    /** Who is named where something happens to the network instead of a member. */
    String NETWORK = "network";

    /**
     * Something has happened.
     *
     * @param at since the world began
     * @param who name of a member, {@code n0} the first, {@code n0.1} its second life; or {@link #NETWORK}
     * @param what in a few words
     */
    void happened(Duration at, String who, String what);
}
