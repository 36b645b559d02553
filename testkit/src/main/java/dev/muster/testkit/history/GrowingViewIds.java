package dev.muster.testkit.history;

import dev.muster.api.View;
import dev.muster.api.ViewId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Checks V2: view ids grow strictly at each member, and are unique. */
public final class GrowingViewIds implements Promise {

    /** Create the check. */
    public GrowingViewIds() {}

    @Override
    public String id() {
        return "V2";
    }

    @Override
    public String says() {
        return "view ids grow strictly at each member, and are unique";
    }

    @Override
    public void check(History history, Violations violations) {
        Map<ViewId, View> known = new HashMap<>();
        for (LifeHistory life : history.lives()) {
            checkGrowth(life, violations);
            for (View view : life.views()) {
                View same = known.putIfAbsent(view.id(), view);
                if (same != null && same != view && !same.members().equals(view.members())) {
                    violations.add("two views are called " + view.id() + ": " + same + " and, at " + life + ", " + view,
                            life);
                }
            }
        }
    }

    private static void checkGrowth(LifeHistory life, Violations violations) {
        List<View> views = life.views();
        for (int index = 1; index < views.size(); index++) {
            if (views.get(index).id().counter() <= views.get(index - 1).id().counter()) {
                violations.add(life + " installed " + views.get(index).id() + " after " + views.get(index - 1).id(), life);
            }
        }
    }
}
