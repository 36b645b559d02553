package dev.muster.api;

import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

/**
 * A member's access to one group.
 *
 * <p>All methods may be called by any thread. The order of two sends by one thread to the same destination is the order
 * in which every receiver gets them. A message is copied before {@code send} returns; the array is the caller's again, unless it
 * was given away with {@link Flag#NO_COPY}.
 *
 * <p>Sending is asynchronous: return means accepted, not delivered. Accepted group messages are delivered by every
 * member that stays in the sender's view, or the sender itself has left or died. Messages accepted while the view changes go
 * into the next view. If receivers can't keep up, {@link #send} waits, {@link #trySend} refuses and {@link #sendAsync}
 * completes later. A delivery thread is never made to wait: it gets a {@link BackPressureException} when even the
 * reserve kept for it is used up.
 */
public interface Channel extends AutoCloseable {

    /**
     * Set who receives messages and views; before connecting.
     *
     * @param receiver the receiver
     * @return this
     */
    Channel receiver(Receiver receiver);

    /**
     * Set how state is given and taken; before connecting.
     *
     * @param handler the handler
     * @return this
     */
    Channel stateHandler(StateHandler handler);

    /**
     * Add a listener.
     *
     * @param listener told of changes from now on
     * @return this
     */
    Channel listener(ChannelListener listener);

    /**
     * Join a group, or found it if nobody is there. Returns when the first view is installed.
     *
     * @param cluster name of the group
     * @return this
     * @throws MusterException if the group can't be joined; the message says why and what to do
     */
    Channel connect(String cluster);

    /**
     * Join a group and fetch its state, cut at the view in which this member appears. Returns when the state is set
     * (or at once as the founder).
     *
     * @param cluster name of the group
     * @return this
     * @throws StateTransferException if nobody could give the state, or it could not be taken; the channel is connected all
     *     the same. Messages may be missing until {@link #fetchState} succeeds, so use it only to fetch again or to leave.
     */
    Channel connectWithState(String cluster);

    /**
     * Join a group and fetch its state from a certain member: one that has little else to do, say. If that member dies in
     * the middle, another goes on.
     *
     * @param cluster name of the group
     * @param from logical name of the member, or its id; empty for whoever can
     * @return this
     * @throws StateTransferException as {@link #connectWithState(String)}, and if no other member is called so
     */
    Channel connectWithState(String cluster, String from);

    /**
     * Join a group without waiting.
     *
     * @param cluster name of the group
     * @param withState fetch the state as well, cut at the first view
     * @return completes when the first view is installed and the state is set, or with a {@link MusterException}
     */
    CompletableFuture<Void> connectAsync(String cluster, boolean withState);

    /**
     * Leave the group without waiting.
     *
     * @return completes when the others know, or with a {@link MusterException} if they could not be told in time
     */
    CompletableFuture<Void> disconnectAsync();

    /**
     * Fetch the state again from the most senior member that has it, cut at a new view.
     *
     * @return completes when the state is set, or with a {@link StateTransferException}; then messages may be missing until
     *     fetching succeeds
     */
    CompletableFuture<Void> fetchState();

    /**
     * Fetch the state again from a certain member, cut at a new view. If that member dies in the middle, another goes on.
     *
     * @param from another member of the view
     * @return as {@link #fetchState()}; completes with a {@link StateTransferException} at once if there is no such member
     */
    CompletableFuture<Void> fetchState(Address from);

    /**
     * Send a message; waits while the stack can't take it.
     *
     * @param message the message
     * @throws NotConnectedException if the channel is not connected
     * @throws MessageTooLargeException if the stack can't carry a payload of that size
     * @throws BackPressureException on a delivery thread, if the reserve is used up; or if the waiting was interrupted
     *     (the interrupt status stays set, the channel is unharmed, the message was not sent)
     */
    void send(Message message);

    /**
     * Send part of an array without allocating anything; as {@link #send(Message)}.
     *
     * @param destination the receiver, null for the whole group
     * @param payload holds the bytes
     * @param offset first byte
     * @param length number of bytes
     */
    void send(Address destination, byte[] payload, int offset, int length);

    /**
     * Send to every member of the group, this one included.
     *
     * @param payload the bytes
     */
    default void send(byte[] payload) {
        send(null, payload, 0, payload.length);
    }

    /**
     * Send to one member.
     *
     * @param destination the receiver
     * @param payload the bytes
     */
    default void send(Address destination, byte[] payload) {
        send(java.util.Objects.requireNonNull(destination, "destination"), payload, 0, payload.length);
    }

    /**
     * Send to some members, one by one in the order given.
     *
     * @param destinations the receivers
     * @param payload the bytes
     * @param flags wishes about the sending
     */
    default void send(Collection<Address> destinations, byte[] payload, Flag... flags) {
        for (Address destination : destinations) {
            send(Message.to(destination, payload, flags));
        }
    }

    /**
     * Send an object.
     *
     * @param <T> its type
     * @param destination the receiver, null for the whole group
     * @param value the object
     * @param codec encodes it, on this thread
     */
    default <T> void send(Address destination, T value, PayloadCodec<T> codec) {
        byte[] payload = codec.encode(value);
        send(destination, payload, 0, payload.length);
    }

    /**
     * Send a message if the stack can take it now; never waits.
     *
     * @param message the message
     * @return false if it was not taken
     */
    boolean trySend(Message message);

    /**
     * Send a message when the stack can take it; never waits. Messages sent this way by one thread keep their order.
     * The payload must stay unchanged until completion.
     *
     * @param message the message
     * @return completes when it was accepted
     */
    CompletableFuture<Void> sendAsync(Message message);

    /**
     * Wait for an answer that some message brings: as {@link CompletableFuture#get(long, java.util.concurrent.TimeUnit)}, but
     * sooner. Instead of sleeping the calling thread does the work of the channel meanwhile if nobody else does; so when calls
     * follow one another closely, and an {@link InlineReceiver} completes the answer, no thread has to be woken for it. Between two
     * such calls nothing is read for up to a millisecond.
     *
     * @param <T> type of the answer
     * @param answer completed by a receiver of this channel, or by anybody else
     * @param limit how long to wait at most
     * @return the answer
     * @throws InterruptedException if the calling thread is interrupted while it waits; the channel is unharmed
     * @throws ExecutionException if the answer was completed with a failure
     * @throws TimeoutException if there was no answer in time
     * @throws NotConnectedException if there is no answer yet and the channel is not connected
     * @throws IllegalStateException in a callback, which must not wait
     */
    <T> T await(CompletableFuture<T> answer, Duration limit)
            throws InterruptedException, ExecutionException, TimeoutException;

    /**
     * Leave the group: the others are told, and everything accepted so far is sent first.
     *
     * @throws MusterException if the group could not be told in time; the channel is disconnected all the same
     */
    void disconnect();

    /** Leave the group if in one and release everything. Calling it again does nothing. */
    @Override
    void close();

    /**
     * This member's address in its current life.
     *
     * @return the address; null before the first connect
     */
    Address address();

    /**
     * The current view.
     *
     * @return the view last handed to the receiver; null while there is none
     */
    View view();

    /**
     * Where the channel stands.
     *
     * @return the state
     */
    ChannelState state();

    /**
     * Name of the group.
     *
     * @return the name, null before the first connect
     */
    String cluster();

    /**
     * The effective stack, one line per protocol with all settings that differ from nothing: the same for a stack built
     * in code and one read from XML.
     *
     * @return several lines of text
     */
    String describe();

    /**
     * Counters of every protocol, named {@code PROTOCOL.counter}, in the order of the stack. Some tell how much is in memory
     * now ({@code waiting_packets}, {@code kept_bytes}); while the stack is busy these may be as old as the last call.
     *
     * @return a snapshot
     */
    java.util.Map<String, Long> counters();

    /**
     * Look at this member as a whole: what it has, what is queued, and what a message that does not come through waits for.
     * Changes nothing.
     *
     * @return completes soon, on the stack's own thread: let nothing slow hang on it, and don't wait for it in a callback.
     *     Completes with a {@link NotConnectedException} while the channel is in no life
     */
    CompletableFuture<Diagnosis> diagnose();

    /**
     * Longest time {@link #connect} may take before it fails.
     *
     * @param limit positive; 30 s unless told otherwise
     * @return this
     */
    Channel connectTimeout(Duration limit);
}
