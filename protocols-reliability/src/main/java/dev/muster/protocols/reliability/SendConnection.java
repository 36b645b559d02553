package dev.muster.protocols.reliability;

import dev.muster.spi.Packet;

/** What is on its way to one peer: everything that it has not acknowledged. */
final class SendConnection {

    /** Nothing is due. */
    static final long NEVER = Long.MAX_VALUE;

    private static final int BOUND = 1 << 24;

    private final long number;
    private final PacketRing ring = new PacketRing(BOUND);
    private long highest;
    private long acknowledged;
    private long hurriedTo;
    private long hurriedAt;

    /** When to send the oldest again. */
    long resendAt = NEVER;
    /** How often the oldest has been sent again. */
    int tries;
    /** When the peer was last known to be there, or the first packet was sent. */
    long heardAt;

    private long sentInVain;
    private boolean heard = true;
    private boolean silent;

    SendConnection(long number) {
        this.number = number;
    }

    long number() {
        return number;
    }

    long highest() {
        return highest;
    }

    long acknowledged() {
        return acknowledged;
    }

    /** Whether the peer is not known to know this connection. */
    boolean isOpening() {
        return acknowledged == 0;
    }

    /** Whether everything before a sequence number is acknowledged. */
    boolean isOldest(long sequence) {
        return sequence == acknowledged + 1;
    }

    boolean isIdle() {
        return acknowledged == highest;
    }

    /** Keep a packet whose header carries the next sequence number. */
    void keep(Packet packet) {
        highest++;
        ring.put(highest, packet);
    }

    Packet get(long sequence) {
        return ring.get(sequence);
    }

    /** Learn that everything up to a sequence number has arrived; false if that is no news or can't be. */
    boolean acknowledge(long sequence) {
        if (sequence <= acknowledged || sequence > highest) {
            return false;
        }
        acknowledged = sequence;
        ring.freeTo(sequence);
        return true;
    }

    /** Whether a missing packet is to be sent again before its time; not twice within a while. */
    boolean hurry(long sequence, long now, long quiet) {
        if (sequence <= hurriedTo && now - hurriedAt < quiet) {
            return false;
        }
        hurriedTo = sequence;
        hurriedAt = now;
        return true;
    }

    /** The oldest was sent again after a wait. */
    void resent() {
        tries++;
        sentInVain = highest;
        silent = !heard;
        heard = false;
    }

    /** The highest sequence number that was there when the oldest was sent again. */
    long sentInVain() {
        return tries == 0 ? acknowledged : sentInVain;
    }

    /** The peer is heard; true if it was not between the last two times that the oldest was sent again, nor since. */
    boolean isHeardAgain() {
        boolean again = silent && !heard;
        heard = true;
        return again;
    }

    /** How many packets are not acknowledged. */
    long unacknowledged() {
        return highest - acknowledged;
    }

    long bytes() {
        return ring.bytes();
    }

    /** Whether application data are on their way. */
    boolean hasData() {
        for (long sequence = acknowledged + 1; sequence <= highest; sequence++) {
            if (ring.get(sequence).has(Packet.DATA)) {
                return true;
            }
        }
        return false;
    }
}
