package dev.muster.testkit.simulation;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * A world of its own: virtual time, nodes, a network between them. One thread runs everything, event by event, ordered
 * by time and then by the order in which events were asked for; all randomness comes from one seed. So one seed gives
 * one history, told by {@link #hash()}.
 *
 * <p>For one thread. Two simulations share nothing.
 */
public final class Simulation {

    private static final long FIRST_NANOS = 1_000_000_000L;

    final EventQueue queue = new EventQueue();
    final Topology topology = new Topology();
    final LinkedHashSet<StreamEnd> stalled = new LinkedHashSet<>();

    private final long seed;
    private final TraceHash hash = new TraceHash();
    private final List<SimulatedNode> nodes = new ArrayList<>();
    private final Map<InetAddress, SimulatedNode> byAddress = new HashMap<>();
    private final long[] occurrences = new long[Occurrence.values().length];
    private long now = FIRST_NANOS;
    private long events;
    private Runnable crashed = () -> { };

    /**
     * Create a world.
     *
     * @param seed decides everything that is left to chance
     */
    public Simulation(long seed) {
        this.seed = seed;
    }

    /**
     * The seed.
     *
     * @return as given
     */
    public long seed() {
        return seed;
    }

    /**
     * Add a node. Each has an address of its own within 127.0.0.0/8; what a process there binds to loopback or to no
     * address in particular is bound to it.
     *
     * @return the node, without a process
     */
    public SimulatedNode addNode() {
        SimulatedNode node = new SimulatedNode(this, nodes.size(), address(nodes.size()));
        nodes.add(node);
        byAddress.put(node.address(), node);
        return node;
    }

    /**
     * A node.
     *
     * @param index from 0
     * @return the node
     */
    public SimulatedNode node(int index) {
        return nodes.get(index);
    }

    /** All nodes, in the order added. */
    Stream<SimulatedNode> nodes() {
        return nodes.stream();
    }

    SimulatedNode nodeAt(InetAddress address) {
        return byAddress.get(address);
    }

    /** Tell right away when a process has died. */
    void crashes(Runnable observer) {
        crashed = observer;
    }

    void hasCrashed() {
        crashed.run();
    }

    /** A generator that depends on nothing but the seed and who asks what for. */
    SplittableRandom random(int node, int life, int purpose) {
        long mixed = TraceHash.mix(seed + 0x9E3779B97F4A7C15L);
        mixed = TraceHash.mix(mixed ^ (long) node << 32 ^ (long) life << 8 ^ purpose);
        return new SplittableRandom(mixed);
    }

    /**
     * The virtual time.
     *
     * @return nanoseconds since the world began
     */
    public Duration now() {
        return Duration.ofNanos(now - FIRST_NANOS);
    }

    long nowNanos() {
        return now;
    }

    /**
     * Number of events that have happened.
     *
     * @return the count
     */
    public long events() {
        return events;
    }

    /**
     * Hash of everything that has happened: time, node, kind and payload of each event.
     *
     * @return 32 hexadecimal digits, equal for equal histories
     */
    public String hash() {
        return hash.text();
    }

    /**
     * How often something has happened.
     *
     * @param occurrence what
     * @return the count
     */
    public long count(Occurrence occurrence) {
        return occurrences[occurrence.ordinal()];
    }

    void occurred(Occurrence occurrence) {
        occurrences[occurrence.ordinal()]++;
    }

    /** Something will take so long on its way. */
    void noteTime(LinkQuality quality, long nanos) {
        if (quality.isLate(nanos)) {
            occurred(Occurrence.LATE);
        }
    }

    /**
     * Do something at a moment, outside of all nodes.
     *
     * @param moment since the world began; the past counts as now
     * @param action what to do
     */
    public void at(Duration moment, Runnable action) {
        long time = Math.max(now, FIRST_NANOS + moment.toNanos());
        queue.add(new Happening(queue, Happening.Kind.DRIVER, null, 0, action), time);
    }

    Happening schedule(long delayNanos, Happening.Kind kind, SimulatedEnvironment process, long digest, Runnable action) {
        Happening happening = new Happening(queue, kind, process, digest, action);
        queue.add(happening, now + Math.max(0, Math.min(delayNanos, Long.MAX_VALUE / 4)));
        return happening;
    }

    /**
     * Let time pass.
     *
     * @param moment until when, since the world began
     */
    public void runUntil(Duration moment) {
        runUntil(moment, () -> false);
    }

    /**
     * Let time pass until something is the case; looked at after every event.
     *
     * @param moment until when at most, since the world began
     * @param done tells whether it is the case
     * @return whether it became the case
     */
    public boolean runUntil(Duration moment, BooleanSupplier done) {
        long until = FIRST_NANOS + moment.toNanos();
        while (queue.peek() != null && queue.peek().time <= until) {
            if (done.getAsBoolean()) {
                return true;
            }
            happen(queue.poll());
        }
        now = Math.max(now, until);
        return done.getAsBoolean();
    }

    private void happen(Happening happening) {
        now = happening.time;
        events++;
        int node = happening.process == null ? -1 : happening.process.node().index();
        hash.add(now, node, happening.kind.ordinal(), happening.digest);
        if (happening.process == null) {
            happening.action.run();
        } else {
            happening.process.dispatch(happening);
        }
    }

    /**
     * Set the quality of all links.
     *
     * @param quality from now on
     */
    public void quality(LinkQuality quality) {
        topology.quality(quality);
    }

    /**
     * Set the quality of one link, one way.
     *
     * @param from node that sends
     * @param to node that receives
     * @param quality from now on
     */
    public void quality(int from, int to, LinkQuality quality) {
        topology.quality(from, to, quality);
    }

    /**
     * Cut the network into parts; nothing passes between two of them.
     *
     * @param parts nodes of each part; nodes in none form one more
     */
    public void partition(List<List<Integer>> parts) {
        occurred(Occurrence.PARTITION);
        topology.partition(parts);
        topologyChanged();
    }

    /**
     * Let nothing more pass from one node to another; the way back stays.
     *
     * @param from node that sends in vain
     * @param to node that gets nothing
     */
    public void cut(int from, int to) {
        occurred(Occurrence.ONE_WAY_CUT);
        topology.cut(from, to);
        topologyChanged();
    }

    /**
     * Let nothing more pass between two nodes, while others still reach both.
     *
     * @param one node
     * @param other node
     */
    public void split(int one, int other) {
        occurred(Occurrence.PARTIAL_CUT);
        topology.cut(one, other);
        topology.cut(other, one);
        topologyChanged();
    }

    /**
     * End a one-way cut.
     *
     * @param from node that sends
     * @param to node that receives
     */
    public void mend(int from, int to) {
        topology.mend(from, to);
        topologyChanged();
    }

    /**
     * Let links spoil what they carry. What they spoil is always recognisable, as it is where checksums of UDP and TCP do
     * their work: a change that looks like a packet is a forgery, and no fault.
     *
     * @param corrupted part of datagrams and writes to streams with changed bits
     * @param truncated part of datagrams that lose their end, and of writes in which a stream breaks
     * @param future part of datagrams that come once more as those of a wire version yet to come
     * @param mtu most bytes of a datagram that get through
     */
    public void flaws(double corrupted, double truncated, double future, int mtu) {
        topology.flaws = new Topology.Flaws(corrupted, truncated, future, mtu);
    }

    /** Let all links carry bytes as they are, whatever the length of a datagram. */
    public void noFlaws() {
        topology.flaws = Topology.Flaws.NONE;
    }

    /** End all partitions and cuts. Link qualities stay. */
    public void heal() {
        topology.heal();
        topologyChanged();
    }

    /** Timers of a process that run. */
    long timers(SimulatedEnvironment process) {
        return queue.pending(process, Happening.Kind.TIMER);
    }

    void topologyChanged() {
        for (StreamEnd end : List.copyOf(stalled)) {
            end.tryToRecover();
        }
    }

    private static InetAddress address(int index) {
        try {
            int number = index + 1;
            return InetAddress.getByAddress(
                    new byte[] {127, (byte) (1 + (number >> 16)), (byte) (number >> 8), (byte) number});
        } catch (UnknownHostException e) {
            throw new IllegalStateException("four bytes are always an address", e);
        }
    }
}
