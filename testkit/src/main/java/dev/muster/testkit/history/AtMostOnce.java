package dev.muster.testkit.history;

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
            MessageSet seen = new MessageSet();
            for (int index = 0; index < life.position(); index++) {
                long entry = life.entry(index);
                if (entry >= 0 && !seen.add(entry)) {
                    violations.add(life + " was given " + MessageId.text(entry) + " twice", life);
                }
            }
        }
    }
}
