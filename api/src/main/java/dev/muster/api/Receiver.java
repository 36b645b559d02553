package dev.muster.api;

/**
 * What an application does with messages and views.
 *
 * <p>Order: messages of one sender come in the order they were sent, one at a time; messages of different senders may
 * come side by side on different threads. A view is a barrier: everything delivered in the old view has been handed
 * over before {@link #viewAccepted} is called, and nothing of the new view before it returns.
 *
 * <p>A slow receiver slows its senders down and harms nobody else. A receiver may send; if the stack can't take more it
 * gets a {@link BackPressureException} rather than being blocked for ever. An exception thrown here is logged, counted
 * and told to {@link ChannelListener#callbackFailed}; delivery goes on with the next message.
 */
public interface Receiver {

    /**
     * Take one message.
     *
     * @param message owns its bytes
     */
    void receive(Message message);

    /**
     * Take several messages of one sender without copying them. The default hands them to {@link #receive(Message)}
     * one by one.
     *
     * @param batch valid until this method returns
     */
    default void receive(MessageBatch batch) {
        while (batch.next()) {
            receive(batch.message());
        }
    }

    /**
     * Learn of a new view.
     *
     * @param view the view just installed; a {@link MergeView} after a partition
     */
    default void viewAccepted(View view) {}
}
