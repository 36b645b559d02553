package dev.muster.testkit.simulation;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * A host with at most one process: what stays when the process dies is its address. For the simulation's thread.
 */
public final class SimulatedNode {

    private static final int FIRST_FREE_PORT = 32_768;
    private static final int DATAGRAMS_HELD = 2_000;
    private static final long USUAL_DELIVERY_NANOS = 20_000;
    private static final long NOMINAL_EVENT_NANOS = 20_000;

    final SplittableRandom networkRandom;
    final TreeMap<Integer, SimulatedNetwork.SimulatedListener> listeners = new TreeMap<>();
    final TreeMap<Integer, SimulatedNetwork.SimulatedDatagrams> sockets = new TreeMap<>();
    final List<SimulatedNetwork.SimulatedSubscription> subscriptions = new ArrayList<>();

    private final Simulation simulation;
    private final int index;
    private final InetAddress address;
    private final ArrayDeque<Happening> held = new ArrayDeque<>();
    private SimulatedEnvironment process;
    private int lives;
    private int nextPort = FIRST_FREE_PORT;
    private int heldDatagrams;
    private long pausedUntil;
    private long sendsUntilCrash = -1;
    private long deliveryNanos = USUAL_DELIVERY_NANOS;
    private long slowNanos;
    private long busyUntil;
    private boolean wakes;
    private long clockOffsetMillis;
    private Afterlife afterlife;

    SimulatedNode(Simulation simulation, int index, InetAddress address) {
        this.simulation = simulation;
        this.index = index;
        this.address = address;
        this.networkRandom = simulation.random(index, 0, 1);
    }

    /**
     * Number of the node.
     *
     * @return from 0
     */
    public int index() {
        return index;
    }

    /**
     * Its address.
     *
     * @return within 127.0.0.0/8
     */
    public InetAddress address() {
        return address;
    }

    Simulation simulation() {
        return simulation;
    }

    /**
     * Start a process.
     *
     * @return its environment
     * @throws IllegalStateException if one is running
     */
    public SimulatedEnvironment start() {
        if (process != null) {
            throw new IllegalStateException("node " + index + " runs a process already; crash it first");
        }
        if (lives > 0) {
            simulation.occurred(Occurrence.RESTART);
        }
        if (simulation.topology.isDark(index)) {
            simulation.topology.dark(index, false);
            simulation.topologyChanged();
        }
        process = new SimulatedEnvironment(this, lives++);
        letThePastArrive();
        return process;
    }

    /**
     * The process.
     *
     * @return null if there is none
     */
    public SimulatedEnvironment process() {
        return process;
    }

    /** Let the process die: its code never runs again, and the system closes its sockets. Nothing happens if there is none. */
    public void crash() {
        if (process != null) {
            simulation.occurred(Occurrence.CRASH);
            process.close();
            simulation.hasCrashed();
        }
    }

    /**
     * Take the host off the net with its process: nothing is closed, nothing more arrives, connections to it hang, until
     * the next process begins there. Nothing happens if there is no process.
     */
    public void vanish() {
        if (process != null) {
            simulation.occurred(Occurrence.VANISHED);
            simulation.topology.dark(index, true);
            process.vanish();
        }
    }

    /**
     * Let the process take longer for everything: each event costs a nominal 20 µs times the factor, and the next one waits
     * for it.
     *
     * @param factor 0 for the usual: no time at all
     */
    public void slow(int factor) {
        slowNanos = factor * NOMINAL_EVENT_NANOS;
    }

    /**
     * Let the wall clock jump; the one for measuring time goes on.
     *
     * @param by how far, back if negative
     */
    public void jumpClock(Duration by) {
        simulation.occurred(Occurrence.CLOCK_JUMP);
        clockOffsetMillis += by.toMillis();
    }

    /**
     * When the process dies, let what it sends last come late: when the next one has begun. Datagrams arrive then for a second
     * time, what it wrote to streams for the first time.
     */
    public void haunt() {
        if (afterlife == null) {
            afterlife = new Afterlife(this);
        }
    }

    /** What outlives the process; null if nothing does. */
    Afterlife afterlife() {
        return afterlife;
    }

    long clockOffsetMillis() {
        return clockOffsetMillis;
    }

    void remember(Runnable arrival) {
        if (afterlife != null) {
            afterlife.remember(arrival);
        }
    }

    private void letThePastArrive() {
        if (afterlife != null && lives > 1) {
            afterlife.arrive();
            afterlife = null;
        }
    }

    /** Nothing is held back any more. */
    void healed() {
        if (process == null && afterlife != null) {
            afterlife.arrive();
        }
        afterlife = null;
    }

    /**
     * Let the process die in the middle of its work, right after so many more datagrams and writes to streams.
     *
     * @param sends how many still leave; at least 1
     */
    public void crashAfterSends(long sends) {
        sendsUntilCrash = sends;
    }

    /**
     * Stop the process for some time: what comes in waits, timers fire late in a burst. The system under it goes on
     * accepting connections and bytes as far as its buffers reach.
     *
     * @param length how long
     */
    public void pause(Duration length) {
        if (process == null) {
            return;
        }
        simulation.occurred(Occurrence.PAUSE);
        pausedUntil = Math.max(pausedUntil, simulation.nowNanos() + length.toNanos());
        simulation.schedule(length.toNanos(), Happening.Kind.FAULT, null, index, this::resume);
    }

    /**
     * Set how long callbacks of the application take to be run.
     *
     * @param delay from hand-over to the callback, half of it by chance
     */
    public void deliveryDelay(Duration delay) {
        deliveryNanos = delay.toNanos();
    }

    long nextDeliveryNanos() {
        return deliveryNanos / 2 + networkRandom.nextLong(deliveryNanos / 2 + 1);
    }

    boolean isPaused() {
        return simulation.nowNanos() < pausedUntil;
    }

    /** Whether the next event has to wait: the process stands still, or is busy with one before. */
    boolean mustWait() {
        return isPaused() || isBusy() || wakes;
    }

    private boolean isBusy() {
        return simulation.nowNanos() < busyUntil;
    }

    /** An event begins. */
    void worked() {
        if (slowNanos > 0) {
            busyUntil = simulation.nowNanos() + slowNanos;
        }
    }

    private void wakeLater() {
        if (!wakes && !isPaused() && !held.isEmpty()) {
            wakes = true;
            simulation.schedule(busyUntil - simulation.nowNanos(), Happening.Kind.FAULT, null, index, this::resume);
        }
    }

    void hold(Happening happening) {
        if (!isPaused()) {
            simulation.occurred(Occurrence.SLOW);
        }

        if (happening.kind == Happening.Kind.DATAGRAM && ++heldDatagrams > DATAGRAMS_HELD) {
            heldDatagrams--;
            simulation.occurred(Occurrence.LOSS);
            return;
        }
        held.add(happening);
        wakeLater();
    }

    private void resume() {
        wakes = false;
        while (!isPaused() && !isBusy() && !held.isEmpty()) {
            Happening happening = held.poll();
            if (happening.kind == Happening.Kind.DATAGRAM) {
                heldDatagrams--;
            }
            if (!happening.cancelled && happening.process.isAlive()) {
                happening.process.run(happening);
            }
        }
        wakeLater();
    }

    /** Note that something leaves; true if the process may go on. */
    boolean mayGoOnAfterSend() {
        if (sendsUntilCrash > 0 && --sendsUntilCrash == 0) {
            sendsUntilCrash = -1;
            simulation.occurred(Occurrence.CRASH_WHILE_SENDING);
            crash();
        }
        return process != null;
    }

    void died(SimulatedEnvironment dead) {
        if (process == dead) {
            process = null;
            held.clear();
            pausedUntil = 0;
            busyUntil = 0;
            heldDatagrams = 0;
            sendsUntilCrash = -1;
            listeners.clear();
            sockets.clear();
            subscriptions.clear();
        }
    }

    /** The address to bind to: loopback and wildcard stand for the node's own. */
    InetSocketAddress bound(InetSocketAddress wanted, TreeMap<Integer, ?> taken) {
        int port = wanted.getPort();
        if (port == 0) {
            port = freePort(taken);
        }
        return new InetSocketAddress(address, port);
    }

    boolean isHere(InetAddress wanted) {
        return wanted == null || wanted.equals(address) || wanted.isAnyLocalAddress()
                || simulation.nodeAt(wanted) == null && wanted.isLoopbackAddress();
    }

    int freePort(TreeMap<Integer, ?> taken) {
        do {
            nextPort = nextPort == 65_535 ? FIRST_FREE_PORT : nextPort + 1;
        } while (taken.containsKey(nextPort));
        return nextPort;
    }
}
