package dev.muster.testkit.simulation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * Makes a failing scenario smaller as long as it breaks the same promise: fewer faults first (by halves, then quarters,
 * and so on), then fewer members, then an earlier end. For one thread.
 */
public final class Shrinker {

    private static final Duration LEAST_LENGTH = Duration.ofSeconds(5);
    /** Promises of what has become of everything after some time. */
    private static final Set<String> NEED_THE_END = Set.of("V5", "L1", "D3", "Q1");

    private final Function<Scenario, String> judge;
    private final int mostRuns;
    private int runs;

    /**
     * Create one.
     *
     * @param judge runs a scenario and tells the letter of the promise that was broken; null if none was
     * @param mostRuns after so many runs the smallest one found has to do
     */
    public Shrinker(Function<Scenario, String> judge, int mostRuns) {
        this.judge = judge;
        this.mostRuns = mostRuns;
    }

    /**
     * Make it smaller.
     *
     * @param failing breaks the promise that it names
     * @return the smallest found that breaks the same; the same if none smaller does
     */
    public Scenario shrink(Scenario failing) {
        Scenario smallest = failing;
        for (Scenario before = null; !smallest.equals(before) && runs < mostRuns; ) {
            before = smallest;
            smallest = fewerFaults(smallest);
            smallest = fewerMembers(smallest);
        }
        return shorter(smallest);
    }

    /**
     * How many scenarios were run.
     *
     * @return the count
     */
    public int runs() {
        return runs;
    }

    private boolean breaksTheSame(Scenario candidate) {
        if (runs >= mostRuns) {
            return false;
        }
        runs++;
        return candidate.promise().equals(judge.apply(candidate));
    }

    /** Drop faults, ever smaller pieces of the list, as long as any piece can go. What ends faults stays. */
    private Scenario fewerFaults(Scenario failing) {
        Scenario smallest = failing;
        int pieces = 2;
        while (runs < mostRuns) {
            List<FaultSchedule.Fault> faults = removable(smallest);
            Scenario found = null;
            int length = Math.max(1, (faults.size() + pieces - 1) / pieces);
            for (int from = 0; from < faults.size() && found == null; from += length) {
                List<FaultSchedule.Fault> kept = new ArrayList<>(smallest.schedule().faults());
                kept.removeAll(faults.subList(from, Math.min(faults.size(), from + length)));
                Scenario candidate = smallest.withFaults(kept);
                found = breaksTheSame(candidate) ? candidate : null;
            }
            if (found != null) {
                smallest = found;
                pieces = Math.max(2, pieces - 1);
            } else if (length <= 1) {
                return smallest;
            } else {
                pieces *= 2;
            }
        }
        return smallest;
    }

    /** Without its healing a schedule breaks more than what it is to show. */
    private static List<FaultSchedule.Fault> removable(Scenario scenario) {
        List<FaultSchedule.Fault> faults = scenario.schedule().faults();
        Duration healed = faults.stream().filter(Shrinker::heals).map(FaultSchedule.Fault::at).max(Duration::compareTo)
                .orElse(scenario.length());
        return faults.stream().filter(fault -> !heals(fault) && fault.at().compareTo(healed) < 0).toList();
    }

    private static boolean heals(FaultSchedule.Fault fault) {
        return fault instanceof FaultSchedule.HealAll || fault instanceof FaultSchedule.Heal;
    }

    private Scenario fewerMembers(Scenario failing) {
        Scenario smallest = failing;
        while (smallest.members() > 1) {
            Scenario candidate = smallest.withMembers(smallest.members() - 1);
            if (!breaksTheSame(candidate)) {
                break;
            }
            smallest = candidate;
        }
        return smallest;
    }

    /** An end in the middle of a story that needs its whole length breaks nothing, or something else. */
    private Scenario shorter(Scenario failing) {
        Scenario smallest = failing;
        if (NEED_THE_END.contains(failing.promise())) {
            return smallest;
        }
        Duration step = smallest.length().dividedBy(2);
        while (step.compareTo(Duration.ofSeconds(1)) > 0) {
            Duration length = smallest.length().minus(step);
            Scenario candidate = smallest.withLength(length);
            if (length.compareTo(LEAST_LENGTH) > 0 && breaksTheSame(candidate)) {
                smallest = candidate;
            }
            step = step.dividedBy(2);
        }
        return smallest;
    }
}
