package dev.muster.protocols.membership;

import dev.muster.api.Address;
import dev.muster.api.MergeView;
import dev.muster.api.View;
import dev.muster.api.ViewId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The promises V1, V2, V3, D5, D6 over everything that happened in a {@link Bus}, and V5 at its end. */
final class BusChecks {

    private BusChecks() {}

    static void safety(Bus bus) {
        Map<ViewId, List<Address>> members = new HashMap<>();
        for (BusNode node : bus.nodes) {
            View last = null;
            for (View view : node.views) {
                check(bus, view.contains(node.self()), "V1: " + node + " is not in its view " + view);
                check(bus, last == null || last.id().counter() < view.id().counter(),
                        "V2: at " + node + " " + view + " follows " + last);
                List<Address> known = members.putIfAbsent(view.id(), view.members());
                check(bus, known == null || known.equals(view.members()), "V2: " + view + " is also " + known);
                last = view;
            }
        }
        for (BusNode one : bus.nodes) {
            for (BusNode other : bus.nodes) {
                if (one.number < other.number) {
                    pair(bus, one, other);
                }
            }
        }
        bus.nodes.forEach(node -> subgroups(bus, node));
    }

    private static void pair(Bus bus, BusNode one, BusNode other) {
        for (int i = 0; i + 1 < one.views.size(); i++) {
            View common = one.views.get(i);
            int j = other.viewIds().indexOf(common.id());
            if (j < 0 || j + 1 >= other.views.size()) {
                continue;
            }
            View next = one.views.get(i + 1);
            View otherNext = other.views.get(j + 1);
            boolean together = next.contains(other.self()) && otherNext.contains(one.self());
            check(bus, !together || next.equals(otherNext), "V3: from " + common + " " + one + " goes to " + next + ", "
                    + other + " to " + otherNext);
            if (next.equals(otherNext)) {
                Set<String> here = new HashSet<>(one.multicast.delivered.get(common.id()));
                Set<String> there = new HashSet<>(other.multicast.delivered.get(common.id()));
                check(bus, here.equals(there), "D5: in " + common + " " + one + " delivered " + here + ", " + other + " "
                        + there);
            }
        }
    }

    private static void subgroups(Bus bus, BusNode node) {
        for (int i = 1; i < node.views.size(); i++) {
            if (node.views.get(i) instanceof MergeView merged) {
                ViewId from = node.views.get(i - 1).id();
                check(bus, merged.subgroups().stream().anyMatch(group -> group.from().equals(from)
                        && group.members().contains(node.self())), "D6: " + node + " came from " + from + " to " + merged);
            }
        }
    }

    /** All that live and are connected have one view with exactly them, and none is stopped. */
    static void oneView(Bus bus) {
        Set<Address> living = new HashSet<>();
        bus.living().forEach(node -> living.add(node.self()));
        for (BusNode node : bus.living()) {
            check(bus, node.view != null && new HashSet<>(node.view.members()).equals(living)
                    && node.view.equals(bus.living().get(0).view), "V5: living are " + living + ", " + node + " has "
                    + node.view);
            check(bus, !node.multicast.isFlushing(), "V5: " + node + " is still stopped");
        }
    }

    private static void check(Bus bus, boolean holds, String problem) {
        if (!holds) {
            throw new AssertionError(problem + "\n" + String.join("\n", bus.story));
        }
    }
}
