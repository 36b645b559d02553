package dev.muster.testkit.history;

import dev.muster.api.View;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Checks O4: what any member delivered while a view lasted was delivered in that view by every member of it that lived to see
 * another. Kept by stacks with {@code SAFE}, so not among those that are always checked.
 *
 * <p>What is delivered at the end of a view is promised less; it is known by being handed over at the same time as the next
 * view.
 */
public final class SafeDelivery implements Promise {

    /** Longer than an inbox takes to hand over what was delivered together, shorter than a change of view. */
    private static final long SAME_TIME_NANOS = Duration.ofMillis(5).toNanos();

    /** Create the check. */
    public SafeDelivery() {}

    @Override
    public String id() {
        return "O4";
    }

    @Override
    public String says() {
        return "what is delivered while a view lasts is delivered by all its members that live to see another";
    }

    @Override
    public void check(History history, Violations violations) {
        Map<View, Map<Long, LifeHistory>> regular = new HashMap<>();
        for (LifeHistory life : history.lives()) {
            for (int view = 0; view < life.views().size(); view++) {
                collect(history, life, view, regular.computeIfAbsent(life.views().get(view), unused -> new HashMap<>()));
            }
        }
        for (LifeHistory life : history.lives()) {
            for (int view = 0; view + 1 < life.views().size(); view++) {
                checkView(life, view, regular.get(life.views().get(view)), violations);
            }
        }
    }

    private static void collect(History history, LifeHistory life, int view, Map<Long, LifeHistory> regular) {
        long end = view + 1 < life.views().size() ? life.nanos(life.viewPosition(view + 1)) - SAME_TIME_NANOS
                : Long.MAX_VALUE;
        for (int at = life.viewPosition(view) + 1; at < life.viewEnd(view) && life.nanos(at) < end; at++) {
            if (history.hasPlace(life.entry(at))) {
                regular.putIfAbsent(life.entry(at), life);
            }
        }
    }

    private static void checkView(LifeHistory life, int view, Map<Long, LifeHistory> regular, Violations violations) {
        Set<Long> delivered = new HashSet<>();
        for (int at = life.viewPosition(view) + 1; at < life.viewEnd(view); at++) {
            delivered.add(life.entry(at));
        }
        regular.forEach((message, other) -> {
            if (!delivered.contains(message)) {
                violations.add(life + " went on from " + life.views().get(view).id() + " without "
                        + MessageId.text(message) + ", which " + other + " had delivered in it", life, other);
            }
        });
    }
}
