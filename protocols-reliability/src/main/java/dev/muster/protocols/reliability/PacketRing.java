package dev.muster.protocols.reliability;

import dev.muster.spi.Packet;

/**
 * Packets by sequence number: a ring that grows to a bound, so that finding one is an array access and nothing is boxed.
 *
 * <p>What is in it is {@linkplain Packet#keep kept}, and released when it is forgotten; with a ring that is given up whole, memory of
 * packets is left to the garbage collector.
 *
 * <p>Holds any of the sequence numbers from {@link #first} on; lower ones are gone for good. Each kept packet can carry
 * one mark.
 */
final class PacketRing {

    private static final int INITIAL = 16;
    private static final Packet[] NONE = {};

    private final int bound;
    private Packet[] slots = NONE;
    private boolean[] marks;
    private long first = 1;
    private int kept;
    private long bytes;

    /**
     * Create an empty ring that begins with sequence number 1.
     *
     * @param bound most sequence numbers it ever spans, a power of two
     */
    PacketRing(int bound) {
        this.bound = bound;
    }

    /** The lowest sequence number that may be held. */
    long first() {
        return first;
    }

    /** Whether a sequence number lies within the bound; lower ones than {@link #first} don't. */
    boolean accepts(long sequence) {
        return sequence >= first && sequence - first < bound;
    }

    /** The packet with a sequence number, or null. */
    Packet get(long sequence) {
        return sequence < first || sequence - first >= slots.length ? null : slots[index(sequence)];
    }

    /** Keep a packet. The sequence number must be one that the ring accepts. */
    void put(long sequence, Packet packet) {
        if (sequence - first >= slots.length) {
            grow(sequence);
        }
        count(slots[index(sequence)], -1);
        count(packet, 1);
        slots[index(sequence)] = packet;
    }

    private void count(Packet packet, int sign) {
        if (packet != null) {
            kept += sign;
            bytes += (long) sign * packet.length();
            if (sign > 0) {
                packet.keep();
            } else {
                packet.release();
            }
        }
    }

    /** Number of packets kept. */
    int kept() {
        return kept;
    }

    /** Their payload in bytes. */
    long bytes() {
        return bytes;
    }

    /** Mark a kept packet. */
    void mark(long sequence) {
        marks[index(sequence)] = true;
    }

    /** Whether a kept packet is marked. */
    boolean isMarked(long sequence) {
        return sequence >= first && sequence - first < slots.length && marks[index(sequence)];
    }

    /** Forget all packets up to a sequence number, that one included. */
    void freeTo(long sequence) {
        long end = Math.min(sequence, first + slots.length - 1);
        for (long gone = first; gone <= end; gone++) {
            count(slots[index(gone)], -1);
            slots[index(gone)] = null;
            marks[index(gone)] = false;
        }
        first = Math.max(first, sequence + 1);
    }

    private void grow(long sequence) {
        int size = Math.max(INITIAL, slots.length);
        while (sequence - first >= size) {
            size *= 2;
        }
        Packet[] oldSlots = slots;
        boolean[] oldMarks = marks;
        slots = new Packet[size];
        marks = new boolean[size];
        for (long kept = first; kept < first + oldSlots.length; kept++) {
            int old = (int) kept & oldSlots.length - 1;
            slots[index(kept)] = oldSlots[old];
            marks[index(kept)] = oldMarks[old];
        }
    }

    private int index(long sequence) {
        return (int) sequence & slots.length - 1;
    }
}
