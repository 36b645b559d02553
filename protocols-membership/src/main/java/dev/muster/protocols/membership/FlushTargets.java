package dev.muster.protocols.membership;

import dev.muster.api.View;
import dev.muster.spi.FlushTarget;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Computes what everybody who moves on from a view has to deliver in it: of each sender the most that any of them has
 * delivered. Less would leave somebody with a message that others lack; more is perhaps with nobody.
 */
final class FlushTargets {

    /**
     * What has to be delivered of one sender, ranks instead of addresses.
     *
     * @param sender rank of the sender
     * @param upTo to be delivered in order
     * @param beyond to be delivered out of band
     * @param holder rank of a member that has everything up to {@code upTo}
     */
    record Goal(int sender, long upTo, SortedSet<Long> beyond, int holder) {}

    private FlushTargets() {}

    /**
     * Compute the goals.
     *
     * @param progress by rank of the member that reports; in the order of ranks, so that the most senior of several
     *     equally good holders is chosen
     * @return in the order of senders' ranks
     */
    static List<Goal> compute(Map<Integer, ? extends Collection<Progress>> progress) {
        TreeMap<Integer, Goal> goals = new TreeMap<>();
        progress.forEach((reporter, senders) -> {
            for (Progress sender : senders) {
                goals.merge(sender.rank(),
                        new Goal(sender.rank(), sender.upTo(), sender.beyond(), reporter), FlushTargets::more);
            }
        });
        List<Goal> result = new ArrayList<>(goals.size());
        goals.values().forEach(goal -> result.add(new Goal(goal.sender, goal.upTo,
                new TreeSet<>(goal.beyond.tailSet(goal.upTo + 1)), goal.holder)));
        return result;
    }

    /** The owner of the packets holds them for sure, so it wins a draw; else the first that was seen. */
    private static Goal more(Goal first, Goal second) {
        TreeSet<Long> beyond = new TreeSet<>(first.beyond);
        beyond.addAll(second.beyond);
        boolean secondHolds = second.upTo > first.upTo || second.upTo == first.upTo && second.holder == second.sender;
        Goal best = secondHolds ? second : first;
        return new Goal(best.sender, best.upTo, beyond, best.holder);
    }

    /**
     * Name the members.
     *
     * @param goals with ranks in the view
     * @param view the view
     * @return the target
     * @throws IllegalArgumentException if a rank is none of the view
     */
    static FlushTarget inView(List<Goal> goals, View view) {
        List<FlushTarget.Entry> entries = new ArrayList<>(goals.size());
        for (Goal goal : goals) {
            if (goal.sender >= view.size() || goal.holder >= view.size()) {
                throw new IllegalArgumentException("flush target names rank " + Math.max(goal.sender, goal.holder)
                        + " of view " + view.id() + " with " + view.size() + " members");
            }
            entries.add(new FlushTarget.Entry(view.members().get(goal.sender), goal.upTo, goal.beyond,
                    view.members().get(goal.holder)));
        }
        return new FlushTarget(entries);
    }
}
