package dev.muster.protocols.discovery;

import dev.muster.api.Address;
import dev.muster.api.View;
import dev.muster.spi.Context;
import dev.muster.spi.Packet;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Whom a {@link Discovery} asks, and how: a list of hosts, everybody in a multicast group, whoever a router knows. Called by
 * the owner of the stack only.
 */
interface Contacts {

    /**
     * Get ready: resolve names, open sockets.
     *
     * @param context to act with; timers with numbers below 0 are free
     * @param arrived takes questions and answers that came by sockets of its own
     */
    void start(Context context, Consumer<Packet> arrived);

    /**
     * Learn how to say that nobody answers any more for one of the {@link #hosts}. Called before {@link #start}.
     *
     * @param report takes such a host
     */
    default void whenNobodyIsAt(Consumer<InetSocketAddress> report) {}

    /** Close what was opened. */
    default void stop() {}

    /**
     * Whom a search asks that begins now.
     *
     * @return addresses of single members or of groups, in the order to be asked; none if nobody can be asked
     */
    List<InetSocketAddress> hosts();

    /**
     * Tell whether this member may found the group. Who may not waits for those who may.
     *
     * @param local where this member is reached
     * @return true if all members may
     */
    default boolean mayFound(InetSocketAddress local) {
        return true;
    }

    /**
     * Send a question.
     *
     * @param question to the physical address of one of the {@link #hosts}, or of a member that was named
     */
    void ask(Packet question);

    /**
     * Somebody was heard of.
     *
     * @param physical where it is reached
     */
    default void heardOf(InetSocketAddress physical) {}

    /**
     * A question was answered.
     *
     * @param member by whom
     */
    default void answeredBy(Address member) {}

    /**
     * The transport is ready.
     *
     * @param local where this member is reached
     */
    default void reachableAt(InetSocketAddress local) {}

    /** The transport goes through routers and registers this member there. Told before {@link #reachableAt}. */
    default void transportRegisters() {}

    /**
     * The transport multicasts.
     *
     * @param group reaches everybody
     */
    default void multicastReady(InetSocketAddress group) {}

    /**
     * There is a new view.
     *
     * @param view the view
     * @param known where its members are reached, as far as that is known
     */
    default void viewInstalled(View view, Map<Address, InetSocketAddress> known) {}

    /**
     * One of its own timers has run out.
     *
     * @param id below 0
     */
    default void timer(int id) {}
}
