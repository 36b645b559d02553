package dev.muster.testkit.history;

/**
 * Identity of a message of a test: the life of its sender, and a number that grows with each message of that life. As one
 * long, so that long histories stay small.
 */
public final class MessageId {

    private static final int NUMBER_BITS = 32;
    static final long UNICAST = 1L << 62;

    private MessageId() {}

    /**
     * Put an id together.
     *
     * @param life number of the sender's life, below 2²⁸
     * @param number from 0
     * @return the id
     */
    public static long of(int life, int number) {
        return (long) life << NUMBER_BITS | number;
    }

    /**
     * The sender.
     *
     * @param id an id
     * @return number of its life
     */
    public static int life(long id) {
        return (int) ((id & ~UNICAST) >>> NUMBER_BITS);
    }

    /**
     * The number.
     *
     * @param id an id
     * @return from 0
     */
    public static int number(long id) {
        return (int) id;
    }

    /**
     * Show an id.
     *
     * @param id an id
     * @return such as {@code 3#17}
     */
    public static String text(long id) {
        return life(id) + "#" + number(id) + ((id & UNICAST) != 0 ? " (unicast)" : "");
    }
}
