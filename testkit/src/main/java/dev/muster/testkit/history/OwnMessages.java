package dev.muster.testkit.history;

import java.util.BitSet;

/** Checks D3: a sender that lives on delivers its own messages. */
public final class OwnMessages implements Promise {

    /** Create the check. */
    public OwnMessages() {}

    @Override
    public String id() {
        return "D3";
    }

    @Override
    public String says() {
        return "a sender that lives on delivers its own messages";
    }

    @Override
    public void check(History history, Violations violations) {
        if (!history.isSettled()) {
            return;
        }
        for (LifeHistory life : history.running()) {
            BitSet own = inStates(life);
            for (int index = 0; index < life.position(); index++) {
                long entry = life.entry(index);
                if (LifeHistory.isGroupMessage(entry) && MessageId.life(entry) == life.id()) {
                    own.set(MessageId.number(entry));
                }
            }
            for (int number = 0; number < life.sentCount(); number++) {
                if (life.sentToGroup(number) && life.sentNanos(number) <= history.lastSendNanos() && !own.get(number)
                        && !(life.hasIncompleteViews() && life.states().isEmpty())) {
                    violations.add(life + " never got its own message " + number + " sent at "
                            + life.sentNanos(number) / 1_000_000 + " ms", life);
                }
            }
        }
    }

    /** What it had sent before its state was cut is there. */
    private static BitSet inStates(LifeHistory life) {
        BitSet own = new BitSet();
        for (LifeHistory.StateTaken state : life.states()) {
            for (long message : state.messages()) {
                if (MessageId.life(message) == life.id()) {
                    own.set(MessageId.number(message));
                }
            }
        }
        return own;
    }
}
