package dev.muster.core;

import java.util.List;
import java.util.Map;

/**
 * A member as JMX shows it. Read-only; every attribute is of the moment in which it is read, and takes at most five seconds.
 */
public interface ChannelMXBean {

    /**
     * This member.
     *
     * @return its logical name
     */
    String getMember();

    /**
     * Its group.
     *
     * @return the name
     */
    String getCluster();

    /**
     * Where it stands.
     *
     * @return a constant of {@code ChannelState}
     */
    String getState();

    /**
     * Its view.
     *
     * @return as text; empty while there is none
     */
    String getView();

    /**
     * Its protocols.
     *
     * @return name, then settings, transport first
     */
    List<String> getStack();

    /**
     * What its protocols have counted, and their figures.
     *
     * @return by {@code PROTOCOL.counter}
     */
    Map<String, Long> getCounters();

    /**
     * What waits, and for what.
     *
     * @return one line each, the longest first; usually nothing
     */
    List<String> getWaits();

    /**
     * Everything.
     *
     * @return as {@code muster probe --json} shows it
     */
    String diagnose();
}
