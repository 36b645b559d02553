package dev.muster.testkit.simulation;

import dev.muster.api.Address;
import dev.muster.spi.Environment;
import dev.muster.spi.Network;
import java.util.SplittableRandom;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;

/**
 * A process on a simulated node, as its stack sees the world. Callbacks of the application are events of their own, so
 * they never run within a call of the stack. {@link #close} is the end of the process, orderly or not. For the
 * simulation's thread.
 */
public final class SimulatedEnvironment implements Environment {

    private static final long EPOCH_MILLIS = 1_700_000_000_000L;

    private final SimulatedNode node;
    private final Simulation simulation;
    private final int life;
    private final SplittableRandom random;
    private final SimulatedNetwork network;
    private boolean inside;
    private boolean dead;
    private boolean vanished;

    SimulatedEnvironment(SimulatedNode node, int life) {
        this.node = node;
        this.simulation = node.simulation();
        this.life = life;
        this.random = simulation.random(node.index(), life, 2);
        this.network = new SimulatedNetwork(this);
    }

    /**
     * Where it runs.
     *
     * @return the node
     */
    public SimulatedNode node() {
        return node;
    }

    /**
     * Which process of its node it is.
     *
     * @return from 0
     */
    public int life() {
        return life;
    }

    /**
     * Tell whether its code will ever run again.
     *
     * @return false once it is closed or has crashed
     */
    public boolean isAlive() {
        return !dead;
    }

    Simulation simulation() {
        return simulation;
    }

    void dispatch(Happening happening) {
        if (dead) {
            return;
        }
        if (node.mustWait()) {
            node.hold(happening);
        } else {
            run(happening);
        }
    }

    /** Run it now, whatever waits. */
    void run(Happening happening) {
        node.worked();
        if (happening.kind == Happening.Kind.DELIVERY || happening.kind == Happening.Kind.DRIVER) {
            happening.action.run();
        } else {
            enter(happening.action);
        }
    }

    /** Run code of the stack's owner now, or when the process is no longer paused. Called at the top of an event only. */
    void arrive(Happening.Kind kind, long digest, Runnable action) {
        if (dead) {
            return;
        }
        if (node.mustWait()) {
            node.hold(new Happening(simulation.queue, kind, this, digest, action));
        } else {
            node.worked();
            enter(action);
        }
    }

    private void enter(Runnable action) {
        inside = true;
        try {
            action.run();
        } finally {
            inside = false;
        }
    }

    @Override
    public long nowNanos() {
        return simulation.nowNanos();
    }

    @Override
    public long wallMillis() {
        return EPOCH_MILLIS + node.clockOffsetMillis() + simulation.nowNanos() / 1_000_000;
    }

    @Override
    public RandomGenerator newRandom() {
        return random.split();
    }

    /** Repeats with the seed, as everything does here. */
    @Override
    public void fillUnpredictably(byte[] bytes) {
        random.nextBytes(bytes);
    }

    @Override
    public Address newAddress(String name) {
        return Address.of(random.nextLong(), random.nextLong(), name);
    }

    @Override
    public void execute(Runnable task) {
        later(0, Happening.Kind.TASK, task);
    }

    @Override
    public Scheduled schedule(long delayNanos, Runnable task) {
        return later(delayNanos, Happening.Kind.TIMER, task);
    }

    @Override
    public Executor delivery() {
        return task -> later(node.nextDeliveryNanos(), Happening.Kind.DELIVERY, task);
    }

    /**
     * Do something as the application of this process would, at a moment from now on: not while it is paused, and not
     * once it is dead.
     *
     * @param delayNanos from now
     * @param task the application's code
     */
    public void asApplication(long delayNanos, Runnable task) {
        later(delayNanos, Happening.Kind.DRIVER, task);
    }

    private Happening later(long delayNanos, Happening.Kind kind, Runnable task) {
        return simulation.schedule(delayNanos, kind, this, life, task);
    }

    @Override
    public Network network() {
        return network;
    }

    /**
     * Number of sockets and streams that are open.
     *
     * @return the count
     */
    public int openSockets() {
        return network.openSockets();
    }

    @Override
    public void runOrHandOver(Runnable work) {
        if (inside) {
            execute(work);
        } else if (!dead) {
            enter(work);
        }
    }

    /** The end of the process and of its host's presence on the net. */
    void vanish() {
        vanished = true;
        close();
    }

    @Override
    public void close() {
        if (!dead) {
            dead = true;
            if (vanished) {
                network.processVanished();
            } else {
                network.processDied();
            }
            node.died(this);
        }
    }
}
