package dev.muster.protocols.reliability;

import dev.muster.spi.Packet;

/** This member's own group packets in one view, kept until everybody has them. */
final class SendWindow {

    /** Less than what receivers take in, so that nothing that is sent is too far ahead for them. */
    private static final int BOUND = 1 << 16;

    private final PacketRing ring = new PacketRing(1 << 17);
    private long highest;
    private long stable;

    PacketRing ring() {
        return ring;
    }

    /** The highest sequence number given to a packet. */
    long highest() {
        return highest;
    }

    /** Keep a packet under the next sequence number. */
    void keep(Packet packet) {
        highest++;
        ring.put(highest, packet);
    }

    /** How many packets are perhaps not with everybody. */
    long unstable() {
        return highest - stable;
    }

    /** Whether no more packets may be sent until some are stable. */
    boolean isFull() {
        return highest - stable >= BOUND;
    }

    /** Whether everybody has everything. */
    boolean isStable() {
        return stable >= highest;
    }

    /** Learn what everybody has; a number of packets are kept all the same. */
    void stable(long sequence, int lag) {
        stable = Math.max(stable, Math.min(sequence, highest));
        ring.freeTo(stable - lag);
    }
}
