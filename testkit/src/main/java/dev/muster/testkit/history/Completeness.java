package dev.muster.testkit.history;

import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Checks L1: what a living member has sent is delivered by all who share its last view. */
public final class Completeness implements Promise {

    /** Create the check. */
    public Completeness() {}

    @Override
    public String id() {
        return "L1";
    }

    @Override
    public String says() {
        return "what a living member has sent is delivered by all who share its last view";
    }

    @Override
    public void check(History history, Violations violations) {
        if (!history.isSettled()) {
            return;
        }
        List<LifeHistory> running = history.running().stream().filter(life -> life.lastView() != null).toList();
        Map<LifeHistory, Map<Integer, BitSet>> delivered = new HashMap<>();
        running.forEach(life -> delivered.put(life, inLastView(life)));
        for (LifeHistory sender : running) {
            for (LifeHistory receiver : running) {
                if (receiver.lastView().equals(sender.lastView())) {
                    checkGroup(sender, receiver, delivered, violations);
                    checkUnicasts(history, sender, receiver, delivered, violations);
                }
            }
        }
    }

    private static Map<Integer, BitSet> inLastView(LifeHistory life) {
        Map<Integer, BitSet> numbers = new HashMap<>();
        for (int at = life.viewPosition(life.views().size() - 1) + 1; at < life.position(); at++) {
            long entry = life.entry(at);
            numbers.computeIfAbsent(MessageId.life(entry), unused -> new BitSet()).set(MessageId.number(entry));
        }
        return numbers;
    }

    /** What the sender itself delivered, every receiver has to. */
    private static void checkGroup(LifeHistory sender, LifeHistory receiver,
            Map<LifeHistory, Map<Integer, BitSet>> delivered, Violations violations) {
        BitSet own = delivered.get(sender).getOrDefault(sender.id(), new BitSet());
        BitSet there = delivered.get(receiver).getOrDefault(sender.id(), new BitSet());
        for (int number = own.nextSetBit(0); number >= 0; number = own.nextSetBit(number + 1)) {
            if (sender.sentToGroup(number) && !there.get(number)) {
                violations.add(receiver + " never got " + MessageId.text(MessageId.of(sender.id(), number))
                        + " in " + sender.lastView().id(), receiver, sender);
            }
        }
    }

    /** What was sent while both were in their last view already has to arrive. */
    private static void checkUnicasts(History history, LifeHistory sender, LifeHistory receiver,
            Map<LifeHistory, Map<Integer, BitSet>> delivered, Violations violations) {
        long from = Math.max(lastViewNanos(sender), lastViewNanos(receiver));
        BitSet there = delivered.get(receiver).getOrDefault(sender.id(), new BitSet());
        for (int number = sender.sentCount() - 1; number >= 0 && sender.sentNanos(number) >= from; number--) {
            if (!sender.sentToGroup(number) && sender.receiverOf(number) == receiver.id()
                    && sender.sentNanos(number) <= history.lastSendNanos() && !there.get(number)) {
                violations.add(receiver + " never got the unicast " + MessageId.text(MessageId.of(sender.id(), number))
                        + " sent at " + sender.sentNanos(number) / 1_000_000 + " ms", receiver, sender);
            }
        }
    }

    private static long lastViewNanos(LifeHistory life) {
        return life.nanos(life.viewPosition(life.views().size() - 1));
    }
}
