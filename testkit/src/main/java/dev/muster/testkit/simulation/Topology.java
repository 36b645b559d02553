package dev.muster.testkit.simulation;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Who can reach whom, and how well. The collections are only ever asked for single links, never walked. */
final class Topology {

    private LinkQuality everywhere = LinkQuality.GOOD;
    private final Map<Long, LinkQuality> special = new HashMap<>();
    private final Set<Long> cut = new HashSet<>();
    private final Map<Integer, Integer> parts = new HashMap<>();
    private final Set<Integer> dark = new HashSet<>();
    Flaws flaws = Flaws.NONE;

    /** What all links do to bytes, beyond losing and delaying them. */
    record Flaws(double corrupted, double truncated, double future, int mtu) {
        static final Flaws NONE = new Flaws(0, 0, 0, Integer.MAX_VALUE);

        boolean isNone() {
            return this == NONE;
        }
    }

    LinkQuality quality(int from, int to) {
        if (special.isEmpty()) {
            return everywhere;
        }
        LinkQuality own = special.get(link(from, to));
        return own != null ? own : everywhere;
    }

    void quality(LinkQuality quality) {
        everywhere = quality;
        special.clear();
    }

    void quality(int from, int to, LinkQuality quality) {
        special.put(link(from, to), quality);
    }

    boolean isCut(int from, int to) {
        if (from == to || parts.isEmpty() && cut.isEmpty() && dark.isEmpty()) {
            return false;
        }
        return parts.getOrDefault(from, 0).intValue() != parts.getOrDefault(to, 0).intValue()
                || cut.contains(link(from, to)) || isDark(from) || isDark(to);
    }

    /** Off the net until the next process begins there. */
    void dark(int node, boolean value) {
        if (value) {
            dark.add(node);
        } else {
            dark.remove(node);
        }
    }

    boolean isDark(int node) {
        return dark.contains(node);
    }

    void partition(List<List<Integer>> groups) {
        parts.clear();
        for (int part = 0; part < groups.size(); part++) {
            for (int node : groups.get(part)) {
                parts.put(node, part + 1);
            }
        }
    }

    void cut(int from, int to) {
        cut.add(link(from, to));
    }

    void mend(int from, int to) {
        cut.remove(link(from, to));
    }

    void heal() {
        parts.clear();
        cut.clear();
    }

    private static long link(int from, int to) {
        return (long) from << 32 | to;
    }
}
