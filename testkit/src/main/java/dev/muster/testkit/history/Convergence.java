package dev.muster.testkit.history;

import dev.muster.api.Address;
import dev.muster.api.View;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Checks V5: when faults have ceased, all members that live have one and the same view after the stated time. */
public final class Convergence implements Promise {

    /** Create the check. */
    public Convergence() {}

    @Override
    public String id() {
        return "V5";
    }

    @Override
    public String says() {
        return "when faults have ceased, all members that live have one and the same view after the stated time";
    }

    @Override
    public void check(History history, Violations violations) {
        if (history.isSettled()) {
            checkNow(history, violations);
        }
    }

    /** Look at the members as they are now. */
    static void checkNow(History history, Violations violations) {
        List<LifeHistory> running = history.running();
        if (running.isEmpty()) {
            return;
        }
        Set<Address> expected = new HashSet<>();
        running.forEach(life -> expected.add(life.address()));
        View first = running.get(0).lastView();
        for (LifeHistory life : running) {
            View last = life.lastView();
            if (last == null) {
                violations.add(life + " never installed a view", life);
            } else if (!Set.copyOf(last.members()).equals(expected)) {
                violations.add(life + " ends in " + last + ", expected were exactly " + running, life);
            } else if (!last.equals(first)) {
                violations.add(life + " ends in " + last + ", " + running.get(0) + " in " + first, life, running.get(0));
            }
        }
    }
}
