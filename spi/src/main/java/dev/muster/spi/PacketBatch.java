package dev.muster.spi;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** Packets that travel together, in order. Filled by one layer, then not changed any more. */
public final class PacketBatch implements Iterable<Packet> {

    private final List<Packet> packets;

    /**
     * Create an empty batch.
     *
     * @param capacity expected number of packets
     */
    public PacketBatch(int capacity) {
        packets = new ArrayList<>(capacity);
    }

    /**
     * Append a packet.
     *
     * @param packet the packet
     */
    public void add(Packet packet) {
        packets.add(packet);
    }

    /**
     * Number of packets.
     *
     * @return 0 or more
     */
    public int size() {
        return packets.size();
    }

    /**
     * Tell whether there is none.
     *
     * @return true if so
     */
    public boolean isEmpty() {
        return packets.isEmpty();
    }

    /**
     * A packet by position.
     *
     * @param index from 0
     * @return the packet
     */
    public Packet get(int index) {
        return packets.get(index);
    }

    /**
     * Tell whether any packet carries a header of a type: most batches hold none for a given layer, and are passed on whole.
     *
     * @param type type of the header
     * @return true if one does
     */
    public boolean hasHeader(Class<? extends Header> type) {
        for (int i = 0; i < packets.size(); i++) {
            if (packets.get(i).header(type) != null) {
                return true;
            }
        }
        return false;
    }

    /**
     * Tell whether every packet has some flags.
     *
     * @param bits the flags
     * @return true if so
     */
    public boolean areAll(int bits) {
        for (int i = 0; i < packets.size(); i++) {
            if (!packets.get(i).has(bits)) {
                return false;
            }
        }
        return true;
    }

    /** Say {@link Packet#keep} of each. */
    public void keep() {
        for (int i = 0; i < packets.size(); i++) {
            packets.get(i).keep();
        }
    }

    /** Say {@link Packet#release} of each. */
    public void release() {
        for (int i = 0; i < packets.size(); i++) {
            packets.get(i).release();
        }
    }

    @Override
    public Iterator<Packet> iterator() {
        return packets.iterator();
    }
}
