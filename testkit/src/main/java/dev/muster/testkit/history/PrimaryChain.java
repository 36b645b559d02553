package dev.muster.testkit.history;

import dev.muster.api.View;
import dev.muster.api.ViewId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Checks V4: the views that members found to be primary form one chain, in which each shares a majority with the one before.
 * So there are never two of which neither knows the other. Kept by stacks with {@code PRIMARY_PARTITION}, so not among those
 * that are always checked.
 */
public final class PrimaryChain implements Promise {

    /** Create the check. */
    public PrimaryChain() {}

    @Override
    public String id() {
        return "V4";
    }

    @Override
    public String says() {
        return "each primary view shares a majority with the one before";
    }

    @Override
    public void check(History history, Violations violations) {
        Map<View, LifeHistory> finders = new LinkedHashMap<>();
        for (LifeHistory life : history.lives()) {
            life.primaryViews().forEach(view -> finders.putIfAbsent(view, life));
        }
        TreeMap<ViewId, View> chain = new TreeMap<>();
        finders.keySet().forEach(view -> chain.put(view.id(), view));
        View before = null;
        for (View view : chain.values()) {
            if (before != null && 2 * before.members().stream().filter(view::contains).count() <= before.size()) {
                violations.add("primary view " + view + " of " + finders.get(view) + " has no majority of primary view "
                        + before + " of " + finders.get(before), finders.get(view), finders.get(before));
            }
            before = view;
        }
    }
}
