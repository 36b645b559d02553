package dev.muster.testkit.simulation;

import java.time.Duration;

/** Draws schedules in which each kind of fault is in or out by chance. */
final class SwarmDraw extends Draw {

    private static final double PART_OF_KINDS = 0.3;

    SwarmDraw(long seed, int nodes, Duration from, Duration until) {
        super(seed ^ 0x53574152L, nodes, from, until);
    }

    FaultSchedule draw() {
        add(new FaultSchedule.Links(Duration.ZERO, random.nextBoolean() ? LinkQuality.BAD : LinkQuality.GOOD));
        drawNetwork();
        drawBytes();
        drawNodes();
        drawLives();
        add(new FaultSchedule.HealAll(until));
        return schedule();
    }

    private boolean isIn() {
        return random.nextDouble() < PART_OF_KINDS;
    }

    private void drawNetwork() {
        for (int count = isIn() ? 1 + random.nextInt(3) : 0; count > 0; count--) {
            Duration at = moment();
            add(new FaultSchedule.Partition(at, parts()));
            heal(at.plus(millis(2_000, 15_000)));
        }
        if (isIn()) {
            Duration at = moment();
            int sender = node();
            add(new FaultSchedule.Cut(at, sender, other(sender)));
            heal(at.plus(millis(1_000, 10_000)));
        }
        if (isIn()) {
            Duration at = moment();
            int one = node();
            add(new FaultSchedule.Split(at, one, other(one)));
            heal(at.plus(millis(1_000, 12_000)));
        }
        if (isIn()) {
            int sender = node();
            add(new FaultSchedule.Flap(moment(), sender, other(sender), 1 + random.nextInt(8),
                    millis(200, 4_000)));
        }
    }

    private void drawBytes() {
        if (isIn()) {
            add(new FaultSchedule.Spoil(moment(), random.nextDouble(0.05), random.nextDouble(0.02),
                    random.nextDouble(0.05)));
        }
        if (isIn()) {
            Duration at = moment();
            add(new FaultSchedule.Mtu(at, 1_500));
            add(new FaultSchedule.Mtu(atMostUntil(at.plus(millis(500, 6_000))), 65_507));
        }
    }

    private void drawNodes() {
        if (isIn()) {
            Duration at = moment();
            add(new FaultSchedule.Pause(at, node(), earlier(millis(100, 8_000), until.minus(at))));
        }
        if (isIn()) {
            add(new FaultSchedule.Slow(moment(), node(), 1 + random.nextInt(100)));
        }
        if (isIn()) {
            add(new FaultSchedule.ClockJump(moment(), node(), millis(-86_400_000, 86_400_000)));
        }
        if (isIn()) {
            add(new FaultSchedule.SlowConsumer(moment(), node(), millis(10, 2_000)));
        }
        if (isIn()) {
            add(new FaultSchedule.Discovery(Duration.ZERO, random.nextInt(Math.min(nodes, MemberStack.CONTACTS)),
                    random.nextBoolean() ? FaultSchedule.Hosts.EMPTY : FaultSchedule.Hosts.STALE));
        }
    }

    private void drawLives() {
        for (int count = isIn() || isIn() ? 1 + random.nextInt(3) : 0; count > 0; count--) {
            Duration at = moment();
            int node = node();
            switch (random.nextInt(3)) {
                case 0 -> add(new FaultSchedule.Crash(at, node));
                case 1 -> add(new FaultSchedule.CrashAfterSends(at, node, 1 + random.nextInt(2 * nodes)));
                default -> add(new FaultSchedule.Vanish(at, node));
            }
            if (random.nextBoolean()) {
                add(new FaultSchedule.Haunt(from, node));
            }
            if (random.nextInt(4) == 0) {
                add(new FaultSchedule.Intruder(atMostUntil(at.plusMillis(300)), node,
                        until.minus(at)));
            } else if (random.nextBoolean()) {
                add(new FaultSchedule.Restart(atMostUntil(at.plus(millis(50, 10_000))), node));
            }
        }
    }
}
