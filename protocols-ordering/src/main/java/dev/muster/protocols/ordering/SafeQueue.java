package dev.muster.protocols.ordering;

import dev.muster.spi.Packet;
import dev.muster.spi.RankedNumbers;
import java.util.ArrayDeque;

/** Packets of one view that wait until everybody has them, in the order in which they came. */
final class SafeQueue {

    private final long[] received;
    private final long[] told;
    private final long[] safe;
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();

    private record Waiting(Packet packet, int rank, long number) {}

    SafeQueue(int members) {
        received = new long[members];
        told = new long[members];
        safe = new long[members];
    }

    /** Packets that wait. */
    int size() {
        return waiting.size();
    }

    void received(int rank, Packet packet) {
        received[rank]++;
        waiting.add(new Waiting(packet, rank, received[rank]));
    }

    /** So much of members of this view is safe. */
    void safe(RankedNumbers packets) {
        for (int index = 0; index < packets.size(); index++) {
            int rank = packets.rank(index);
            safe[rank] = Math.max(safe[rank], packets.number(index));
        }
    }

    /** The first packet if everybody has it; else null, whatever is behind it: the order from below is kept. */
    Packet next() {
        Waiting first = waiting.peek();
        return first == null || safe[first.rank] < first.number ? null : waiting.poll().packet;
    }

    /** The first packet, at the end of the view; null if there is none. */
    Packet nextOfRest() {
        Waiting first = waiting.poll();
        return first == null ? null : first.packet;
    }

    /** How much this member has of whom, where that is more than when this was last asked. */
    RankedNumbers takeUntold() {
        long[] news = new long[received.length];
        for (int rank = 0; rank < received.length; rank++) {
            if (received[rank] > told[rank]) {
                told[rank] = received[rank];
                news[rank] = received[rank];
            }
        }
        return RankedNumbers.of(news);
    }
}
