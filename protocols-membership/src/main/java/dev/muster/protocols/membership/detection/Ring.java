package dev.muster.protocols.membership.detection;

import dev.muster.api.Address;
import dev.muster.api.View;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The members of a view in a circle, in which each watches the one to its right; and, as long as there are reasons to skip
 * that one, the next.
 */
final class Ring {

    private final Address self;
    private final Set<Address> skipped = new LinkedHashSet<>();
    private View view;

    Ring(Address self) {
        this.self = self;
    }

    /** Another view; there may still be reasons to skip those who were skipped before. */
    void install(View next) {
        view = next;
        skipped.removeIf(member -> !next.contains(member));
    }

    /** Null before the first. */
    View view() {
        return view;
    }

    boolean contains(Address member) {
        return view != null && view.contains(member);
    }

    void skip(Address member) {
        skipped.add(member);
    }

    boolean skips(Address member) {
        return !skipped.isEmpty() && skipped.contains(member);
    }

    void readmit(Address member) {
        skipped.remove(member);
    }

    void readmitAll() {
        skipped.clear();
    }

    List<Address> skipped() {
        return List.copyOf(skipped);
    }

    /** The nearest member to the right that there is no reason to skip; null if there is none. */
    Address neighbour() {
        int rank = view == null ? -1 : view.rankOf(self);
        if (rank < 0) {
            return null;
        }
        for (int step = 1; step < view.size(); step++) {
            Address member = view.members().get((rank + step) % view.size());
            if (!skipped.contains(member)) {
                return member;
            }
        }
        return null;
    }
}
