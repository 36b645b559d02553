package dev.muster.testkit.history;

import dev.muster.api.ViewId;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Checks O3: members that go from one view to the next together delivered the group messages of the former in one order, and
 * of those that still are in a view one has delivered the beginning of what the other has. Kept by stacks with {@code
 * SEQUENCER}, so not among those that are always checked.
 */
public final class AgreedOrder implements Promise {

    /** Create the check. */
    public AgreedOrder() {}

    @Override
    public String id() {
        return "O3";
    }

    @Override
    public String says() {
        return "members that stay together deliver the group messages of a view in one order";
    }

    /** A view, and the next one; null as long as there is none. */
    private record Step(ViewId from, ViewId to) {}

    private record Sequence(LifeHistory life, long[] messages) {}

    @Override
    public void check(History history, Violations violations) {
        Map<Step, Sequence> known = new HashMap<>();
        for (LifeHistory life : history.lives()) {
            int views = life.isRunning() ? life.views().size() : life.views().size() - 1;
            for (int view = 0; view < views; view++) {
                ViewId next = view + 1 < life.views().size() ? life.views().get(view + 1).id() : null;
                Step step = new Step(life.views().get(view).id(), next);
                Sequence here = new Sequence(life, sequence(history, life, view));
                Sequence there = known.get(step);
                if (there != null) {
                    compare(step, there, here, violations);
                }
                if (there == null || there.messages.length < here.messages.length) {
                    known.put(step, here);
                }
            }
        }
    }

    private static long[] sequence(History history, LifeHistory life, int view) {
        int from = life.viewPosition(view) + 1;
        long[] messages = new long[life.viewEnd(view) - from];
        int count = 0;
        for (int at = from; at < life.viewEnd(view); at++) {
            if (history.hasPlace(life.entry(at))) {
                messages[count++] = life.entry(at);
            }
        }
        return Arrays.copyOf(messages, count);
    }

    private static void compare(Step step, Sequence one, Sequence other, Violations violations) {
        int common = Math.min(one.messages.length, other.messages.length);
        int difference = Arrays.mismatch(Arrays.copyOf(one.messages, common), Arrays.copyOf(other.messages, common));
        if (difference >= 0) {
            violations.add("message " + difference + " in " + step.from + " was "
                    + MessageId.text(one.messages[difference]) + " at " + one.life + ", but "
                    + MessageId.text(other.messages[difference]) + " at " + other.life, one.life, other.life);
        } else if (step.to != null && one.messages.length != other.messages.length) {
            violations.add(one.life + " delivered " + one.messages.length + " messages in " + step.from + ", but "
                    + other.life + " " + other.messages.length, one.life, other.life);
        }
    }
}
