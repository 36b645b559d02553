package dev.muster.testkit.history;

import dev.muster.api.View;
import java.util.HashMap;
import java.util.Map;

/** Checks D4: a message is delivered in the same view by everybody who delivers it. */
public final class SameViewDelivery implements Promise {

    /** Create the check. */
    public SameViewDelivery() {}

    @Override
    public String id() {
        return "D4";
    }

    @Override
    public String says() {
        return "a message is delivered in the same view by everybody who delivers it";
    }

    private record Place(View view, LifeHistory life) {}

    @Override
    public void check(History history, Violations violations) {
        Map<Integer, Place[]> places = new HashMap<>();
        for (LifeHistory life : history.lives()) {
            for (int view = 0; view < life.views().size(); view++) {
                checkView(history, life, view, places, violations);
            }
        }
    }

    private static void checkView(History history, LifeHistory life, int index, Map<Integer, Place[]> places,
            Violations violations) {
        Place here = new Place(life.views().get(index), life);
        for (int at = life.viewPosition(index) + 1; at < life.viewEnd(index); at++) {
            long entry = life.entry(at);
            int sender = MessageId.life(entry);
            if (!LifeHistory.isGroupMessage(entry) || sender >= history.lives().size()) {
                continue;
            }
            Place[] known = places.computeIfAbsent(sender,
                    unused -> new Place[history.lives().get(sender).sentCount()]);
            int number = MessageId.number(entry);
            if (number < known.length && known[number] == null) {
                known[number] = here;
            } else if (number < known.length && !known[number].view.equals(here.view)) {
                violations.add(MessageId.text(entry) + " was delivered in " + here.view.id() + " by " + life + ", in "
                        + known[number].view.id() + " by " + known[number].life, life, known[number].life);
            }
        }
    }
}
