package dev.muster.protocols.membership;

import dev.muster.api.Address;
import dev.muster.spi.Event;
import dev.muster.spi.MemberInfo;
import dev.muster.spi.Packet;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.SplittableRandom;

/**
 * A small world for several instances of membership: virtual time, a seed, unicasts that are reliable between the
 * living, multicasts that lose packets, crashes in the midst of sending, partitions, pauses, wrong suspicions.
 */
final class Bus {

    static final long MILLI = 1_000_000L;

    final SplittableRandom random;
    final List<BusNode> nodes = new ArrayList<>();
    final List<String> story = new ArrayList<>();
    private final PriorityQueue<Entry> queue = new PriorityQueue<>();
    private final Map<String, Long> lastArrival = new HashMap<>();
    private final Map<String, Integer> lostFrom = new HashMap<>();
    private final Map<String, Integer> sentCount = new HashMap<>();
    private long now;
    private long order;
    double loss = 0.2;
    /** Share of words that take up to 50 ms instead of up to 3. */
    double slowWords = 0.01;
    /** Share of words that come once more, late and out of order: a layer below may have had to forget that they came. */
    double repeatedWords;
    /** Whether links that exist carry enough for a merge. */
    boolean linksAreGood = true;
    /** Which words get lost for ever. */
    Loss lost = (from, kind) -> false;
    /** Called before each word leaves a node; may crash it. */
    Departure departure = (node, packet) -> {};

    interface Departure {
        void leaving(BusNode node, Packet packet);
    }

    interface Loss {
        boolean loses(BusNode from, int kind);
    }

    private record Entry(long at, long order, Runnable work) implements Comparable<Entry> {
        @Override
        public int compareTo(Entry other) {
            int byTime = Long.compare(at, other.at);
            return byTime != 0 ? byTime : Long.compare(order, other.order);
        }
    }

    Bus(long seed) {
        random = new SplittableRandom(seed);
    }

    long now() {
        return now;
    }

    BusNode add(int number) {
        BusNode node = new BusNode(this, number);
        nodes.add(node);
        return node;
    }

    BusNode node(Address address) {
        return nodes.stream().filter(node -> node.self().equals(address)).findFirst().orElse(null);
    }

    void at(long delay, Runnable work) {
        queue.add(new Entry(now + Math.max(0, delay), order++, work));
    }

    void tell(String line) {
        story.add(now / MILLI + " ms: " + line);
    }

    void runFor(long nanos) {
        long until = now + nanos;
        while (!queue.isEmpty() && queue.peek().at <= until) {
            Entry entry = queue.poll();
            now = entry.at;
            entry.work.run();
        }
        now = until;
    }

    boolean connected(BusNode one, BusNode other) {
        return one.alive && other.alive && one.side == other.side;
    }

    /** Reliable and in order between the living; waits out a partition; a crash loses what is under way, from some word on. */
    void unicast(BusNode from, Packet packet) {
        departure.leaving(from, packet);
        BusNode to = node(packet.destination());
        MembershipHeader header = packet.header(MembershipHeader.class);
        if (!from.alive || to == null || header != null && lost.loses(from, header.kind())) {
            return;
        }
        String link = from.number + ">" + to.number;
        int number = sentCount.merge(link, 1, Integer::sum);
        long arrival = Math.max(lastArrival.getOrDefault(link, 0L), now + 100_000
                + (long) (random.nextDouble() * (random.nextDouble() < slowWords ? 50 : 3) * MILLI));
        lastArrival.put(link, arrival);
        at(arrival - now, () -> arrive(from, to, link, number, packet));
        if (repeatedWords > 0 && random.nextDouble() < repeatedWords) {
            at(arrival - now + random.nextInt(50) * MILLI, () -> arrive(from, to, link, number, packet));
        }
    }

    private void arrive(BusNode from, BusNode to, String link, int number, Packet packet) {
        if (!to.alive || number >= lostFrom.getOrDefault(link, Integer.MAX_VALUE)) {
            return;
        }
        if (from.side != to.side) {
            if (from.alive) {
                lastArrival.put(link, Math.max(lastArrival.get(link), now + 50 * MILLI));
                at(50 * MILLI, () -> arrive(from, to, link, number, packet));
            }
            return;
        }
        to.enter(() -> to.receive(packet, from));
    }

    /** A crash. What was sent arrives up to a random word, on each link another. */
    void crash(BusNode node) {
        node.alive = false;
        tell(node + " crashes");
        for (BusNode other : nodes) {
            String link = node.number + ">" + other.number;
            int sent = sentCount.getOrDefault(link, 0);
            lostFrom.put(link, sent + 1 - random.nextInt(Math.min(sent + 1, 4)));
        }
    }

    /** Who can be found, as discovery would tell it. */
    List<MemberInfo> visibleTo(BusNode node) {
        List<MemberInfo> infos = new ArrayList<>();
        for (BusNode other : nodes) {
            if (other != node && connected(node, other) && other.connected && !other.disconnected && !other.isPaused()) {
                infos.add(other.info());
            }
        }
        return infos;
    }

    /** What merging would notice; called now and then. */
    void lookForOtherGroups(BusNode node) {
        if (!node.alive || node.disconnected || node.view == null || !node.view.coordinator().equals(node.self())) {
            return;
        }
        List<MemberInfo> others = new ArrayList<>();
        for (MemberInfo info : visibleTo(node)) {
            if (info.isCoordinator() && !info.view().equals(node.view.id())) {
                others.add(info);
            }
        }
        if (!others.isEmpty()) {
            node.enter(() -> node.event(new Event.MergeNeeded(others)));
        }
    }

    List<BusNode> living() {
        return nodes.stream().filter(node -> node.alive && !node.disconnected).toList();
    }
}
