package dev.muster.cli;

import dev.muster.testkit.simulation.FaultSchedule;
import dev.muster.testkit.simulation.LinkQuality;
import java.time.Duration;
import java.util.Collection;

/** What can be asked to go wrong in a simulation, by the words of the command line. */
enum SimFault {
    none, usual, swarm, loss, duplicate, reorder, delay, crash, restart, partition, cut, pause;

    private static final LinkQuality GOOD = LinkQuality.GOOD;
    private static final LinkQuality BAD = LinkQuality.BAD;
    private static final Duration FIRST = Duration.ofSeconds(8);
    /** After the last fault: by then everything is detected, merged and delivered. */
    private static final Duration CALM = Duration.ofSeconds(28);

    /** A whole schedule by one word. */
    boolean standsAlone() {
        return this == none || this == usual || this == swarm;
    }

    /** The schedule for a run; the usual one is that of the project's own simulations of small clusters. */
    static FaultSchedule schedule(Collection<SimFault> faults, long seed, int members, Duration length) {
        if (faults.contains(none)) {
            return FaultSchedule.NONE;
        }
        if (faults.contains(swarm) && members > 1) {
            return FaultSchedule.swarm(seed, members, FIRST, length.minus(CALM));
        }
        int times = (int) length.toMinutes();
        return FaultSchedule.draw(seed, members, FIRST, length.minus(CALM),
                faults.contains(usual) ? usualMix(seed, times) : mix(faults, times));
    }

    private static FaultSchedule.Mix usualMix(long seed, int times) {
        return new FaultSchedule.Mix(BAD, times, 0.4, times, seed % 4 == 0 ? times : 0, 0.25);
    }

    private static FaultSchedule.Mix mix(Collection<SimFault> faults, int times) {
        boolean delayed = faults.contains(delay);
        LinkQuality links = new LinkQuality(delayed ? BAD.delay() : GOOD.delay(), delayed ? BAD.jitter() : GOOD.jitter(),
                faults.contains(loss) ? BAD.loss() : 0, faults.contains(duplicate) ? BAD.duplication() : 0,
                faults.contains(reorder) ? BAD.reordering() : 0, delayed ? BAD.tail() : 0,
                delayed ? BAD.tailDelay() : Duration.ZERO);
        boolean deaths = faults.contains(crash) || faults.contains(restart);
        return new FaultSchedule.Mix(links, deaths ? times : 0, faults.contains(restart) ? 1 : 0,
                faults.contains(partition) ? times : 0, faults.contains(cut) ? times : 0, faults.contains(pause) ? 1 : 0);
    }
}
