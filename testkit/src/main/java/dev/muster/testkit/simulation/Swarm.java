package dev.muster.testkit.simulation;

import dev.muster.testkit.simulation.FaultSchedule.Fault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Draws schedules in which each kind of fault is in or out by chance. */
final class Swarm {

    private static final double PART_OF_KINDS = 0.3;

    private final SplittableRandom random;
    private final int nodes;
    private final Duration from;
    private final Duration until;
    private final List<Fault> faults = new ArrayList<>();

    Swarm(long seed, int nodes, Duration from, Duration until) {
        this.random = new SplittableRandom(TraceHash.mix(seed ^ 0x53574152L));
        this.nodes = nodes;
        this.from = from;
        this.until = until;
    }

    FaultSchedule draw() {
        faults.add(new FaultSchedule.Links(Duration.ZERO, random.nextBoolean() ? LinkQuality.BAD : LinkQuality.GOOD));
        drawNetwork();
        drawBytes();
        drawNodes();
        drawLives();
        faults.add(new FaultSchedule.HealAll(until));
        return new FaultSchedule(faults);
    }

    private boolean isIn() {
        return random.nextDouble() < PART_OF_KINDS;
    }

    private int node() {
        return random.nextInt(nodes);
    }

    private int other(int node) {
        return (node + 1 + random.nextInt(nodes - 1)) % nodes;
    }

    private Duration moment() {
        return FaultSchedule.moment(random, from, until.minusSeconds(3));
    }

    private Duration millis(long least, long most) {
        return Duration.ofMillis(random.nextLong(least, most));
    }

    private void heal(Duration at) {
        faults.add(new FaultSchedule.Heal(FaultSchedule.earlier(at, until)));
    }

    private void drawNetwork() {
        for (int count = isIn() ? 1 + random.nextInt(3) : 0; count > 0; count--) {
            Duration at = moment();
            faults.add(new FaultSchedule.Partition(at, FaultSchedule.parts(random, nodes)));
            heal(at.plus(millis(2_000, 15_000)));
        }
        if (isIn()) {
            Duration at = moment();
            int sender = node();
            faults.add(new FaultSchedule.Cut(at, sender, other(sender)));
            heal(at.plus(millis(1_000, 10_000)));
        }
        if (isIn()) {
            Duration at = moment();
            int one = node();
            faults.add(new FaultSchedule.Split(at, one, other(one)));
            heal(at.plus(millis(1_000, 12_000)));
        }
        if (isIn()) {
            int sender = node();
            faults.add(new FaultSchedule.Flap(moment(), sender, other(sender), 1 + random.nextInt(8),
                    millis(200, 4_000)));
        }
    }

    private void drawBytes() {
        if (isIn()) {
            faults.add(new FaultSchedule.Spoil(moment(), random.nextDouble(0.05), random.nextDouble(0.02),
                    random.nextDouble(0.05)));
        }
        if (isIn()) {
            Duration at = moment();
            faults.add(new FaultSchedule.Mtu(at, 1_500));
            faults.add(new FaultSchedule.Mtu(FaultSchedule.earlier(at.plus(millis(500, 6_000)), until), 65_507));
        }
    }

    private void drawNodes() {
        if (isIn()) {
            Duration at = moment();
            faults.add(new FaultSchedule.Pause(at, node(), FaultSchedule.earlier(millis(100, 8_000), until.minus(at))));
        }
        if (isIn()) {
            faults.add(new FaultSchedule.Slow(moment(), node(), 1 + random.nextInt(100)));
        }
        if (isIn()) {
            faults.add(new FaultSchedule.ClockJump(moment(), node(), millis(-86_400_000, 86_400_000)));
        }
        if (isIn()) {
            faults.add(new FaultSchedule.SlowConsumer(moment(), node(), millis(10, 2_000)));
        }
        if (isIn()) {
            faults.add(new FaultSchedule.Discovery(Duration.ZERO, random.nextInt(Math.min(nodes, MemberStack.CONTACTS)),
                    random.nextBoolean() ? FaultSchedule.Hosts.EMPTY : FaultSchedule.Hosts.STALE));
        }
    }

    private void drawLives() {
        for (int count = isIn() || isIn() ? 1 + random.nextInt(3) : 0; count > 0; count--) {
            Duration at = moment();
            int node = node();
            switch (random.nextInt(3)) {
                case 0 -> faults.add(new FaultSchedule.Crash(at, node));
                case 1 -> faults.add(new FaultSchedule.CrashAfterSends(at, node, 1 + random.nextInt(2 * nodes)));
                default -> faults.add(new FaultSchedule.Vanish(at, node));
            }
            if (random.nextBoolean()) {
                faults.add(new FaultSchedule.Haunt(from, node));
            }
            if (random.nextInt(4) == 0) {
                faults.add(new FaultSchedule.Intruder(FaultSchedule.earlier(at.plusMillis(300), until), node,
                        until.minus(at)));
            } else if (random.nextBoolean()) {
                faults.add(new FaultSchedule.Restart(FaultSchedule.earlier(at.plus(millis(50, 10_000)), until), node));
            }
        }
    }
}
