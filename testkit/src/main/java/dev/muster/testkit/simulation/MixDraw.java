package dev.muster.testkit.simulation;

import java.time.Duration;

/** Draws the few faults of a {@link FaultSchedule.Mix}. */
final class MixDraw extends Draw {

    private final FaultSchedule.Mix mix;

    MixDraw(long seed, int nodes, Duration from, Duration until, FaultSchedule.Mix mix) {
        super(seed ^ 0x5DEECE66DL, nodes, from, until);
        this.mix = mix;
    }

    FaultSchedule draw() {
        add(new FaultSchedule.Links(Duration.ZERO, mix.links()));
        for (int count = 0; count < mix.crashes(); count++) {
            crash();
        }
        for (int count = 0; count < mix.partitions(); count++) {
            Duration at = moment();
            add(new FaultSchedule.Partition(at, parts()));
            heal(at.plus(millis(2_000, 15_000)));
        }
        for (int count = 0; count < mix.cuts() && nodes > 1; count++) {
            Duration at = moment();
            int sender = node();
            add(new FaultSchedule.Cut(at, sender, other(sender)));
            heal(at.plus(millis(1_000, 10_000)));
        }
        if (random.nextDouble() < mix.pause()) {
            Duration at = moment(Duration.ofSeconds(9));
            add(new FaultSchedule.Pause(at, node(), millis(100, 8_000)));
        }
        heal(until);
        add(new FaultSchedule.Links(until, LinkQuality.GOOD));
        return schedule();
    }

    private void crash() {
        Duration at = moment(Duration.ofSeconds(2));
        int node = node();
        add(random.nextBoolean() ? new FaultSchedule.Crash(at, node)
                : new FaultSchedule.CrashAfterSends(at, node, 1 + random.nextInt(2 * nodes)));
        if (random.nextDouble() < mix.restart()) {
            add(new FaultSchedule.Restart(atMostUntil(at.plus(millis(50, 10_000))), node));
        }
    }
}
