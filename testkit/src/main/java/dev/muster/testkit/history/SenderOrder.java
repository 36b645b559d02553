package dev.muster.testkit.history;

/** Checks O1: messages of one sender are delivered in the order sent, without gaps within a view. */
public final class SenderOrder implements Promise {

    /** Create the check. */
    public SenderOrder() {}

    @Override
    public String id() {
        return "O1";
    }

    @Override
    public String says() {
        return "messages of one sender are delivered in the order sent, without gaps within a view";
    }

    @Override
    public void check(History history, Violations violations) {
        for (LifeHistory life : history.lives()) {
            checkGroup(history, life, violations);
            checkUnicasts(history, life, violations);
        }
    }

    private static void checkGroup(History history, LifeHistory life, Violations violations) {
        LastPlaces last = new LastPlaces();
        LastPlaces lastInView = new LastPlaces();
        for (int view = 0; view < life.views().size(); view++) {
            lastInView.clear();
            for (int at = life.viewPosition(view) + 1; at < life.viewEnd(view); at++) {
                long entry = life.entry(at);
                int place = place(history, entry);
                if (place < 0 || !LifeHistory.isGroupMessage(entry)) {
                    continue;
                }
                int before = last.put(MessageId.life(entry), place);
                int beforeInView = lastInView.put(MessageId.life(entry), place);
                if (place <= before || beforeInView >= 0 && place != beforeInView + 1) {
                    violations.add(life + " was given " + MessageId.text(entry) + ", number " + place
                            + " of its sender, after number " + before, life);
                }
            }
        }
    }

    private static void checkUnicasts(History history, LifeHistory life, Violations violations) {
        LastPlaces last = new LastPlaces();
        for (int at = 0; at < life.position(); at++) {
            long entry = life.entry(at);
            if (entry >= 0 && !LifeHistory.isGroupMessage(entry) && place(history, entry) >= 0) {
                int place = place(history, entry);
                int before = last.put(MessageId.life(entry), place);
                if (place <= before) {
                    violations.add(life + " was given " + MessageId.text(entry) + ", number " + place
                            + " from its sender to it, after number " + before, life);
                }
            }
        }
    }

    private static int place(History history, long entry) {
        if (entry < 0 || MessageId.life(entry) >= history.lives().size()) {
            return -1;
        }
        LifeHistory sender = history.lives().get(MessageId.life(entry));
        int number = MessageId.number(entry);
        return number < sender.sentCount() ? sender.placeInStream(number) : -1;
    }
}
