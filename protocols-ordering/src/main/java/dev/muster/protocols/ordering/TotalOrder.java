package dev.muster.protocols.ordering;

import dev.muster.spi.Packet;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.TreeMap;

/** Packets that wait for their place, and places that wait for their packets, in one view. */
final class TotalOrder {

    private final Map<Integer, ArrayDeque<Packet>> waiting = new TreeMap<>();
    private final ArrayDeque<Run> places = new ArrayDeque<>();

    private static final class Run {
        private final int rank;
        private long left;

        Run(int rank, long packets) {
            this.rank = rank;
            this.left = packets;
        }
    }

    void received(int rank, Packet packet) {
        waiting.computeIfAbsent(rank, unused -> new ArrayDeque<>()).add(packet);
    }

    void announced(int rank, long packets) {
        places.add(new Run(rank, packets));
    }

    /** The packet whose turn it is; null if it is not there. */
    Packet next() {
        Run run = places.peek();
        Packet packet = run == null ? null : poll(run.rank);
        if (packet != null && --run.left == 0) {
            places.poll();
        }
        return packet;
    }

    /**
     * At the end of a view: the next of what is left. First what has a place, without what nobody has any more; then the
     * rest, sender by sender.
     */
    Packet nextOfRest() {
        Packet packet = next();
        while (packet == null && !places.isEmpty()) {
            places.poll();
            packet = next();
        }
        if (packet == null) {
            for (ArrayDeque<Packet> packets : waiting.values()) {
                if (!packets.isEmpty()) {
                    return packets.poll();
                }
            }
        }
        return packet;
    }

    private Packet poll(int rank) {
        ArrayDeque<Packet> packets = waiting.get(rank);
        return packets == null ? null : packets.poll();
    }

    /** Packets that wait. */
    int size() {
        return waiting.values().stream().mapToInt(ArrayDeque::size).sum();
    }
}
