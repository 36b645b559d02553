package dev.muster.protocols.ordering;

import dev.muster.spi.Packet;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;

/** How far this member has delivered each sender in one view, and what waits for something else. */
final class CausalOrder {

    private final long[] delivered;
    private final int ownRank;
    private final Map<Integer, ArrayDeque<Waiting>> waiting = new TreeMap<>();
    private final TreeSet<Integer> untold = new TreeSet<>();

    /**
     * A packet and what it waits for.
     *
     * @param packet null if there is none, but what comes behind it waits, too
     * @param dependencies null for none
     */
    private record Waiting(Packet packet, CausalHeader dependencies) {}

    CausalOrder(int members, int ownRank) {
        this.delivered = new long[members];
        this.ownRank = ownRank;
    }

    void received(int rank, Packet packet, CausalHeader dependencies) {
        waiting.computeIfAbsent(rank, unused -> new ArrayDeque<>()).add(new Waiting(packet, dependencies));
    }

    /** What a member sends next depends on this. */
    void told(int rank, CausalHeader dependencies) {
        received(rank, null, dependencies);
    }

    /** Take out everything that waits for nothing any more, in an order that keeps what causes before what it causes. */
    List<Packet> takeReady() {
        List<Packet> ready = new ArrayList<>();
        boolean progress = true;
        while (progress) {
            progress = false;
            for (Map.Entry<Integer, ArrayDeque<Waiting>> sender : waiting.entrySet()) {
                progress |= takeReady(sender.getKey(), sender.getValue(), ready);
            }
        }
        waiting.values().removeIf(ArrayDeque::isEmpty);
        return ready;
    }

    private boolean takeReady(int rank, ArrayDeque<Waiting> packets, List<Packet> ready) {
        boolean progress = false;
        while (!packets.isEmpty() && isSatisfied(packets.peek().dependencies)) {
            Packet packet = packets.poll().packet;
            progress = true;
            if (packet != null) {
                delivered[rank]++;
                ready.add(packet);
                if (rank != ownRank) {
                    untold.add(rank);
                }
            }
        }
        return progress;
    }

    private boolean isSatisfied(CausalHeader dependencies) {
        if (dependencies != null) {
            for (CausalHeader.Entry entry : dependencies.entries()) {
                if (entry.rank() >= delivered.length || delivered[entry.rank()] < entry.packets()) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Packets that wait for something that never comes, now that the view is over. */
    List<Packet> rest() {
        List<Packet> rest = new ArrayList<>();
        waiting.values().forEach(packets -> packets.stream().map(Waiting::packet).filter(Objects::nonNull).forEach(rest::add));
        return rest;
    }

    /** Packets that wait. */
    int size() {
        return waiting.values().stream().mapToInt(ArrayDeque::size).sum();
    }

    /** What has been delivered since this was last asked, at most so much of it as fits into one header. */
    List<CausalHeader.Entry> takeUntold() {
        List<CausalHeader.Entry> entries = new ArrayList<>();
        while (!untold.isEmpty() && entries.size() < CausalHeader.MOST_ENTRIES) {
            int rank = untold.pollFirst();
            entries.add(new CausalHeader.Entry(rank, delivered[rank]));
        }
        return entries;
    }

    boolean hasUntold() {
        return !untold.isEmpty();
    }
}
