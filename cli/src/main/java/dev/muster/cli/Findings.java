package dev.muster.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** What a bench found out, case by case, in several rounds. Used by one thread. */
final class Findings {

    /** A contestant in a case. */
    private static final class Row {
        final List<Map<Metric, Double>> rounds = new ArrayList<>();
        final List<String> failures = new ArrayList<>();

        double[] sorted(Metric metric) {
            return rounds.stream().filter(round -> round.containsKey(metric)).mapToDouble(round -> round.get(metric))
                    .sorted().toArray();
        }

        boolean isComplete() {
            return failures.isEmpty() && !rounds.isEmpty() && Arrays.stream(sorted(Metric.LOST)).sum() == 0;
        }

        double median(Metric metric) {
            double[] sorted = sorted(metric);
            int half = sorted.length / 2;
            return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
        }
    }

    private final String title;
    private final Consumer<String> progress;
    private final Map<String, Map<String, Row>> rows = new LinkedHashMap<>();
    private final Set<Metric> metrics = EnumSet.noneOf(Metric.class);

    /**
     * Begin.
     *
     * @param title of the bench
     * @param progress told every finding in a line
     */
    Findings(String title, Consumer<String> progress) {
        this.title = title;
        this.progress = progress;
    }

    /** What came out of one round. */
    void add(String what, String contestant, Map<Metric, Double> figures) {
        row(what, contestant).rounds.add(new EnumMap<>(figures));
        metrics.addAll(figures.keySet());
        progress.accept(contestant + ", " + what + ": " + figures.entrySet().stream()
                .map(figure -> figure.getKey().shown(figure.getValue()) + " " + figure.getKey().heading())
                .collect(Collectors.joining(", ")));
    }

    /** It did not come to its end. */
    void fail(String what, String contestant, String why) {
        row(what, contestant).failures.add(why);
        progress.accept(contestant + ", " + what + ": " + why);
    }

    private Row row(String what, String contestant) {
        return rows.computeIfAbsent(what, key -> new LinkedHashMap<>()).computeIfAbsent(contestant, key -> new Row());
    }

    /** Whether Muster came to the end of everything, lost nothing and kept the order. */
    boolean isMusterFlawless() {
        return rows.values().stream().flatMap(contestants -> contestants.entrySet().stream())
                .filter(entry -> Contestants.isMuster(entry.getKey())).map(Map.Entry::getValue)
                .allMatch(row -> row.isComplete() && Arrays.stream(row.sorted(Metric.OUT_OF_ORDER)).sum() == 0);
    }

    /** A table in Markdown, medians with the least and the most of all rounds. */
    String table() {
        StringBuilder text = new StringBuilder("### ").append(title).append("\n\n| | |");
        metrics.forEach(metric -> text.append(' ').append(metric.heading()).append(isMain(metric) ? " | ratio |" : " |"));
        text.append("\n|---|---|").append("---|".repeat(metrics.size() + (metrics.isEmpty() ? 0 : 1))).append('\n');
        rows.forEach((what, contestants) -> contestants.forEach((contestant, row) -> {
            text.append("| ").append(what).append(" | ").append(contestant).append(" |");
            metrics.forEach(metric -> text.append(' ').append(cell(row, metric)).append(" |")
                    .append(isMain(metric) ? ratio(contestants, row, metric) : ""));
            text.append('\n');
        }));
        failures(text);
        return text.append('\n').toString();
    }

    private boolean isMain(Metric metric) {
        return metric == metrics.iterator().next();
    }

    private static String cell(Row row, Metric metric) {
        double[] sorted = row.sorted(metric);
        if (sorted.length == 0) {
            return row.failures.isEmpty() ? "" : "incomplete";
        }
        if (metric.isFault()) {
            return metric.shown(Arrays.stream(sorted).sum());
        }
        if (!row.isComplete()) {
            return "incomplete";
        }
        String median = metric.shown(row.median(metric));
        return sorted.length == 1 ? median
                : median + " (" + metric.shown(sorted[0]) + ".." + metric.shown(sorted[sorted.length - 1]) + ")";
    }

    /** The first contestant's median over theirs. */
    private static String ratio(Map<String, Row> contestants, Row row, Metric metric) {
        Row first = contestants.values().iterator().next();
        return row == first || !row.isComplete() || !first.isComplete() ? " |"
                : String.format(Locale.ROOT, " %.2f |", first.median(metric) / row.median(metric));
    }

    private void failures(StringBuilder text) {
        rows.forEach((what, contestants) -> contestants.forEach((contestant, row) -> row.failures.forEach(failure ->
                text.append("\n* ").append(contestant).append(", ").append(what).append(": ").append(failure))));
        text.append('\n');
    }

    /** For JSON. */
    Map<String, Object> values() {
        List<Object> cases = new ArrayList<>();
        rows.forEach((what, contestants) -> contestants.forEach((contestant, row) -> {
            Map<String, Object> values = new LinkedHashMap<>();
            values.put("case", what);
            values.put("contestant", contestant);
            values.put("complete", row.isComplete());
            values.put("rounds", row.rounds.stream().map(Findings::values).toList());
            values.put("failures", row.failures);
            cases.add(values);
        }));
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("bench", title);
        values.put("findings", cases);
        return values;
    }

    private static Map<String, Object> values(Map<Metric, Double> figures) {
        Map<String, Object> values = new LinkedHashMap<>();
        figures.forEach((metric, figure) -> values.put(metric.key(),
                metric.isFault() ? (Object) figure.longValue() : Math.round(figure * 1e4) / 1e4));
        return values;
    }
}
