package dev.muster.api;

/**
 * Messages of one sender, in order, lent to {@link Receiver#receive(MessageBatch)}.
 *
 * <p>A cursor over the receive buffer: nothing is copied and nothing allocated. The buffer belongs to the stack and is
 * valid only until the callback returns; copy what you keep. Used by one thread.
 *
 * <pre>{@code
 * while (batch.next()) {
 *     sum += decode(batch.buffer(), batch.offset(), batch.length());
 * }
 * }</pre>
 */
public interface MessageBatch {

    /**
     * Move to the next message.
     *
     * @return false if there is none
     */
    boolean next();

    /**
     * The sender of all messages of the batch.
     *
     * @return its address
     */
    Address source();

    /**
     * The destination of all messages of the batch.
     *
     * @return null for the whole group, else the receiver's own address
     */
    Address destination();

    /**
     * The flags of all messages of the batch.
     *
     * @return bits of {@link Flag}
     */
    int flagBits();

    /**
     * The array that holds the current message.
     *
     * @return the array; never write to it
     */
    byte[] buffer();

    /**
     * Where the current message starts in {@link #buffer()}.
     *
     * @return an index
     */
    int offset();

    /**
     * Length of the current message.
     *
     * @return bytes, 0 or more
     */
    int length();

    /**
     * Get the current message with bytes of its own: a copy, or of a message that came in pieces the first time the array in
     * which they were put together, so that it is in memory once. Who writes to that writes to {@link #buffer()}.
     *
     * @return a new message
     */
    Message message();
}
