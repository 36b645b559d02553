package dev.muster.testkit.simulation;

import java.time.Duration;
import java.util.Set;

/** Draws faults of chosen kinds. */
final class KindDraw extends Draw {

    private static final LinkQuality GOOD = LinkQuality.GOOD;
    private static final LinkQuality BAD = LinkQuality.BAD;
    private static final double SPOILED = 0.03;

    private final Set<FaultKind> kinds;

    KindDraw(Set<FaultKind> kinds, long seed, int nodes, Duration from, Duration until) {
        super(seed ^ 0x4B494E44L, nodes, from, until);
        this.kinds = kinds;
    }

    FaultSchedule draw(int times) {
        add(new FaultSchedule.Links(Duration.ZERO, links()));
        if (has(FaultKind.CORRUPT) || has(FaultKind.TRUNCATE) || has(FaultKind.FUTURE)) {
            add(new FaultSchedule.Spoil(from, has(FaultKind.CORRUPT) ? SPOILED : 0, has(FaultKind.TRUNCATE) ? SPOILED : 0,
                    has(FaultKind.FUTURE) ? SPOILED : 0));
        }
        for (int time = 0; time < times; time++) {
            for (FaultKind kind : FaultKind.values()) {
                if (has(kind)) {
                    strike(kind);
                }
            }
        }
        add(new FaultSchedule.HealAll(until));
        return schedule();
    }

    private boolean has(FaultKind kind) {
        return kinds.contains(kind);
    }

    private LinkQuality links() {
        boolean late = has(FaultKind.DELAY);
        return new LinkQuality(late ? BAD.delay() : GOOD.delay(), late ? BAD.jitter() : GOOD.jitter(),
                has(FaultKind.LOSS) ? BAD.loss() : 0, has(FaultKind.DUPLICATE) ? BAD.duplication() : 0,
                has(FaultKind.REORDER) ? BAD.reordering() : 0, late ? BAD.tail() : 0,
                late ? BAD.tailDelay() : Duration.ZERO);
    }

    private void strike(FaultKind kind) {
        Duration at = moment();
        int node = node();
        switch (kind) {
            case PARTITION, CUT, SPLIT, FLAP -> strikeNetwork(kind, at, node);
            case CRASH, CRASH_SENDING, RESTART, INTRUDER, VANISH, GHOST -> strikeLife(kind, at, node);
            case PAUSE -> add(new FaultSchedule.Pause(at, node, earlier(millis(100, 8_000), until.minus(at))));
            case SLOW -> add(new FaultSchedule.Slow(at, node, 1 + random.nextInt(100)));
            case CLOCK -> add(new FaultSchedule.ClockJump(at, node, millis(-86_400_000, 86_400_000)));
            case SLOW_CONSUMER -> add(new FaultSchedule.SlowConsumer(at, node, millis(10, 2_000)));
            case MTU -> {
                add(new FaultSchedule.Mtu(at, 1_500));
                add(new FaultSchedule.Mtu(atMostUntil(at.plus(millis(500, 6_000))), 65_507));
            }
            case EMPTY_HOSTS -> told(FaultSchedule.Hosts.EMPTY);
            case STALE_HOSTS -> told(FaultSchedule.Hosts.STALE);
            default -> { } // in force all the time
        }
    }

    private void told(FaultSchedule.Hosts hosts) {
        add(new FaultSchedule.Discovery(Duration.ZERO, random.nextInt(Math.min(nodes, MemberStack.CONTACTS)), hosts));
    }

    private void strikeNetwork(FaultKind kind, Duration at, int node) {
        if (kind == FaultKind.PARTITION) {
            add(new FaultSchedule.Partition(at, parts()));
        } else if (nodes > 1) {
            int other = other(node);
            add(kind == FaultKind.CUT ? new FaultSchedule.Cut(at, node, other)
                    : kind == FaultKind.SPLIT ? new FaultSchedule.Split(at, node, other)
                    : new FaultSchedule.Flap(at, node, other, 1 + random.nextInt(8), millis(200, 4_000)));
        }
        if (kind != FaultKind.FLAP) {
            heal(at.plus(millis(1_000, 15_000)));
        }
    }

    private void strikeLife(FaultKind kind, Duration at, int node) {
        if (kind == FaultKind.GHOST) {
            add(new FaultSchedule.Haunt(from, node));
        }
        if (kind == FaultKind.VANISH) {
            add(new FaultSchedule.Vanish(at, node));
        } else if (kind == FaultKind.CRASH_SENDING) {
            add(new FaultSchedule.CrashAfterSends(at, node, 1 + random.nextInt(2 * nodes)));
        } else {
            add(new FaultSchedule.Crash(at, node));
        }
        if (kind == FaultKind.INTRUDER) {
            add(new FaultSchedule.Intruder(at.plusMillis(300), node, until.minus(at)));
        } else if (kind == FaultKind.RESTART || kind == FaultKind.GHOST) {
            add(new FaultSchedule.Restart(atMostUntil(at.plus(millis(50, 10_000))), node));
        }
    }
}
