package dev.muster.protocols.membership;

import dev.muster.api.Address;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What is to change at the next view. Bounded: one entry per newcomer or leaver, each of which repeats its wish.
 */
final class Changes {

    /** Newcomers kept at once; those beyond repeat their wish. */
    static final int MAX_NEWCOMERS = 10_000;

    private final Standing standing;
    private final Map<Address, Peer> newcomers = new LinkedHashMap<>();
    private final Set<Address> leavers = new LinkedHashSet<>();
    private final Set<Address> excluded = new LinkedHashSet<>();
    private List<Roster> others = List.of();
    private boolean owed;

    Changes(Standing standing) {
        this.standing = standing;
    }

    /** Somebody wants to come in; true if that is news. */
    boolean join(Peer newcomer) {
        if (newcomers.size() >= MAX_NEWCOMERS) {
            return false;
        }
        excluded.remove(newcomer.address());
        return newcomers.put(newcomer.address(), newcomer) == null;
    }

    /** Somebody wants to leave. */
    void leave(Address leaver) {
        leavers.add(leaver);
    }

    boolean leaves(Address member) {
        return leavers.contains(member);
    }

    /** Other views are to be merged with this member's. */
    void merge(List<Roster> rosters) {
        others = List.copyOf(rosters);
    }

    /** The merge has not come about; merging will ask again. */
    void mergeLater() {
        others = List.of();
    }

    /** A round has to be held though nothing changes: somebody missed a view, is stuck, or wants the state. */
    void owe() {
        owed = true;
    }

    /** Leave somebody out until the next view. */
    void exclude(Address member) {
        excluded.add(member);
    }

    boolean isExcluded(Address member) {
        return excluded.contains(member);
    }

    /** A newcomer has other plans. */
    void forget(Address newcomer) {
        newcomers.remove(newcomer);
    }

    boolean isAny() {
        return owed || !newcomers.isEmpty() || !leavers.isEmpty() || !others.isEmpty() || !standing.out().isEmpty();
    }

    /** Tell whether anything is here that needs no collecting: waiting for company would only prolong a pause. */
    boolean isUrgent() {
        return !standing.out().isEmpty() || !others.isEmpty();
    }

    /**
     * Invite those who are not in the proposer's view. Newcomers wait while views are merged: in a merge view everybody
     * comes from some view.
     */
    void inviteOthers(Round round, Roster own) {
        for (Roster other : others) {
            for (Peer peer : other.peers()) {
                if (!own.contains(peer.address()) && !excluded.contains(peer.address())) {
                    round.invite(peer, other, false);
                }
            }
        }
        if (others.isEmpty()) {
            newcomers.values().stream().filter(peer -> !own.contains(peer.address()))
                    .forEach(peer -> round.invite(peer, null, leavers.contains(peer.address())));
        }
    }

    /** A round is over: drop what it has brought about. */
    void settle(Roster now) {
        newcomers.keySet().removeIf(now::contains);
        leavers.removeIf(member -> !now.contains(member) && !newcomers.containsKey(member));
        excluded.clear();
        others = new ArrayList<>();
        owed = false;
    }
}
