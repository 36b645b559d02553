package dev.muster.cli;

import dev.muster.testkit.simulation.MemberStack;
import dev.muster.testkit.simulation.Outcome;
import dev.muster.testkit.simulation.SimulatedCluster;
import dev.muster.testkit.simulation.Workload;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** One seed from the first member's start to the verdict. */
final class SimRun {

    private static final Duration JOINS = Duration.ofSeconds(4);
    private static final Duration QUIET = Duration.ofSeconds(4);
    private static final int CROWD = 20;

    private final int members;
    private final long seed;
    private final Duration length;
    private final List<String> faults;
    private final MemberStack stack;
    private final List<Map<String, Object>> story = new ArrayList<>();

    SimRun(int members, long seed, int minutes, List<String> faults, MemberStack stack) {
        this.members = members;
        this.seed = seed;
        this.length = Duration.ofMinutes(minutes);
        this.faults = faults;
        this.stack = stack;
    }

    /** Run; the story goes to {@code out} while it happens, unless that is null. */
    SimVerdict run(PrintWriter out) {
        long begin = System.nanoTime();
        Outcome outcome = new SimulatedCluster(SimulatedCluster.assembler(), stack, members, seed)
                .workload(workload())
                .faults(SimFault.schedule(faults, seed, members, length))
                .times(JOINS, length, QUIET)
                .observer((at, who, what) -> happened(out, at, who, what))
                .judge();
        return new SimVerdict(outcome, members, length, System.nanoTime() - begin, story);
    }

    /** That of the project's bulk of simulations, so that its seeds can be replayed. A crowd says less each. */
    private Workload workload() {
        return members <= CROWD ? Workload.LIGHT.withOutOfBand(0.1) : Workload.LIGHT.every(Duration.ofMillis(100L * members));
    }

    private void happened(PrintWriter out, Duration at, String who, String what) {
        double seconds = at.toNanos() / 1e9;
        if (out != null) {
            out.println(String.format(Locale.ROOT, "%12.6f s  %-8s %s", seconds, who, what));
        }
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("seconds", seconds);
        event.put("member", who);
        event.put("event", what);
        story.add(event);
    }
}
