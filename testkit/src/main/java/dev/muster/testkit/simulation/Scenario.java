package dev.muster.testkit.simulation;

import dev.muster.core.Assembler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * All that decides a run, as data: it can be kept in a text file, replayed and made smaller.
 *
 * <pre>
 * # a comment
 * promise  V5                 the promise that was broken when this was found; - for none
 * seed     72
 * members  5
 * stack    datagram           a name; who replays it knows the stack
 * joins    4s                 within which members begin to join
 * length   80s                of the whole run
 * quiet    4s                 at its end, in which nothing is sent
 * workload interval=100ms unicasts=0.1 outOfBand=0.0 large=0.0 bytes=100 largeBytes=0 withState=false
 * fault    Crash at=9.25s node=1
 * fault    Partition at=12s parts=0,1|2,3,4
 * fault    HealAll at=32s
 * </pre>
 *
 * <p>One fault per line: a record of {@link FaultSchedule} with its values. Times end in {@code s} or {@code ms}.
 *
 * @param promise letter of the promise that was broken when this was found; empty if none
 * @param seed decides what is left to chance
 * @param members number of them
 * @param stack name of the stack
 * @param joins within which members begin to join
 * @param length of the whole run
 * @param quiet at its end, in which nothing is sent
 * @param workload what the applications do
 * @param schedule what goes wrong
 */
public record Scenario(String promise, long seed, int members, String stack, Duration joins, Duration length,
        Duration quiet, Workload workload, FaultSchedule schedule) {

    /**
     * The same with other faults.
     *
     * @param faults in any order
     * @return a new scenario
     */
    public Scenario withFaults(List<FaultSchedule.Fault> faults) {
        return new Scenario(promise, seed, members, stack, joins, length, quiet, workload, new FaultSchedule(faults));
    }

    /**
     * The same with fewer members: faults of nodes that are no more go, too.
     *
     * @param count at least 1
     * @return a new scenario
     */
    public Scenario withMembers(int count) {
        List<FaultSchedule.Fault> kept = schedule.faults().stream().map(fault -> ScenarioText.within(fault, count))
                .filter(fault -> fault != null).toList();
        return new Scenario(promise, seed, count, stack, joins, length, quiet, workload, new FaultSchedule(kept));
    }

    /**
     * The same with another length.
     *
     * @param value of the whole run
     * @return a new scenario
     */
    public Scenario withLength(Duration value) {
        return new Scenario(promise, seed, members, stack, joins, value, quiet, workload, schedule);
    }

    /**
     * The same with a promise.
     *
     * @param letter that was broken
     * @return a new scenario
     */
    public Scenario withPromise(String letter) {
        return new Scenario(letter, seed, members, stack, joins, length, quiet, workload, schedule);
    }

    /**
     * Prepare its run.
     *
     * @param assembler builds the channels
     * @param stacks the stack of the name
     * @return a cluster to {@link SimulatedCluster#run}
     */
    public SimulatedCluster cluster(Assembler assembler, MemberStack stacks) {
        return new SimulatedCluster(assembler, stacks, members, seed).workload(workload).faults(schedule)
                .times(joins, length, quiet);
    }

    /**
     * Read one.
     *
     * @param text in the format above
     * @return the scenario
     * @throws IllegalArgumentException telling the line that can't be read, and what was expected
     */
    public static Scenario parse(String text) {
        Map<String, String> values = new LinkedHashMap<>();
        List<FaultSchedule.Fault> faults = new ArrayList<>();
        int number = 0;
        for (String line : text.split("\\R")) {
            number++;
            String trimmed = line.strip();
            if (!trimmed.isEmpty() && !trimmed.startsWith("#")) {
                String[] parts = trimmed.split("\\s+", 2);
                try {
                    if (parts.length < 2) {
                        throw new IllegalArgumentException("expected a word and its value");
                    }
                    if (parts[0].equals("fault")) {
                        faults.add(ScenarioText.fault(parts[1]));
                    } else {
                        values.put(parts[0], parts[1]);
                    }
                } catch (IllegalArgumentException e) {
                    throw new IllegalArgumentException("line " + number + " of a scenario, \"" + trimmed + "\": "
                            + e.getMessage(), e);
                }
            }
        }
        return of(values, new FaultSchedule(faults));
    }

    private static Scenario of(Map<String, String> values, FaultSchedule schedule) {
        String promise = value(values, "promise");
        return new Scenario(promise.equals("-") ? "" : promise, Long.parseLong(value(values, "seed")),
                Integer.parseInt(value(values, "members")), value(values, "stack"),
                ScenarioText.duration(value(values, "joins")), ScenarioText.duration(value(values, "length")),
                ScenarioText.duration(value(values, "quiet")),
                (Workload) ScenarioText.read(Workload.class, value(values, "workload")), schedule);
    }

    private static String value(Map<String, String> values, String name) {
        String value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException("a scenario without \"" + name + "\"; given are " + values.keySet());
        }
        return value;
    }

    /**
     * Write it.
     *
     * @return in the format that {@link #parse} reads
     */
    public String text() {
        StringBuilder text = new StringBuilder("promise  " + (promise.isEmpty() ? "-" : promise) + "\nseed     " + seed
                + "\nmembers  " + members + "\nstack    " + stack + "\njoins    " + ScenarioText.text(joins)
                + "\nlength   " + ScenarioText.text(length) + "\nquiet    " + ScenarioText.text(quiet)
                + "\nworkload " + ScenarioText.values(workload) + "\n");
        schedule.faults().forEach(fault -> text.append("fault    ").append(fault.getClass().getSimpleName())
                .append(' ').append(ScenarioText.values((Record) fault)).append('\n'));
        return text.toString();
    }
}
