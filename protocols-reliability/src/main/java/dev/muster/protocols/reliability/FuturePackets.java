package dev.muster.protocols.reliability;

import dev.muster.api.ViewId;
import dev.muster.spi.Packet;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Group packets of views that are not installed here yet. Bounded: when full, the oldest go, to be fetched again by
 * retransmission should their view come.
 */
final class FuturePackets {

    private static final int MOST_PACKETS = 4_096;
    private static final long MOST_BYTES = 8_000_000;

    private final Deque<Packet> packets = new ArrayDeque<>();
    private long bytes;

    /** Keep a packet, and never release it: that is too rare. */
    void add(Packet packet) {
        packet.keep();
        packets.add(packet);
        bytes += packet.length();
        while (packets.size() > MOST_PACKETS || bytes > MOST_BYTES && packets.size() > 1) {
            bytes -= packets.poll().length();
        }
    }

    /** Take out the packets of a view that is being installed, in order; those of views before it are forgotten. */
    List<Packet> take(ViewId view) {
        List<Packet> due = new ArrayList<>();
        Deque<Packet> all = new ArrayDeque<>(packets);
        packets.clear();
        bytes = 0;
        for (Packet packet : all) {
            ViewId of = packet.header(NakackHeader.class).view();
            if (of.equals(view)) {
                due.add(packet);
            } else if (of.counter() > view.counter()) {
                add(packet);
            }
        }
        return due;
    }

    int size() {
        return packets.size();
    }

    long bytes() {
        return bytes;
    }
}
