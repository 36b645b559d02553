package dev.muster.testkit.history;

import dev.muster.api.MergeView;
import dev.muster.api.View;
import dev.muster.api.ViewId;
import java.util.HashMap;
import java.util.Map;

/** Checks D6: a view that joins members of several views says who came from where. */
public final class MergeComposition implements Promise {

    /** Create the check. */
    public MergeComposition() {}

    @Override
    public String id() {
        return "D6";
    }

    @Override
    public String says() {
        return "a view that joins members of several views says who came from where";
    }

    /** The view that a life came from. */
    record Origin(ViewId from, LifeHistory life) {}

    @Override
    public void check(History history, Violations violations) {
        Map<ViewId, Origin> origins = new HashMap<>();
        for (LifeHistory life : history.lives()) {
            for (int index = 1; index < life.views().size(); index++) {
                checkStep(life, index, origins, violations);
            }
        }
    }

    /** How a life came to a view that is not its first. */
    static void checkStep(LifeHistory life, int index, Map<ViewId, Origin> origins, Violations violations) {
        View view = life.views().get(index);
        ViewId from = life.views().get(index - 1).id();
        if (view instanceof MergeView merge) {
            checkSubgroup(life, merge, from, violations);
        } else {
            checkSameOrigin(life, view, from, origins, violations);
        }
    }

    private static void checkSubgroup(LifeHistory life, MergeView view, ViewId from, Violations violations) {
        long right = view.subgroups().stream().filter(group -> group.from().equals(from)
                && group.members().contains(life.address())).count();
        long any = view.subgroups().stream().filter(group -> group.members().contains(life.address())).count();
        if (right != 1 || any != 1) {
            violations.add(life + " came from " + from + " to " + view + ", whose subgroups say otherwise", life);
        }
    }

    private static void checkSameOrigin(LifeHistory life, View view, ViewId from, Map<ViewId, Origin> origins,
            Violations violations) {
        Origin other = origins.putIfAbsent(view.id(), new Origin(from, life));
        if (other != null && !other.from.equals(from)) {
            violations.add(view + " is no merge view, but " + life + " came from " + from + " and " + other.life
                    + " from " + other.from, life, other.life);
        }
    }
}
