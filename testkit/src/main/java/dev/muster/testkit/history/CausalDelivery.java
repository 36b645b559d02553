package dev.muster.testkit.history;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Checks O2: within a view a group message is delivered after everything that its sender had been given in that view before
 * it sent it. Kept by stacks with {@code CAUSAL} or {@code SEQUENCER}, so not among those that are always checked.
 */
public final class CausalDelivery implements Promise {

    /** Create the check. */
    public CausalDelivery() {}

    @Override
    public String id() {
        return "O2";
    }

    @Override
    public String says() {
        return "within a view a group message is delivered after all that its sender had been given before it sent it";
    }

    @Override
    public void check(History history, Violations violations) {
        for (LifeHistory life : history.lives()) {
            for (int view = 0; view < life.views().size(); view++) {
                checkView(history, life, view, violations);
            }
        }
    }

    private static void checkView(History history, LifeHistory life, int view, Violations violations) {
        Set<Long> delivered = new HashSet<>();
        Map<Integer, Integer> seen = new HashMap<>();
        for (int at = life.viewPosition(view) + 1; at < life.viewEnd(view); at++) {
            long entry = life.entry(at);
            if (history.hasPlace(entry)) {
                checkCauses(history, life, view, entry, delivered, seen, violations);
                delivered.add(entry);
            }
        }
    }

    /** What was looked at for an earlier message of the same sender need not be looked at again. */
    private static void checkCauses(History history, LifeHistory life, int view, long message, Set<Long> delivered,
            Map<Integer, Integer> seen, Violations violations) {
        LifeHistory sender = history.lives().get(MessageId.life(message));
        int there = sender.views().indexOf(life.views().get(view));
        if (there < 0) {
            return;
        }
        int until = Math.min(sender.viewEnd(there), sender.sentPosition(MessageId.number(message)));
        int at = seen.getOrDefault(sender.id(), sender.viewPosition(there) + 1);
        for (; at < until; at++) {
            long cause = sender.entry(at);
            if (history.hasPlace(cause) && !delivered.contains(cause)) {
                violations.add(life + " was given " + MessageId.text(message) + " in " + life.views().get(view).id()
                        + " without " + MessageId.text(cause) + ", which " + sender + " had been given before it sent it",
                        life, sender);
            }
        }
        seen.put(sender.id(), at);
    }
}
