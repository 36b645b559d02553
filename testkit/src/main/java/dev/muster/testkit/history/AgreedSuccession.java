package dev.muster.testkit.history;

import dev.muster.api.View;
import dev.muster.api.ViewId;
import java.util.LinkedHashMap;
import java.util.Map;

/** Checks V3: two members that leave a view for views with each other in them leave it for the same view. */
public final class AgreedSuccession implements Promise {

    /** Create the check. */
    public AgreedSuccession() {}

    @Override
    public String id() {
        return "V3";
    }

    @Override
    public String says() {
        return "two members that leave a view for views with each other in them leave it for the same view";
    }

    @Override
    public void check(History history, Violations violations) {
        Map<ViewId, Map<View, LifeHistory>> successors = new LinkedHashMap<>();
        for (LifeHistory life : history.lives()) {
            for (int index = 0; index + 1 < life.views().size(); index++) {
                Map<View, LifeHistory> others = successors.computeIfAbsent(life.views().get(index).id(),
                        unused -> new LinkedHashMap<>());
                View next = life.views().get(index + 1);
                others.forEach((view, other) -> compare(life, next, other, view, violations));
                others.putIfAbsent(next, life);
            }
        }
    }

    private static void compare(LifeHistory one, View next, LifeHistory other, View otherNext, Violations violations) {
        if (!next.equals(otherNext) && next.contains(other.address()) && otherNext.contains(one.address())) {
            violations.add(one + " went on to " + next + ", but " + other + " from the same view to " + otherNext,
                    one, other);
        }
    }
}
