package dev.muster.protocols.reliability;

import dev.muster.spi.Context;
import dev.muster.spi.Counter;
import dev.muster.spi.Packet;

/**
 * Takes in packets to this member: hands up what is next of each peer's present connection, keeps what is ahead, and drops
 * what has come before. What strangers may leave waiting here is bounded in bytes, all together, and in time.
 */
final class Arrivals {

    /** What strangers may leave behind gaps and in unfinished parts, together; beyond, they have to send in order. */
    private static final long STRANGERS_BYTES = 32L << 20;

    private final Context context;
    private final int timer;
    private final Peers peers;
    private final Deliveries deliveries;
    private final Acknowledgements acknowledgements;
    private final Counter duplicates;
    private final Counter refused;
    private final Counter stale;
    private boolean forgetting;

    Arrivals(Context context, int timer, Peers peers, Deliveries deliveries, Acknowledgements acknowledgements) {
        this.context = context;
        this.timer = timer;
        this.peers = peers;
        this.deliveries = deliveries;
        this.acknowledgements = acknowledgements;
        duplicates = context.counter("duplicates");
        refused = context.counter("refused_of_strangers");
        stale = context.counter("dropped_old_connection");
    }

    /** A packet has come; what can be handed up is left to {@link Deliveries#passUp}. */
    void take(Peer peer, Packet packet, UnicastHeader header) {
        if (!isCurrent(peer, header)) {
            return;
        }
        ReceiveConnection in = peer.in;
        in.heardAt = context.nowNanos();
        if (in.keeps(header) && !peers.isMember(peer) && peers.bytesOfStrangers() + packet.length() > STRANGERS_BYTES) {
            refused.increment();
            return;
        }
        if (in.offer(header.sequence(), packet)) {
            Packet ahead = in.outOfBand(header.sequence(), header);
            if (ahead != null) {
                deliveries.add(ahead);
            }
            for (Packet next = in.next(); next != null; next = in.next()) {
                deliveries.add(next);
            }
        } else {
            duplicates.increment();
        }
        if (in.waiting() > 0) {
            forgetAfter(Resends.FORGET);
        }
        acknowledgements.owe(peer, packet.length());
    }

    /** Sort out which connection a packet is of; true if it is of the present one, perhaps opened just now. */
    private boolean isCurrent(Peer peer, UnicastHeader header) {
        long present = peer.in == null ? 0 : peer.in.number();
        if (header.connection() < present) {
            stale.increment();
            return false;
        }
        boolean opens = header.connection() > present;
        if (header.acknowledged() > (opens ? 0 : peer.in.delivered())) {
            // acknowledged before this side forgot the connection, wholly or until its beginning came again: it is sent no more
            context.passDown(peer.control(UnicastHeader.reset(header.connection())));
            return false;
        }
        if (opens) {
            peer.in = new ReceiveConnection(header.connection());
        }
        return true;
    }

    private void forgetAfter(long nanos) {
        if (!forgetting) {
            forgetting = true;
            context.setTimer(timer, nanos);
        }
    }

    /** The timer has run out. */
    void forgetTheSilent() {
        forgetting = false;
        long left = peers.forgetTheSilent(context.nowNanos(), Resends.FORGET);
        if (left != SendConnection.NEVER) {
            forgetAfter(left);
        }
    }
}
