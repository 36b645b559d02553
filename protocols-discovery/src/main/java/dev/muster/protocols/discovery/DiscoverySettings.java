package dev.muster.protocols.discovery;

import dev.muster.api.Setting;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** Settings that all discoveries share: those of a search. */
public final class DiscoverySettings {

    /** Longest search. */
    public static final Setting<Duration> TIMEOUT = Setting.duration("timeout", Duration.ofSeconds(3)).positive()
            .says("longest time a search takes; shorter when everybody has answered or refused");

    /** Enough answers. */
    public static final Setting<Integer> NUM_INITIAL_MEMBERS = Setting.integer("num_initial_members", 2).atLeast(1)
            .says("a search for a group to join ends soon after this many members have answered");

    private DiscoverySettings() {}

    /** Settings of one discovery, in the order in which they are documented: its own, then these. */
    static List<Setting<?>> after(Setting<?>... own) {
        return Stream.concat(Stream.of(own), Stream.of(TIMEOUT, NUM_INITIAL_MEMBERS)).toList();
    }
}
