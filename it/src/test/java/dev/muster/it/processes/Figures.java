package dev.muster.it.processes;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What was measured on the way. To be told, never to be asserted: machines are shared. */
final class Figures {

    private final Map<String, List<Long>> values = new TreeMap<>();

    /** Something took from one moment to another, both in microseconds. */
    void took(String what, long from, long to) {
        counted(what + ", ms", (to - from) / 1_000);
    }

    void counted(String what, long value) {
        values.computeIfAbsent(what, unused -> new ArrayList<>()).add(value);
    }

    /** One line each: how often, least, median, most. */
    @Override
    public String toString() {
        return values.entrySet().stream().map(entry -> line(entry.getKey(), entry.getValue().stream().sorted().toList()))
                .collect(Collectors.joining("\n"));
    }

    private static String line(String what, List<Long> sorted) {
        return "  " + what + ": " + sorted.size() + " times, " + sorted.get(0) + " to " + sorted.get(sorted.size() - 1)
                + ", median " + sorted.get(sorted.size() / 2);
    }
}
