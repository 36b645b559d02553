package dev.muster.testkit.history;

import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/** Checks D2: no message is delivered twice. */
public final class AtMostOnce implements Promise {

    /** Create the check. */
    public AtMostOnce() {}

    @Override
    public String id() {
        return "D2";
    }

    @Override
    public String says() {
        return "no message is delivered twice";
    }

    @Override
    public void check(History history, Violations violations) {
        for (LifeHistory life : history.lives()) {
            Map<Integer, BitSet> seen = new HashMap<>();
            for (int index = 0; index < life.position(); index++) {
                long entry = life.entry(index);
                if (entry >= 0) {
                    BitSet numbers = seen.computeIfAbsent(MessageId.life(entry), unused -> new BitSet());
                    if (numbers.get(MessageId.number(entry))) {
                        violations.add(life + " was given " + MessageId.text(entry) + " twice", life);
                    }
                    numbers.set(MessageId.number(entry));
                }
            }
        }
    }
}
