package dev.muster.simulations;

import dev.muster.api.Address;
import dev.muster.api.View;
import dev.muster.api.ViewId;
import dev.muster.testkit.history.LifeHistory;
import dev.muster.testkit.simulation.LinkQuality;
import dev.muster.testkit.simulation.MemberStack;
import dev.muster.testkit.simulation.SimulatedCluster;
import dev.muster.testkit.simulation.Simulation;
import dev.muster.testkit.simulation.Workload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * A cluster in which some members are faulty for known times, and what became of its views.
 *
 * <p>How it counts: a <em>fault</em> is one member's being faulty beyond the detection limit for one time; healing is none,
 * though it takes a view to come back. <em>Views</em> are the different ones that healthy members have
 * installed since the first fault. A <em>wrong removal</em> is a healthy member that is missing in one of these views. A
 * faulty member is <em>kept</em> if it is still in the view of a healthy one when its fault ceases.
 */
final class Stability {

    /** When the first fault may begin. */
    static final Duration FIRST = Duration.ofSeconds(20);

    private static final Duration RECOVERY = Duration.ofSeconds(40);

    private final int size;
    private final SimulatedCluster cluster;
    private final Set<Integer> faulty = new TreeSet<>();
    private final Map<Integer, Integer> viewsBefore = new LinkedHashMap<>();
    private final Set<String> kept = new LinkedHashSet<>();
    private Duration last = FIRST;
    private int faults;

    Stability(MemberStack stack, int size, long seed) {
        this.size = size;
        cluster = new SimulatedCluster(Stacks.ASSEMBLER, stack, size, seed).workload(Workload.LIGHT);
    }

    Simulation simulation() {
        return cluster.simulation();
    }

    private void at(Duration moment, Runnable action) {
        last = moment.compareTo(last) > 0 ? moment : last;
        simulation().at(moment, action);
    }

    private static LinkQuality lossy(double loss) {
        return LinkQuality.GOOD.withLoss(loss);
    }

    private void links(int node, boolean in, boolean out, LinkQuality quality) {
        for (int other = 0; other < size; other++) {
            if (other != node && in) {
                simulation().quality(other, node, quality);
            }
            if (other != node && out) {
                simulation().quality(node, other, quality);
            }
        }
    }

    /** A member loses part of what comes in, or goes out, or both, for a time that is beyond the limit. */
    Stability loses(int node, boolean in, boolean out, double part, Duration from, Duration until) {
        beyondTheLimit(node, from, until);
        at(from, () -> links(node, in, out, lossy(part)));
        at(until, () -> links(node, in, out, LinkQuality.GOOD));
        return this;
    }

    private void beyondTheLimit(int node, Duration from, Duration until) {
        faulty.add(node);
        faults++;
        simulation().at(until.minusMillis(1), () -> noteKept(node, until));
    }

    /** A member stands still. */
    Stability stalls(int node, Duration from, Duration length, boolean beyondTheLimit) {
        if (beyondTheLimit) {
            beyondTheLimit(node, from, from.plus(length));
        }
        at(from, () -> simulation().node(node).pause(length));
        return this;
    }

    /** A link carries nothing for a while, one way; that is within the limit, since everybody else is reached. */
    Stability linkFails(int from, int to, Duration begin, Duration end) {
        at(begin, () -> simulation().quality(from, to, lossy(1)));
        at(end, () -> simulation().quality(from, to, LinkQuality.GOOD));
        return this;
    }

    /** A member is slow: what it sends and gets takes long, and it stands still again and again. Within the limit. */
    Stability isSlow(int node, Duration from, Duration until) {
        LinkQuality slow = new LinkQuality(Duration.ofMillis(50), Duration.ofMillis(100), 0.02, 0, 0, 0.01,
                Duration.ofMillis(500));
        at(from, () -> links(node, true, true, slow));
        for (Duration moment = from; moment.compareTo(until) < 0; moment = moment.plusMillis(700)) {
            stalls(node, moment, Duration.ofMillis(400), false);
        }
        at(until, () -> links(node, true, true, LinkQuality.GOOD));
        return this;
    }

    private void noteKept(int node, Duration when) {
        Address address = life(node).address();
        for (int other = 0; other < size; other++) {
            View view = life(other).lastView();
            if (!faulty.contains(other) && view.contains(address)) {
                kept.add("n" + node + " at " + when);
            }
        }
    }

    LifeHistory life(int node) {
        return cluster.history().lives().get(node);
    }

    /** Run until everything should be well again. */
    Stability run() {
        simulation().at(FIRST.minusMillis(1), () -> {
            for (int node = 0; node < size; node++) {
                viewsBefore.put(node, life(node).views().size());
            }
        });
        cluster.times(Duration.ofSeconds(4), last.plus(RECOVERY), Duration.ofSeconds(5)).simulate();
        return this;
    }

    /** Check what holds for any cluster: order, agreement, completeness, one view at the end. */
    Stability checkPromises() {
        cluster.check();
        return this;
    }

    private List<View> laterViews(int node) {
        List<View> all = life(node).views();
        return all.subList(viewsBefore.get(node), all.size());
    }

    Set<Integer> faulty() {
        return faulty;
    }

    int faults() {
        return faults;
    }

    int views() {
        Set<ViewId> ids = new LinkedHashSet<>();
        for (int node = 0; node < size; node++) {
            if (!faulty.contains(node)) {
                laterViews(node).forEach(view -> ids.add(view.id()));
            }
        }
        return ids.size();
    }

    List<String> wrongRemovals() {
        Set<String> wrong = new LinkedHashSet<>();
        for (int node = 0; node < size; node++) {
            for (View view : faulty.contains(node) ? List.<View>of() : laterViews(node)) {
                for (int other = 0; other < size; other++) {
                    if (!faulty.contains(other) && !view.contains(life(other).address())) {
                        wrong.add("n" + other + " in " + view.id());
                    }
                }
            }
        }
        return new ArrayList<>(wrong);
    }

    List<String> kept() {
        return new ArrayList<>(kept);
    }

    boolean isInOneView() {
        return cluster.isInOneView() && cluster.channels().size() == size;
    }

    @Override
    public String toString() {
        return size + " members, seed " + simulation().seed() + ": faulty " + faulty + ", " + faults() + " faults, " + views()
                + " views, wrong removals " + wrongRemovals() + ", kept " + kept + (isInOneView() ? "" : ", NOT IN ONE VIEW");
    }
}
