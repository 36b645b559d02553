package dev.muster.spi;

import dev.muster.api.Wait;
import java.util.List;

/**
 * One layer of a stack: a state machine.
 *
 * <p>Threads: one stack is run by one thread at a time, with everything a former owner wrote visible to the next. A
 * protocol needs no lock. Each call runs to completion before the next begins; what a call asks of the
 * {@link Context} happens after it has returned, in the order asked. So a protocol is never entered again from
 * within its own call.
 *
 * <p>An exception thrown by a protocol is logged and counted against its layer; the packet or event that caused it is
 * dropped.
 */
public interface Protocol {

    /**
     * Begin a life. Called once, bottom layer first, before anything else.
     *
     * @param context the way to act; keep it
     */
    void start(Context context);

    /** End the life: close what was opened. Called once, top layer first. */
    default void stop() {}

    /**
     * Take a packet on its way from the network to the application. The default passes it on.
     *
     * @param packet immutable
     */
    void up(Packet packet);

    /**
     * Take several packets that came together, in order. Override where doing them together is cheaper.
     *
     * @param batch valid also after the call
     */
    default void up(PacketBatch batch) {
        for (Packet packet : batch) {
            up(packet);
        }
    }

    /**
     * Take a packet on its way from the application to the network.
     *
     * @param packet immutable
     */
    void down(Packet packet);

    /**
     * A timer has run out.
     *
     * @param id as given to {@link Context#setTimer}
     */
    default void timer(int id) {}

    /**
     * Learn of an event that another layer emitted. Events travel layer by layer from their emitter to the top, to the
     * bottom, or both.
     *
     * @param event the event
     * @return what travels on: the event itself, another in its place, or null to keep it from the layers beyond
     */
    default Event event(Event event) {
        return event;
    }

    /**
     * Tell what this layer waits for, so that a person who asks why a message does not come through gets an answer. Called
     * by the stack's owner between two calls, when somebody asks; looks, and changes nothing.
     *
     * @return what is overdue rather than merely under way, the longest first or in the order of members; usually nothing
     */
    default List<Wait> waits() {
        return List.of();
    }

    /**
     * Whether this layer says {@link Packet#keep} of every packet of application data that it holds beyond the call in which it
     * got it; one that holds none may say so, too. Memory of packets that pass a layer which does not say so is never used again,
     * so who writes a layer need not know of this. Asked once.
     *
     * @return false unless it takes that on
     */
    default boolean tellsWhatItKeeps() {
        return false;
    }

    /**
     * State what this layer and those below can carry. Called after {@link #start}, bottom layer first.
     *
     * @param below limits of the layers below; for a transport {@link Limits#NONE}
     * @return limits for the layers above
     */
    default Limits limits(Limits below) {
        return below;
    }
}
