package dev.muster.spi;

import dev.muster.api.Address;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * Everything a protocol may touch. Use it only from within a call of the stack.
 *
 * <p>Actions are carried out after the call that asked for them has returned, in the order asked.
 */
public interface Context {

    /**
     * This member's address in its current life.
     *
     * @return the address
     */
    Address self();

    /**
     * Name of the group.
     *
     * @return the name
     */
    String cluster();

    /**
     * The time, read once per turn. Monotonic; its zero means nothing.
     *
     * @return nanoseconds
     */
    long nowNanos();

    /**
     * Randomness of this protocol's own; seeded, so that a simulation repeats.
     *
     * @return the generator
     */
    RandomGenerator random();

    /**
     * Hand a packet to the layer above.
     *
     * @param packet the packet
     */
    void passUp(Packet packet);

    /**
     * Hand several packets to the layer above.
     *
     * @param batch the packets, in order
     */
    void passUp(PacketBatch batch);

    /**
     * Hand a packet to the layer below. Source and cluster are filled in on the way.
     *
     * @param packet the packet
     */
    void passDown(Packet packet);

    /**
     * Tell the layers above, nearest first, and at last the channel.
     *
     * @param event the event
     */
    void emitUp(Event event);

    /**
     * Tell the layers below, nearest first.
     *
     * @param event the event
     */
    void emitDown(Event event);

    /**
     * Tell all other layers: first those below, then those above.
     *
     * @param event the event
     */
    default void emit(Event event) {
        emitDown(event);
        emitUp(event);
    }

    /**
     * Ask for {@link Protocol#timer}, once. Replaces a pending timer of this layer with the same id.
     *
     * @param id any small number of the protocol's choice
     * @param delayNanos from now; 0 or less: after everything that is already waiting
     */
    void setTimer(int id, long delayNanos);

    /**
     * Forget a pending timer; nothing happens if there is none.
     *
     * @param id the timer
     */
    void cancelTimer(int id);

    /**
     * Sockets, real or simulated. Only transports and the few discoverers and detectors with sockets of their own need
     * it.
     *
     * @return the network; its callbacks are calls of this stack like any other
     */
    Network network();

    /**
     * Turns packets into bytes and back.
     *
     * @return the codec of this stack
     */
    PacketCodec codec();

    /**
     * A counter of this layer, shown by {@code Channel.counters()} and the tools.
     *
     * @param name what is counted, in snake_case
     * @return the same object for the same name
     */
    Counter counter(String name);

    /**
     * A figure of this layer that need not be kept up to date, such as how many packets wait: it is asked for when somebody
     * reads the counters, among which it is shown. Asked by the stack's owner between two calls, so it may look at everything
     * that the protocol has; it must change nothing.
     *
     * <p>Two names say the same in every layer: {@code waiting_packets} are those kept until something happens (an
     * acknowledgement, credit, a gap closing), of which there are none in a group that has been quiet for a while; {@code
     * kept_bytes} is the payload of all packets in memory.
     *
     * @param name what is told, in snake_case
     * @param value tells it
     */
    default void gauge(String name, LongSupplier value) {
        // nobody reads the counters of this context
    }

    /**
     * Tell whether members run stacks that understand one another: a hash over names and header ids of all layers.
     *
     * @return equal for equal stacks
     */
    StackFingerprint fingerprint();

    /**
     * One object for what several members of this process know alike, such as the view that all of them are in, so that it is
     * kept once. Members of a process that runs one of them need not, and get back what they gave.
     *
     * @param value immutable, with equals and hashCode that look at all of it
     * @param <T> its type
     * @return an equal value that another stack of the same owner has given before, else this one; nothing may depend on which
     */
    default <T> T shared(T value) {
        return value;
    }
}
