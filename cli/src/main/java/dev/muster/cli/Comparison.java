package dev.muster.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** What several contestants achieved in several rounds. Used by one thread. */
final class Comparison {

    private final List<String> contestants;
    private final List<Integer> sizes;
    private final Map<String, Map<Integer, List<PerfRun.Result>>> results = new LinkedHashMap<>();

    /** The first contestant is the one that the others are compared with. */
    Comparison(List<String> contestants, List<Integer> sizes) {
        this.contestants = List.copyOf(contestants);
        this.sizes = List.copyOf(sizes);
        contestants.forEach(contestant -> results.put(contestant, new LinkedHashMap<>()));
    }

    List<Integer> sizes() {
        return sizes;
    }

    void add(String contestant, PerfRun.Result result) {
        results.get(contestant).computeIfAbsent(result.bytes(), size -> new ArrayList<>()).add(result);
    }

    /** Tell whether a contestant lost nothing and kept the order, in all that was to be measured. */
    boolean isFlawless(String contestant) {
        return sizes.stream().allMatch(size -> !of(contestant, size).isEmpty() && of(contestant, size).stream()
                .allMatch(result -> result.lost() == 0 && result.outOfOrder() == 0));
    }

    private List<PerfRun.Result> of(String contestant, int size) {
        return results.get(contestant).getOrDefault(size, List.of());
    }

    /** Markdown, one table for each kind of figure. */
    String table() {
        return part("messages per second and receiver, median (least..most)", this::rate)
                + part("rate of " + contestants.get(0) + " over theirs", this::ratio)
                + part("CPU seconds per million delivered", (contestant, size) ->
                        median(contestant, size, PerfRun.Result::cpuPerMillion, "%.3f"))
                + part("bytes allocated per delivered message", (contestant, size) ->
                        median(contestant, size, PerfRun.Result::allocatedPerDelivered, "%.1f"))
                + part("lost, out of order", this::flaws);
    }

    /** One figure. */
    @FunctionalInterface
    private interface Figure {
        String of(String contestant, int size);
    }

    private String part(String heading, Figure figure) {
        StringBuilder text = new StringBuilder("| ").append(heading);
        sizes.forEach(size -> text.append(" | ").append(size).append(" B"));
        text.append(" |\n|---").append("|---".repeat(sizes.size())).append("|\n");
        for (String contestant : contestants) {
            text.append("| ").append(contestant);
            sizes.forEach(size -> text.append(" | ")
                    .append(of(contestant, size).isEmpty() ? "did not finish" : figure.of(contestant, size)));
            text.append(" |\n");
        }
        return text.append('\n').toString();
    }

    private String rate(String contestant, int size) {
        double[] sorted = sorted(contestant, size, PerfRun.Result::rate);
        return String.format(Locale.ROOT, "%,.0f (%,.0f..%,.0f)", median(sorted), sorted[0], sorted[sorted.length - 1]);
    }

    private String ratio(String contestant, int size) {
        return of(contestants.get(0), size).isEmpty() ? "" : String.format(Locale.ROOT, "%.2f",
                median(sorted(contestants.get(0), size, PerfRun.Result::rate))
                        / median(sorted(contestant, size, PerfRun.Result::rate)));
    }

    private String median(String contestant, int size, ToDoubleFunction<PerfRun.Result> figure, String format) {
        return String.format(Locale.ROOT, format, median(sorted(contestant, size, figure)));
    }

    private String flaws(String contestant, int size) {
        return of(contestant, size).stream().mapToLong(PerfRun.Result::lost).sum() + ", "
                + of(contestant, size).stream().mapToLong(PerfRun.Result::outOfOrder).sum();
    }

    private double[] sorted(String contestant, int size, ToDoubleFunction<PerfRun.Result> figure) {
        return of(contestant, size).stream().mapToDouble(figure).sorted().toArray();
    }

    private static double median(double[] sorted) {
        int half = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }

    /** For JSON. */
    Map<String, Object> values() {
        return results.entrySet().stream().collect(Collectors.toMap(Map.Entry::getKey,
                entry -> entry.getValue().values().stream().flatMap(List::stream).map(PerfRun.Result::values).toList(),
                (one, other) -> one, LinkedHashMap::new));
    }
}
