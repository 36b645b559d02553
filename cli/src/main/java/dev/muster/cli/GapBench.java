package dev.muster.cli;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * For how long nothing arrives while a member is killed and another one sends as much as the system takes.
 *
 * @param bytes of a message
 * @param contestants by name; those that know their members
 */
record GapBench(int bytes, List<String> contestants) implements Bench {

    private static final int MEMBERS = 4;

    @Override
    public String title() {
        return "gap in delivery among " + MEMBERS + " members, one sends " + bytes + " B as fast as it can";
    }

    @Override
    public void measure(String contestant, Stage stage, Findings findings) {
        String what = "nobody is killed";
        try (PerfRun run = stage.startInOrder(contestant, MEMBERS)) {
            run.watch();
            findings.add(what, contestant, gap(run.measure(bytes, 1, -1, stage.warmUp(), stage.measured())));
            what = "one is killed";
            findings.add(what, contestant, gap(run.measureWithKill(bytes, MEMBERS - 1, stage.measured())));
        } catch (PerfRun.FailedException e) {
            findings.fail(what, contestant, e.getMessage());
        }
    }

    private static Map<Metric, Double> gap(PerfRun.Result result) {
        Map<Metric, Double> figures = new EnumMap<>(Metric.class);
        figures.put(Metric.LONGEST_GAP, result.longestGapMillis());
        figures.put(Metric.LOST, (double) result.lost());
        figures.put(Metric.OUT_OF_ORDER, (double) result.outOfOrder());
        return figures;
    }
}
