package dev.muster.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the demo found: promises, each kept or not, and figures. */
final class DemoVerdict {

    /**
     * One promise.
     *
     * @param name what was promised
     * @param kept whether it was
     * @param detail how it came out
     */
    record Promise(String name, boolean kept, String detail) {}

    private final List<Promise> promises = new ArrayList<>();
    private final Map<String, Object> figures = new LinkedHashMap<>();

    DemoVerdict() {}

    /** Note a promise, and tell whether it was kept. */
    boolean promise(String name, boolean kept, String detail) {
        promises.add(new Promise(name, kept, detail));
        return kept;
    }

    void figure(String name, Object value) {
        figures.put(name, value);
    }

    boolean isWell() {
        return !promises.isEmpty() && promises.stream().allMatch(Promise::kept);
    }

    List<Promise> promises() {
        return promises;
    }

    Map<String, Object> values() {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("ok", isWell());
        values.putAll(figures);
        values.put("promises", promises.stream().map(promise -> {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("promise", promise.name());
            one.put("kept", promise.kept());
            one.put("detail", promise.detail());
            return one;
        }).toList());
        return values;
    }
}
