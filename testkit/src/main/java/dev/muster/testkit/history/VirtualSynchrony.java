package dev.muster.testkit.history;

import dev.muster.api.ViewId;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Checks D5: members that go from one view to the next together delivered the same messages in the former. A view in which a
 * member only waited for a state does not count: what it has of that view is in the state, and M2 looks at that.
 */
public final class VirtualSynchrony implements Promise {

    /** Create the check. */
    public VirtualSynchrony() {}

    @Override
    public String id() {
        return "D5";
    }

    @Override
    public String says() {
        return "members that go from one view to the next together delivered the same messages in the former";
    }

    /** From a view to the next. */
    record Step(ViewId from, ViewId to) {}

    /** What a life delivered in one of its views. */
    record Delivered(LifeHistory life, int view, long sum, int count) {
        boolean isSame(Delivered other) {
            return sum == other.sum && count == other.count;
        }
    }

    @Override
    public void check(History history, Violations violations) {
        Map<Step, Delivered> known = new HashMap<>();
        for (LifeHistory life : history.lives()) {
            for (int view = 0; view + 1 < life.views().size(); view++) {
                if (life.isIncomplete(view)) {
                    continue;
                }
                Delivered here = delivered(life, view);
                Delivered there = known.putIfAbsent(new Step(life.views().get(view).id(),
                        life.views().get(view + 1).id()), here);
                if (there != null && !there.isSame(here)) {
                    violations.add(difference(here, there), life, there.life);
                }
            }
        }
    }

    /** A sum of well mixed ids: equal sets have equal sums, others practically never. */
    static Delivered delivered(LifeHistory life, int view) {
        long sum = 0;
        int count = 0;
        for (int at = life.viewPosition(view) + 1; at < life.viewEnd(view); at++) {
            long entry = life.entry(at);
            if (LifeHistory.isGroupMessage(entry)) {
                long mixed = (entry + 1) * 0x9E3779B97F4A7C15L;
                sum += (mixed ^ mixed >>> 32) * 0xBF58476D1CE4E5B9L;
                count++;
            }
        }
        return new Delivered(life, view, sum, count);
    }

    static String difference(Delivered here, Delivered there) {
        Set<Long> only = messages(here);
        only.removeAll(messages(there));
        Set<Long> missing = messages(there);
        missing.removeAll(messages(here));
        return here.life + " and " + there.life + " went from " + here.life.views().get(here.view).id() + " to "
                + here.life.views().get(here.view + 1).id() + ", but only the first delivered " + texts(only)
                + " and only the second " + texts(missing);
    }

    private static Set<Long> messages(Delivered delivered) {
        Set<Long> messages = new TreeSet<>();
        for (int at = delivered.life.viewPosition(delivered.view) + 1; at < delivered.life.viewEnd(delivered.view); at++) {
            if (LifeHistory.isGroupMessage(delivered.life.entry(at))) {
                messages.add(delivered.life.entry(at));
            }
        }
        return messages;
    }

    private static String texts(Set<Long> messages) {
        return messages.stream().limit(12).map(MessageId::text).toList() + (messages.size() > 12 ? " and more" : "");
    }
}
