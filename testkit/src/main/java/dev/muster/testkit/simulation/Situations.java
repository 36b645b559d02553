package dev.muster.testkit.simulation;

import dev.muster.api.MergeView;
import dev.muster.api.View;
import dev.muster.testkit.history.History;
import dev.muster.testkit.history.LifeHistory;
import java.util.List;
import java.util.Map;

/** Counts rare situations in one run. */
final class Situations {

    private final long[] counts = new long[Situation.values().length];
    private final History history;

    Situations(History history) {
        this.history = history;
    }

    void met(Situation situation) {
        counts[situation.ordinal()]++;
    }

    long count(Situation situation) {
        return counts[situation.ordinal()];
    }

    /** A coordinator was told its view. */
    void viewTold(View before, View view, List<SimulatedMember> living) {
        if (view instanceof MergeView merge && merge.subgroups().size() >= 3) {
            met(Situation.MERGE_OF_THREE);
        }
        for (SimulatedMember member : living) {
            boolean wasIn = before != null && before.contains(member.history().address());
            if (wasIn && !view.contains(member.history().address())) {
                met(Situation.MEMBER_LEFT_BEHIND);
            }
        }
    }

    /** A newcomer has its state. */
    void stateTaken(LifeHistory newcomer, int provider) {
        long views = history.lives().get(provider).views().stream()
                .filter(view -> view.contains(newcomer.address())).count();
        if (views > 1) {
            met(Situation.VIEW_CHANGE_DURING_STATE_TRANSFER);
        }
    }

    /** The run has ended: what stacks have counted of themselves. */
    void addCounted(List<SimulatedMember> everybody) {
        for (SimulatedMember member : everybody) {
            Map<String, Long> counters = member.channel().counters();
            for (Situation situation : Situation.values()) {
                for (String counter : situation.counters()) {
                    counts[situation.ordinal()] += counters.getOrDefault(counter, 0L);
                }
            }
        }
    }
}
