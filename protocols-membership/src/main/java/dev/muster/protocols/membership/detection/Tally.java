package dev.muster.protocols.membership.detection;

import dev.muster.api.Address;
import dev.muster.api.View;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Counts who accuses whom and tells who is to be suspected. At most one entry per observer and member it observes, so
 * bounded by the view.
 *
 * <p>A member is <em>condemned</em> when as many of its observers as the high watermark accuse it, at least one of them in
 * its own words: an observer that is itself accused by this member, or condemned, counts as if it did. A member with at
 * least the low watermark, but not the high one, is <em>in doubt</em>: whoever else is condemned waits for a while for
 * it, so that what goes wrong together becomes one view.
 */
final class Tally {

    private final View view;
    private final ObserverGraph graph;
    private final int low;
    private final int high;
    private final Map<Address, Map<Address, Long>> words = new LinkedHashMap<>();
    private final Map<Address, Long> doubtful = new LinkedHashMap<>();
    private final Map<Address, Long> spoke = new HashMap<>();

    Tally(View view, ObserverGraph graph, int low, int high) {
        this.view = view;
        this.graph = graph;
        this.low = low;
        this.high = high;
    }

    /** An observer says whom it accuses, and by that whom it does not. Words about members it does not observe count not. */
    void says(Address observer, List<Address> accused, long nowNanos) {
        if (view.contains(observer)) {
            spoke.put(observer, nowNanos);
        }
        for (Address member : graph.observedBy(observer)) {
            if (accused.contains(member)) {
                words.computeIfAbsent(member, unused -> new LinkedHashMap<>()).put(observer, nowNanos);
            } else if (words.containsKey(member)) {
                words.get(member).remove(observer);
            }
        }
    }

    /** Forget what was not repeated since a moment. */
    void forgetBefore(long nanos) {
        words.values().forEach(byObserver -> byObserver.values().removeIf(said -> said < nanos));
        words.values().removeIf(Map::isEmpty);
        spoke.values().removeIf(said -> said < nanos);
    }

    /** Tell whether another of its observers has spoken of late and does not accuse a member: it is not the member's fault. */
    boolean isVouchedFor(Address member, Address self) {
        Map<Address, Long> accusers = words.getOrDefault(member, Map.of());
        return graph.observersOf(member).stream().anyMatch(
                observer -> !observer.equals(self) && spoke.containsKey(observer) && !accusers.containsKey(observer));
    }

    /** How many observers of a member accuse it, those counted who can't be asked. */
    private int votes(Address member, Set<Address> gone) {
        Map<Address, Long> direct = words.getOrDefault(member, Map.of());
        if (direct.isEmpty()) {
            return 0;
        }
        int votes = 0;
        for (Address observer : graph.observersOf(member)) {
            votes += direct.containsKey(observer) || gone.contains(observer) ? 1 : 0;
        }
        return votes;
    }

    /** Tell whether as many observers as needed, and more than one, accuse a member in their own words. */
    boolean isCertain(Address member) {
        return words.getOrDefault(member, Map.of()).size() >= Math.max(2, high);
    }

    /** Tell whether hardly anybody accuses a member. */
    boolean isCleared(Address member, Set<Address> gone) {
        return votes(member, gone) < low;
    }

    /**
     * Those to be suspected now, most senior first; nobody while others are in doubt that have not been so for long.
     *
     * @param gone observers that can't be asked; those condemned are added
     * @param patience how long the doubtful are waited for, in nanoseconds
     */
    List<Address> condemned(Set<Address> gone, long nowNanos, long patience) {
        List<Address> condemned = new ArrayList<>();
        boolean more = true;
        while (more) {
            more = false;
            for (Address member : words.keySet()) {
                if (!condemned.contains(member) && votes(member, gone) >= high) {
                    condemned.add(member);
                    more |= gone.add(member);
                }
            }
        }
        boolean waits = false;
        doubtful.keySet().retainAll(words.keySet());
        for (Address member : words.keySet()) {
            int votes = votes(member, gone);
            if (votes >= low && votes < high) {
                waits |= nowNanos - doubtful.computeIfAbsent(member, unused -> nowNanos) < patience;
            } else {
                doubtful.remove(member);
            }
        }
        condemned.sort((one, other) -> Integer.compare(view.rankOf(one), view.rankOf(other)));
        return waits ? List.of() : condemned;
    }
}
