package dev.muster.testkit.simulation;

import dev.muster.testkit.simulation.FaultSchedule.Fault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Draws faults by lot. */
class Draw {

    /** Faults with an end of their own begin no later than this before the end of all. */
    private static final Duration LAST_BEFORE_END = Duration.ofSeconds(3);

    final SplittableRandom random;
    final int nodes;
    final Duration from;
    final Duration until;
    private final List<Fault> faults = new ArrayList<>();

    Draw(long seed, int nodes, Duration from, Duration until) {
        this.random = new SplittableRandom(TraceHash.mix(seed));
        this.nodes = nodes;
        this.from = from;
        this.until = until;
    }

    final void add(Fault fault) {
        faults.add(fault);
    }

    final FaultSchedule schedule() {
        return new FaultSchedule(faults);
    }

    final int node() {
        return random.nextInt(nodes);
    }

    final int other(int node) {
        return (node + 1 + random.nextInt(nodes - 1)) % nodes;
    }

    final Duration moment() {
        return moment(LAST_BEFORE_END);
    }

    final Duration moment(Duration beforeEnd) {
        long span = Math.max(1, until.minus(beforeEnd).minus(from).toNanos());
        return from.plusNanos(random.nextLong(span));
    }

    final Duration millis(long least, long most) {
        return Duration.ofMillis(random.nextLong(least, most));
    }

    /** No later than the end of all. */
    final Duration atMostUntil(Duration moment) {
        return earlier(moment, until);
    }

    static Duration earlier(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    final void heal(Duration at) {
        add(new FaultSchedule.Heal(atMostUntil(at)));
    }

    final List<List<Integer>> parts() {
        int count = nodes > 3 && random.nextInt(4) == 0 ? 3 : 2;
        List<List<Integer>> parts = new ArrayList<>();
        for (int part = 0; part < count; part++) {
            parts.add(new ArrayList<>());
        }
        int alone = random.nextInt(nodes);
        boolean isolate = random.nextInt(3) == 0;
        for (int node = 0; node < nodes; node++) {
            int part = isolate ? (node == alone ? 1 : 0) : random.nextInt(count);
            parts.get(part).add(node);
        }
        return parts;
    }
}
