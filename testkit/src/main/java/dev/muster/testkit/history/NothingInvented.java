package dev.muster.testkit.history;

/** Checks D1: nothing is delivered that was not sent, or to anybody else. */
public final class NothingInvented implements Promise {

    /** Create the check. */
    public NothingInvented() {}

    @Override
    public String id() {
        return "D1";
    }

    @Override
    public String says() {
        return "nothing is delivered that was not sent, or to anybody else";
    }

    @Override
    public void check(History history, Violations violations) {
        for (LifeHistory life : history.lives()) {
            life.corruptions().forEach(what -> violations.add(life + ": " + what, life));
            for (int index = 0; index < life.position(); index++) {
                if (life.entry(index) >= 0) {
                    checkOne(history, life, life.entry(index), violations);
                }
            }
        }
    }

    private static void checkOne(History history, LifeHistory life, long entry, Violations violations) {
        int sender = MessageId.life(entry);
        int number = MessageId.number(entry);
        if (sender >= history.lives().size() || number < 0 || number >= history.lives().get(sender).sentCount()) {
            violations.add(life + " was given " + MessageId.text(entry) + ", which nobody sent", life);
            return;
        }
        LifeHistory source = history.lives().get(sender);
        boolean toGroup = LifeHistory.isGroupMessage(entry);
        if (source.sentToGroup(number) != toGroup || !toGroup && source.receiverOf(number) != life.id()) {
            violations.add(life + " was given " + MessageId.text(entry) + ", which was sent to "
                    + (source.sentToGroup(number) ? "the group" : "life " + source.receiverOf(number)), life, source);
        }
    }
}
