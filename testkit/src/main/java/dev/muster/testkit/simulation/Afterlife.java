package dev.muster.testkit.simulation;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * What a process leaves in the net when it dies: the datagrams that it sent last arrive once more, and what it wrote last to
 * its streams, their ends included, arrives only now. All of that comes once the next process has begun on the node, each
 * thing at a moment of its own.
 */
final class Afterlife {

    private static final int DATAGRAMS_REMEMBERED = 50;
    private static final long LONGEST_NANOS = 2_000_000_000L;

    private final SimulatedNode node;
    private final ArrayDeque<Runnable> datagrams = new ArrayDeque<>();
    private final List<StreamEnd> streams = new ArrayList<>();

    Afterlife(SimulatedNode node) {
        this.node = node;
    }

    /** The process lives, and has sent a datagram. */
    void remember(Runnable arrival) {
        if (datagrams.size() == DATAGRAMS_REMEMBERED) {
            datagrams.poll();
        }
        datagrams.add(arrival);
    }

    /** The process has died with a stream open: what is under way on it stays there. */
    void hold(StreamEnd end) {
        streams.add(end);
    }

    /** The next process begins, or faults cease. */
    void arrive() {
        for (Runnable datagram : datagrams) {
            later(13, () -> {
                if (node.process() != null) {
                    node.simulation().occurred(Occurrence.PREVIOUS_LIFE);
                }
                datagram.run();
            });
        }
        streams.forEach(end -> later(14, end::arriveLate));
        datagrams.clear();
        streams.clear();
    }

    /** Soon rather than late: what comes once the others have connected with the next process finds closed doors only. */
    private void later(long digest, Runnable arrival) {
        double drawn = node.networkRandom.nextDouble();
        long nanos = (long) (drawn * drawn * drawn * LONGEST_NANOS);
        node.simulation().schedule(nanos, Happening.Kind.NETWORK, null, digest, arrival);
    }
}
