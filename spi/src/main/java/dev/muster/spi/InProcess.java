package dev.muster.spi;

import java.io.IOException;
import java.net.InetSocketAddress;

/**
 * Carries packets between stacks of one process, without sockets and without turning them into bytes. Addresses look like
 * those of sockets but belong to this network alone.
 *
 * <p>For the owner of the stack only.
 */
@FunctionalInterface
public interface InProcess {

    /**
     * Take an address.
     *
     * @param local where; port 0 for any
     * @param receiver told of packets, as calls of its own stack
     * @return the port
     * @throws IOException if the address is taken; the message names it
     */
    Port open(InetSocketAddress local, Receiver receiver) throws IOException;

    /** An address that was taken. */
    interface Port {
        /**
         * Hand a packet to another port. It is told soon, never within this call; packets to one port keep their order.
         *
         * @param packet stamped with source and cluster; both sides share it
         * @param remote the receiver
         * @return false if nobody has taken that address
         */
        boolean send(Packet packet, InetSocketAddress remote);

        /**
         * The address.
         *
         * @return with the actual port
         */
        InetSocketAddress local();

        /** Give the address back. Packets under way are lost. */
        void close();
    }

    /** Told of packets. */
    @FunctionalInterface
    interface Receiver {
        /**
         * Packets have come.
         *
         * @param batch in order; each with the sender's address as {@link Packet#physical}
         */
        void received(PacketBatch batch);
    }
}
