package dev.muster.cli.perf;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;
import java.util.function.LongConsumer;

/**
 * Counts what arrives at a member and looks at its order.
 *
 * <p>Every message begins with a word of eight bytes, big endian:
 * <pre>
 *  63      62..60   59..48    47..0
 * +-------+--------+---------+--------------------------------------------+
 * | other | kind   | sender  | number among the sender's messages, from 1 |
 * +-------+--------+---------+--------------------------------------------+
 * </pre>
 * {@code other} is set for what is not counted: the last mark of a sender, whose number is the count of all it sent, and
 * what goes there and back.
 *
 * <p>Words of one sender are taken one at a time; those of different senders side by side.
 */
public final class Inbox {

    /** Least size of a message. */
    public static final int LEAST_BYTES = Long.BYTES;

    /** A sender's last. */
    public static final int LAST = 0;
    /** To be sent back. */
    public static final int PING = 1;
    /** What was sent back. */
    public static final int PONG = 2;

    private static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final int SENDER = 48;
    private static final int KIND = 60;
    private static final long NUMBERS = (1L << SENDER) - 1;
    private static final int SENDERS = 0xFFF;
    private static final long LEAST_SLEEP_NANOS = 1_000_000;

    /**
     * What arrived between {@link #prepare} and the last mark of the last sender.
     *
     * @param delivered messages
     * @param lost messages that never came
     * @param outOfOrder messages that came too early, too late or twice
     * @param longestGapNanos the longest time between two messages of one sender; 0 unless that is watched
     */
    public record Tally(long delivered, long lost, long outOfOrder, long longestGapNanos) {

        private static final Tally NOTHING = new Tally(0, 0, 0, 0);

        private Tally plus(Sender sender) {
            return new Tally(delivered + sender.delivered, lost + Math.max(0, sender.sent - sender.delivered),
                    outOfOrder + sender.outOfOrder, Math.max(longestGapNanos, sender.longestGap));
        }
    }

    /** One sender. */
    private static final class Sender {
        private final boolean watched;
        private final long nanosPerMessage;
        private long delivered;
        private long expected = 1;
        private long outOfOrder;
        private long lastTaken;
        private long longestGap;
        private long debt;
        /** Guarded by the inbox: whoever sees all of them sees all that came before them. */
        private long sent = -1;

        Sender(boolean watched, long nanosPerMessage) {
            this.watched = watched;
            this.nanosPerMessage = nanosPerMessage;
        }

        void take(long number) {
            delivered++;
            if (number != expected) {
                outOfOrder++;
            }
            expected = number + 1;
            if (watched) {
                watch();
            }
            if (nanosPerMessage > 0) {
                dawdle();
            }
        }

        private void watch() {
            long now = System.nanoTime();
            if (lastTaken != 0) {
                longestGap = Math.max(longestGap, now - lastTaken);
            }
            lastTaken = now;
        }

        /** Sleep once it is worth it: a thread can't sleep for microseconds. */
        private void dawdle() {
            debt += nanosPerMessage;
            if (debt > LEAST_SLEEP_NANOS) {
                long before = System.nanoTime();
                LockSupport.parkNanos(debt);
                debt -= System.nanoTime() - before;
            }
        }
    }

    private final Runnable done;
    private final LongConsumer others;
    private final IntConsumer views;
    private volatile boolean watched;
    private volatile long nanosPerMessage;
    private volatile Sender[] senders = {};
    private volatile int expectedSenders;
    private Tally tally = Tally.NOTHING;

    /**
     * Make one.
     *
     * @param done called once when the last sender has come to its end
     * @param others given the words of what goes there and back
     * @param views given the number of members of every view
     */
    public Inbox(Runnable done, LongConsumer others, IntConsumer views) {
        this.done = done;
        this.others = others;
        this.views = views;
    }

    /**
     * The word that a counted message begins with.
     *
     * @param sender number of the member
     * @param number from 1
     * @return never negative
     */
    public static long word(int sender, long number) {
        return (long) sender << SENDER | number;
    }

    /**
     * The word of what is not counted.
     *
     * @param kind one of the constants
     * @param sender number of the member
     * @param number of the message, or the count of all that were sent
     * @return always negative
     */
    public static long other(int kind, int sender, long number) {
        return Long.MIN_VALUE | (long) kind << KIND | word(sender, number);
    }

    /**
     * The kind of what is not counted.
     *
     * @param word a negative one
     * @return one of the constants
     */
    public static int kind(long word) {
        return (int) (word >>> KIND) & 7;
    }

    /**
     * Who sent a message.
     *
     * @param word it begins with
     * @return number of the member
     */
    public static int sender(long word) {
        return (int) (word >>> SENDER) & SENDERS;
    }

    /**
     * Its number.
     *
     * @param word the message begins with
     * @return from 1
     */
    public static long number(long word) {
        return word & NUMBERS;
    }

    /**
     * Begin a message.
     *
     * @param payload of at least {@link #LEAST_BYTES}
     * @param word to begin with
     */
    public static void write(byte[] payload, long word) {
        WORD.set(payload, 0, word);
    }

    /**
     * Make an answer of a question.
     *
     * @param payload that came to be sent back
     * @param self number of the member that sends it back
     */
    public static void answer(byte[] payload, int self) {
        write(payload, other(PONG, self, number((long) WORD.get(payload, 0))));
    }

    /**
     * Whether a message is the last one of its sender for now: whoever gathers messages sends all it has.
     *
     * @param payload of a message that was begun by {@link #write}
     * @return true for all that is not counted
     */
    public static boolean isLast(byte[] payload) {
        return payload[0] < 0;
    }

    /** From the next {@link #prepare} on look for the longest gap between messages, which costs a look at the clock for each. */
    public void watch() {
        watched = true;
    }

    /**
     * From the next {@link #prepare} on take longer.
     *
     * @param nanos for each message, on average
     */
    public void dawdle(long nanos) {
        nanosPerMessage = nanos;
    }

    /**
     * Learn that the group has changed; for systems that know their members.
     *
     * @param members how many there are now
     */
    public void view(int members) {
        views.accept(members);
    }

    /**
     * Forget everything; nothing may be under way.
     *
     * @param members of the group
     * @param sending how many of them come to an end here
     */
    public synchronized void prepare(int members, int sending) {
        Sender[] fresh = new Sender[members];
        for (int member = 0; member < members; member++) {
            fresh[member] = new Sender(watched, nanosPerMessage);
        }
        expectedSenders = sending;
        senders = fresh;
        tally = Tally.NOTHING;
    }

    /**
     * Take a message.
     *
     * @param buffer that holds it
     * @param offset of its first byte
     */
    public void take(byte[] buffer, int offset) {
        take((long) WORD.get(buffer, offset));
    }

    /**
     * Take a message.
     *
     * @param word it begins with
     */
    public void take(long word) {
        if (word >= 0) {
            senders[sender(word)].take(number(word));
        } else if (kind(word) == LAST) {
            finish(sender(word), number(word));
        } else {
            others.accept(word);
        }
    }

    /**
     * What came of it.
     *
     * @return what was there when the last sender had come to its end
     */
    public synchronized Tally tally() {
        return tally;
    }

    private void finish(int sender, long sent) {
        if (counted(sender, sent)) {
            done.run();
        }
    }

    private synchronized boolean counted(int finished, long sent) {
        senders[finished].sent = sent;
        int ended = 0;
        tally = Tally.NOTHING;
        for (Sender sender : senders) {
            ended += sender.sent >= 0 ? 1 : 0;
            tally = tally.plus(sender);
        }
        return ended == expectedSenders;
    }
}
