package dev.muster.cli;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * How long a group of many takes to form when all join at once in one process, and what its members weigh.
 *
 * @param counts of members, each in a process of its own
 * @param contestants by name
 */
record FormingBench(List<Integer> counts, List<String> contestants) implements Bench {

    private static final Duration PATIENCE = Duration.ofSeconds(240);
    private static final String PROCESS = "m1";
    /** What a member keeps may grow with their number. */
    private static final String HEAP = "-Xmx4g";

    @Override
    public String title() {
        return "forming a group in one process, all at once";
    }

    @Override
    public void measure(String contestant, Stage stage, Findings findings) {
        for (int count : counts) {
            String what = count + " members";
            List<MemberLine> said = new ArrayList<>();
            try (Members members = new Members(List.of(PROCESS), stage.command(contestant, HEAP), stage.forming(contestant, count),
                    (process, line) -> said.add(line))) {
                members.start(PROCESS);
                members.await(PATIENCE, () -> !said.isEmpty());
            }
            if (!said.isEmpty() && said.get(0).event().equals("formed")) {
                findings.add(what, contestant, figures(said.get(0), count));
            } else {
                findings.fail(what, contestant, said.isEmpty() ? "formed no group in " + PATIENCE.toSeconds() + " s"
                        : said.get(0).event() + " " + said.get(0).field(0));
            }
        }
    }

    private static Map<Metric, Double> figures(MemberLine formed, int count) {
        Map<Metric, Double> figures = new EnumMap<>(Metric.class);
        figures.put(Metric.FORMING, formed.number(0) / 1e3);
        figures.put(Metric.FORMING_CPU, formed.number(1) / 1e3);
        figures.put(Metric.THREADS, (double) formed.number(2) / count);
        figures.put(Metric.HEAP, formed.number(3) / 1e3 / count);
        return figures;
    }
}
