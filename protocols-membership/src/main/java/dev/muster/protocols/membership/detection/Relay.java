package dev.muster.protocols.membership.detection;

import dev.muster.api.Address;
import dev.muster.api.View;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/**
 * Questions on behalf of others: a member that gets no answer has some third member ask, since only the link between the
 * two may have failed (SWIM, Das, Gupta and Motivala 2002, section 3.1). Keeps who wants to know of whom until the answer
 * comes or the view changes, for a bounded number.
 */
final class Relay {

    /** Third members asked with each question. */
    static final int HELPERS = 2;
    private static final int MOST_ASKED = 1_000;
    private static final int MOST_ASKERS = 100;

    private final Map<Address, Set<Address>> askers = new LinkedHashMap<>();

    /** Third members to ask now, drawn from a view. */
    static List<Address> helpers(View view, Predicate<Address> isFit, RandomGenerator random) {
        List<Address> chosen = new ArrayList<>(HELPERS);
        for (int draws = 0; draws < 2 * HELPERS && chosen.size() < HELPERS; draws++) {
            Address drawn = view.members().get(random.nextInt(view.size()));
            if (isFit.test(drawn) && !chosen.contains(drawn)) {
                chosen.add(drawn);
            }
        }
        return chosen;
    }

    /** Remember who asked; false if there is no room. */
    boolean note(Address asked, Address asker) {
        if (!askers.containsKey(asked) && askers.size() >= MOST_ASKED) {
            return false;
        }
        Set<Address> all = askers.computeIfAbsent(asked, unused -> new LinkedHashSet<>());
        return all.size() < MOST_ASKERS && all.add(asker) || all.contains(asker);
    }

    /** Those to be told that a member has answered. */
    Set<Address> answered(Address member) {
        Set<Address> waiting = askers.remove(member);
        return waiting == null ? Set.of() : waiting;
    }

    void clear() {
        askers.clear();
    }
}
