package dev.muster.testkit.history;

import java.util.Arrays;
import java.util.BitSet;

/** Messages, as bits for each sender. */
final class MessageSet {

    private BitSet[] numbers = {};

    /** Add a message; tells whether it was not there before. */
    boolean add(long message) {
        BitSet ofSender = of(MessageId.life(message));
        int number = MessageId.number(message);
        boolean isNew = !ofSender.get(number);
        ofSender.set(number);
        return isNew;
    }

    private BitSet of(int life) {
        if (life >= numbers.length) {
            numbers = Arrays.copyOf(numbers, Math.max(life + 1, 2 * numbers.length));
        }
        if (numbers[life] == null) {
            numbers[life] = new BitSet();
        }
        return numbers[life];
    }
}
