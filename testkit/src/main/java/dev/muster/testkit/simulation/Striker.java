package dev.muster.testkit.simulation;

import java.time.Duration;

/** Makes the faults of a schedule happen. */
final class Striker {

    private static final Duration USUAL_DELIVERY = Duration.ofNanos(20_000);

    private final SimulatedCluster cluster;
    private final Simulation simulation;
    private final int nodes;
    private double corrupted;
    private double truncated;
    private double future;
    private int mtu = Integer.MAX_VALUE;

    Striker(SimulatedCluster cluster, int nodes) {
        this.cluster = cluster;
        this.simulation = cluster.simulation();
        this.nodes = nodes;
    }

    void strike(FaultSchedule.Fault fault) {
        if (!strikesNetwork(fault) && !strikesBytes(fault) && !strikesNode(fault) && !strikesLife(fault)) {
            throw new IllegalArgumentException("nothing is known of the fault " + fault);
        }
    }

    private boolean strikesNetwork(FaultSchedule.Fault fault) {
        if (fault instanceof FaultSchedule.Links links) {
            simulation.quality(links.quality());
        } else if (fault instanceof FaultSchedule.Partition partition) {
            simulation.partition(partition.parts());
        } else if (fault instanceof FaultSchedule.Cut cut) {
            simulation.cut(cut.from(), cut.to());
        } else if (fault instanceof FaultSchedule.Split split) {
            simulation.split(split.one(), split.other());
        } else if (fault instanceof FaultSchedule.Flap flap) {
            flap(flap);
        } else if (fault instanceof FaultSchedule.Heal) {
            simulation.heal();
        } else if (fault instanceof FaultSchedule.HealAll) {
            healAll();
        } else {
            return false;
        }
        return true;
    }

    private void flap(FaultSchedule.Flap flap) {
        simulation.occurred(Occurrence.FLAPPING);
        for (int time = 0; time < flap.times(); time++) {
            Duration begin = flap.at().plus(flap.period().multipliedBy(time));
            if (begin.compareTo(cluster.healedFrom()) < 0) {
                simulation.at(begin, () -> simulation.cut(flap.from(), flap.to()));
                simulation.at(begin.plus(flap.period().dividedBy(2)), () -> simulation.mend(flap.from(), flap.to()));
            }
        }
    }

    private void healAll() {
        simulation.heal();
        simulation.quality(LinkQuality.GOOD);
        corrupted = 0;
        truncated = 0;
        future = 0;
        mtu = Integer.MAX_VALUE;
        flawsChanged();
        for (int node = 0; node < nodes; node++) {
            simulation.node(node).slow(0);
            simulation.node(node).healed();
            simulation.node(node).crashAfterSends(-1);
            simulation.node(node).deliveryDelay(USUAL_DELIVERY);
            cluster.population().hosts(node, FaultSchedule.Hosts.TRUE);
        }
    }

    private boolean strikesBytes(FaultSchedule.Fault fault) {
        if (fault instanceof FaultSchedule.Spoil spoil) {
            corrupted = spoil.corrupted();
            truncated = spoil.truncated();
            future = spoil.future();
        } else if (fault instanceof FaultSchedule.Mtu limit) {
            mtu = limit.bytes();
        } else {
            return false;
        }
        flawsChanged();
        return true;
    }

    private void flawsChanged() {
        if (corrupted == 0 && truncated == 0 && future == 0 && mtu >= 65_507) {
            simulation.noFlaws();
        } else {
            simulation.flaws(corrupted, truncated, future, mtu);
        }
    }

    private boolean strikesNode(FaultSchedule.Fault fault) {
        if (fault instanceof FaultSchedule.Pause pause) {
            simulation.node(pause.node()).pause(pause.length());
        } else if (fault instanceof FaultSchedule.Slow slow) {
            simulation.node(slow.node()).slow(slow.factor());
        } else if (fault instanceof FaultSchedule.ClockJump jump) {
            simulation.node(jump.node()).jumpClock(jump.by());
        } else if (fault instanceof FaultSchedule.SlowConsumer consumer) {
            simulation.occurred(Occurrence.SLOW_CONSUMER);
            simulation.node(consumer.node()).deliveryDelay(consumer.delay());
        } else if (fault instanceof FaultSchedule.Discovery discovery) {
            cluster.population().hosts(discovery.node(), discovery.hosts());
        } else {
            return false;
        }
        return true;
    }

    private boolean strikesLife(FaultSchedule.Fault fault) {
        if (fault instanceof FaultSchedule.Crash crash) {
            simulation.node(crash.node()).crash();
        } else if (fault instanceof FaultSchedule.CrashAfterSends crash) {
            simulation.node(crash.node()).crashAfterSends(crash.sends());
        } else if (fault instanceof FaultSchedule.Vanish vanish) {
            simulation.node(vanish.node()).vanish();
        } else if (fault instanceof FaultSchedule.Haunt haunt) {
            simulation.node(haunt.node()).haunt();
        } else if (fault instanceof FaultSchedule.Restart restart) {
            cluster.population().restart(restart.node());
        } else if (fault instanceof FaultSchedule.Intruder intruder) {
            cluster.population().intrude(intruder.node(), intruder.length());
        } else {
            return false;
        }
        return true;
    }
}
