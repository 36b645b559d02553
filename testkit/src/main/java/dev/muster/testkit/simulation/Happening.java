package dev.muster.testkit.simulation;

import dev.muster.spi.Environment;

/** Something that will happen at a moment of virtual time. */
final class Happening implements Environment.Scheduled {

    /** What kinds there are; the ordinal goes into the trace. */
    enum Kind { TASK, TIMER, DELIVERY, DATAGRAM, BYTES, CONNECTION, NETWORK, DRIVER, FAULT }

    final Kind kind;
    final SimulatedEnvironment process;
    final Runnable action;
    final long digest;
    long time;
    long sequence;
    /** Where it is in the queue; -1 when it is not. */
    int position = -1;
    boolean cancelled;
    private final EventQueue queue;

    /**
     * Create one.
     *
     * @param process whose code runs: held while that is paused, dropped once it is dead; null for the network itself
     */
    Happening(EventQueue queue, Kind kind, SimulatedEnvironment process, long digest, Runnable action) {
        this.queue = queue;
        this.kind = kind;
        this.process = process;
        this.digest = digest;
        this.action = action;
    }

    @Override
    public void cancel() {
        cancelled = true;
        if (position >= 0) {
            queue.remove(this);
        }
    }
}
