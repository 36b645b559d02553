package dev.muster.testkit.history;

import dev.muster.api.Address;
import java.util.HashMap;
import java.util.Map;

/** Checks I1: a restarted process is never taken for its previous life. */
public final class NewLifeNewIdentity implements Promise {

    /** Create the check. */
    public NewLifeNewIdentity() {}

    @Override
    public String id() {
        return "I1";
    }

    @Override
    public String says() {
        return "a restarted process is never taken for its previous life";
    }

    @Override
    public void check(History history, Violations violations) {
        Map<Address, LifeHistory> known = new HashMap<>();
        for (LifeHistory life : history.lives()) {
            LifeHistory other = life.address() == null ? null : known.putIfAbsent(life.address(), life);
            if (other != null) {
                violations.add(life + " has the address of " + other, life, other);
            }
            checkReceived(history, life, violations);
        }
    }

    /** A unicast to another life of the same process must not end up here. */
    private static void checkReceived(History history, LifeHistory life, Violations violations) {
        for (int at = 0; at < life.position(); at++) {
            long entry = life.entry(at);
            if (entry < 0 || LifeHistory.isGroupMessage(entry) || MessageId.life(entry) >= history.lives().size()) {
                continue;
            }
            LifeHistory sender = history.lives().get(MessageId.life(entry));
            int number = MessageId.number(entry);
            if (number < sender.sentCount() && !sender.sentToGroup(number) && sender.receiverOf(number) != life.id()) {
                violations.add(life + " was given " + MessageId.text(entry) + ", meant for life "
                        + sender.receiverOf(number), life, sender);
            }
        }
    }
}
