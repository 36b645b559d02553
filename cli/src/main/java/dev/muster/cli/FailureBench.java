package dev.muster.cli;

import java.time.Duration;
import java.util.List;

/**
 * How soon a failure shows in the view of those that are left.
 *
 * @param failure what happens
 * @param contestants by name; those that know their members
 */
record FailureBench(Failure failure, List<String> contestants) implements Bench {

    private static final int MEMBERS = 3;
    private static final Duration SETTLING = Duration.ofSeconds(2);

    /** What happens to a process. */
    enum Failure {

        KILL_MEMBER("kill -9 of a member", MEMBERS - 1, true),
        KILL_COORDINATOR("kill -9 of the coordinator", 0, true),
        /** It stands still, its connections open. */
        STOP_MEMBER("SIGSTOP of a member", MEMBERS - 1, false);

        private final String text;
        private final int victim;
        private final boolean kill;

        Failure(String text, int victim, boolean kill) {
            this.text = text;
            this.victim = victim;
            this.kill = kill;
        }
    }

    @Override
    public String title() {
        return "failure among " + MEMBERS + " members, " + failure.text;
    }

    @Override
    public void measure(String contestant, Stage stage, Findings findings) {
        try (PerfRun run = stage.startInOrder(contestant, MEMBERS)) {
            run.settle(SETTLING);
            findings.add(failure.text, contestant, run.fail(failure.victim, failure.kill));
        } catch (PerfRun.FailedException e) {
            findings.fail(failure.text, contestant, e.getMessage());
        }
    }
}
