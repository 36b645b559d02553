package dev.muster.protocols.membership;

import dev.muster.api.Address;
import dev.muster.api.View;
import dev.muster.api.ViewId;
import dev.muster.spi.Digest;
import dev.muster.spi.Event;
import dev.muster.spi.FlushTarget;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Make-believe reliable multicast: loses packets, repairs only when told to fill, stops when told to flush. */
final class BusMulticast {

    /** What was delivered per view, as {@code sender:number}, in order of delivery. */
    final Map<ViewId, List<String>> delivered = new LinkedHashMap<>();

    private final BusNode node;
    private View view;
    private boolean flushing;
    private long sent;
    private int fillSerial;
    private boolean givers;
    private Map<Address, TreeMap<Long, Boolean>> stored = new HashMap<>();
    private Map<Address, TreeSet<Long>> got = new HashMap<>();
    private final Map<Address, Long> reached = new HashMap<>();
    private final Map<ViewId, List<Runnable>> future = new HashMap<>();

    BusMulticast(BusNode node) {
        this.node = node;
    }

    boolean isFlushing() {
        return flushing;
    }

    void begin(View next) {
        view = next;
        flushing = false;
        sent = 0;
        fillSerial++;
        stored = new HashMap<>();
        got = new HashMap<>();
        reached.clear();
        delivered.put(next.id(), new ArrayList<>());
        List<Runnable> early = future.remove(next.id());
        if (early != null) {
            early.forEach(Runnable::run);
        }
    }

    /** Multicast one message if the view allows. */
    void send() {
        if (view == null || flushing || !node.alive || node.isPaused() || node.disconnected) {
            return;
        }
        sent++;
        boolean outOfBand = node.random().nextInt(10) == 0;
        long number = sent;
        ViewId id = view.id();
        receive(id, node.self(), number, outOfBand);
        for (Address member : view.members()) {
            BusNode other = node.bus.node(member);
            if (other != node && node.random().nextDouble() >= node.bus.loss) {
                node.bus.at((long) (node.random().nextDouble() * 3 * Bus.MILLI), () -> {
                    if (node.bus.connected(node, other)) {
                        other.enter(() -> other.multicast.receive(id, node.self(), number, outOfBand));
                    }
                });
            }
        }
    }

    void receive(ViewId id, Address sender, long number, boolean outOfBand) {
        if (view == null || !view.id().equals(id)) {
            if (view == null || view.id().compareTo(id) < 0) {
                future.computeIfAbsent(id, key -> new ArrayList<>())
                        .add(() -> receive(id, sender, number, outOfBand));
            }
            return;
        }
        stored.computeIfAbsent(sender, key -> new TreeMap<>()).put(number, outOfBand);
        if (!flushing) {
            if (outOfBand) {
                deliver(sender, number);
            }
            deliverInOrder(sender, Long.MAX_VALUE);
        }
    }

    private void deliverInOrder(Address sender, long upTo) {
        TreeMap<Long, Boolean> mine = stored.getOrDefault(sender, new TreeMap<>());
        for (long next = inOrder(sender) + 1; next <= upTo && mine.containsKey(next); next++) {
            deliver(sender, next);
        }
    }

    private void deliver(Address sender, long number) {
        if (got.computeIfAbsent(sender, key -> new TreeSet<>()).add(number)) {
            delivered.get(view.id()).add(sender + ":" + number);
        }
    }

    private long inOrder(Address sender) {
        long upTo = reached.getOrDefault(sender, 0L);
        TreeSet<Long> numbers = got.get(sender);
        while (numbers != null && numbers.contains(upTo + 1)) {
            upTo++;
        }
        reached.put(sender, upTo);
        return upTo;
    }

    void take(Event event) {
        if (event instanceof Event.Flush) {
            flushing = true;
            fillSerial++;
            Digest digest = digest();
            node.bus.at(node.random().nextInt(3) == 0 ? Bus.MILLI : 0,
                    () -> node.enter(() -> node.event(new Event.Flushed(digest))));
        } else if (event instanceof Event.FlushEnded) {
            flushing = false;
            fillSerial++;
            view.members().forEach(sender -> {
                deliverInOrder(sender, Long.MAX_VALUE);
                stored.getOrDefault(sender, new TreeMap<>()).forEach((number, outOfBand) -> {
                    if (outOfBand) {
                        deliver(sender, number);
                    }
                });
            });
        } else if (event instanceof Event.Fill fill) {
            if (!flushing) {
                throw new AssertionError(node + " is told to fill without a flush");
            }
            int serial = ++fillSerial;
            fill(fill.target(), serial);
        }
    }

    private Digest digest() {
        Map<Address, Long> upTo = new LinkedHashMap<>();
        Map<Address, SortedSet<Long>> beyond = new LinkedHashMap<>();
        for (Address sender : view.members()) {
            long inOrder = inOrder(sender);
            upTo.put(sender, inOrder);
            SortedSet<Long> more = new TreeSet<>(got.getOrDefault(sender, new TreeSet<>()).tailSet(inOrder + 1));
            if (!more.isEmpty()) {
                beyond.put(sender, more);
            }
        }
        return new Digest(view.id(), upTo, beyond);
    }

    private void fill(FlushTarget target, int serial) {
        if (serial != fillSerial || !node.alive) {
            return;
        }
        boolean complete = true;
        for (FlushTarget.Entry entry : target.entries()) {
            for (long number = inOrder(entry.sender()) + 1; complete && number <= entry.upTo(); number++) {
                complete = obtain(entry, number);
            }
            for (long number : entry.beyond()) {
                complete &= obtain(entry, number);
            }
        }
        if (complete) {
            node.event(new Event.Filled());
        } else {
            node.bus.at((givers ? 1 : 20) * Bus.MILLI, () -> node.enter(() -> fill(target, serial)));
        }
    }

    private boolean obtain(FlushTarget.Entry entry, long number) {
        Address sender = entry.sender();
        if (got.getOrDefault(sender, new TreeSet<>()).contains(number)) {
            return true;
        }
        if (!stored.computeIfAbsent(sender, key -> new TreeMap<>()).containsKey(number)) {
            if (!anybodyGives(entry, number)) {
                return false;
            }
            stored.get(sender).put(number, false);
        }
        deliver(sender, number);
        return true;
    }

    /** The holder gives what is in order; what was out of band, anybody who has it. */
    private boolean anybodyGives(FlushTarget.Entry entry, long number) {
        List<Address> possible = number <= entry.upTo() ? List.of(entry.holder()) : view.members();
        givers = possible.stream().map(node.bus::node).anyMatch(giver ->
                node.bus.connected(node, giver) && !giver.isPaused() && giver.multicast.has(view.id(), entry.sender(), number));
        return givers && node.random().nextInt(10) > 0;
    }

    private boolean has(ViewId id, Address sender, long number) {
        return view != null && view.id().equals(id) && stored.getOrDefault(sender, new TreeMap<>()).containsKey(number);
    }
}
