package dev.muster.cli;

import dev.muster.cli.perf.RoundTrips;
import java.util.List;
import java.util.Locale;

/**
 * How long a message takes to another member and back, one at a time.
 *
 * @param pinning on which cores the two are
 * @param sizes of messages
 * @param modes who sends the next one
 * @param contestants by name
 */
record TripBench(Pinning pinning, List<Integer> sizes, List<RoundTrips.Mode> modes, List<String> contestants) implements Bench {

    private static final int MEMBERS = 2;

    @Override
    public String title() {
        return "round trips between " + MEMBERS + " members, " + pinning.text();
    }

    @Override
    public void measure(String contestant, Stage stage, Findings findings) {
        for (RoundTrips.Mode mode : modes) {
            for (int bytes : sizes) {
                String what = bytes + " B, " + mode.name().toLowerCase(Locale.ROOT);
                try (PerfRun run = stage.start(contestant, MEMBERS, pinning)) {
                    findings.add(what, contestant, run.roundTrips(bytes, mode, stage.warmUp(), stage.measured()));
                } catch (PerfRun.FailedException e) {
                    findings.fail(what, contestant, e.getMessage());
                }
            }
        }
    }
}
