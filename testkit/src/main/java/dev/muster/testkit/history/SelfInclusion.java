package dev.muster.testkit.history;

import dev.muster.api.View;

/** Checks V1: a member is in every view it installs. */
public final class SelfInclusion implements Promise {

    /** Create the check. */
    public SelfInclusion() {}

    @Override
    public String id() {
        return "V1";
    }

    @Override
    public String says() {
        return "a member is in every view it installs";
    }

    @Override
    public void check(History history, Violations violations) {
        for (LifeHistory life : history.lives()) {
            for (View view : life.views()) {
                if (!view.contains(life.address())) {
                    violations.add(life + " installed " + view + " without being in it", life);
                }
            }
        }
    }
}
