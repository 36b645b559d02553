package dev.muster.cli;

import java.time.Duration;
import java.util.List;

/**
 * What becomes of the rate when one receiver takes its time: it can't be more than that one takes, and nothing may be lost.
 *
 * @param bytes of a message
 * @param contestants by name
 */
record SlowBench(int bytes, List<String> contestants) implements Bench {

    private static final int MEMBERS = 3;
    private static final Duration PER_MESSAGE = Duration.ofNanos(20_000);

    @Override
    public String title() {
        return "slow receiver among " + MEMBERS + " members, one sends " + bytes + " B to the group";
    }

    @Override
    public void measure(String contestant, Stage stage, Findings findings) {
        String what = "all are fast";
        try (PerfRun run = stage.start(contestant, MEMBERS, Pinning.NONE)) {
            findings.add(what, contestant, run.measure(bytes, 1, -1, stage.warmUp(), stage.measured()).figures());
            what = "one takes 20 µs for each";
            run.dawdle(MEMBERS - 1, PER_MESSAGE);
            findings.add(what, contestant, run.measure(bytes, 1, -1, Duration.ZERO, stage.measured()).figures());
        } catch (PerfRun.FailedException e) {
            findings.fail(what, contestant, e.getMessage());
        }
    }
}
