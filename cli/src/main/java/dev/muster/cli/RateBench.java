package dev.muster.cli;

import java.util.List;

/**
 * How many messages arrive in a second when as many are sent as the system takes.
 *
 * @param pattern who sends to whom
 * @param members in the group
 * @param sizes of messages, measured one after the other in the same processes
 * @param contestants by name
 */
record RateBench(Pattern pattern, int members, List<Integer> sizes, List<String> contestants) implements Bench {

    /** Who sends to whom. */
    enum Pattern {

        ONE_SENDS("one sends to the group"),
        ALL_SEND("all send to the group"),
        UNICAST("one sends to another one");

        private final String text;

        Pattern(String text) {
            this.text = text;
        }

        private int senders(int members) {
            return this == ALL_SEND ? members : 1;
        }

        private int receiver() {
            return this == UNICAST ? 1 : -1;
        }
    }

    @Override
    public String title() {
        return members + " members, " + pattern.text;
    }

    @Override
    public void measure(String contestant, Stage stage, Findings findings) {
        PerfRun run = null;
        try {
            for (int bytes : sizes) {
                try {
                    run = run == null ? stage.start(contestant, members, Pinning.NONE) : run;
                    findings.add(bytes + " B", contestant, run.measure(bytes, pattern.senders(members), pattern.receiver(),
                            stage.warmUp(), stage.measured()).figures());
                } catch (PerfRun.FailedException e) {
                    // others and other sizes go on; what is missing shows in the table
                    findings.fail(bytes + " B", contestant, e.getMessage());
                    run = closed(run);
                }
            }
        } finally {
            closed(run);
        }
    }

    private static PerfRun closed(PerfRun run) {
        if (run != null) {
            run.close();
        }
        return null;
    }
}
