package dev.muster.cli;

import dev.muster.testkit.history.Promise;
import dev.muster.testkit.history.PromiseBroken;
import dev.muster.testkit.history.Promises;
import dev.muster.testkit.simulation.SimulatedCluster;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What came of a simulated run: each promise, kept or not, and some figures. */
final class SimVerdict {

    private final SimulatedCluster cluster;
    private final int members;
    private final Duration virtual;
    private final double realSeconds;
    private final List<Map<String, Object>> story;
    private final Map<Promise, String> broken = new LinkedHashMap<>();

    SimVerdict(SimulatedCluster cluster, int members, Duration virtual, long realNanos, List<Map<String, Object>> story) {
        this.cluster = cluster;
        this.members = members;
        this.virtual = virtual;
        this.realSeconds = realNanos / 1e9;
        this.story = story;
        for (Promise promise : Promises.all()) {
            try {
                Promises.check(promise, cluster.history());
            } catch (PromiseBroken e) {
                broken.put(promise, e.getMessage());
            }
        }
    }

    /** A hash over hashes. */
    static String combined(CharSequence hashes) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(hashes.toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    boolean isWell() {
        return broken.isEmpty() && cluster.failures().isEmpty();
    }

    private double speedUp() {
        return virtual.toNanos() / 1e9 / realSeconds;
    }

    void print(PrintWriter out, boolean eachPromise) {
        if (eachPromise) {
            out.println();
            Promises.all().forEach(promise -> out.println((broken.containsKey(promise) ? "  FAIL  " : "  ok    ")
                    + promise.id() + "  " + promise.says()));
            out.println();
        }
        broken.values().forEach(out::println);
        cluster.failures().forEach(failure -> out.println("a callback failed: " + failure));
        out.println(String.format(Locale.ROOT, "%s seed %d, %d members: %d events, %d s virtual in %.2f s real, "
                + "%.0f times as fast, trace %s", isWell() ? "ok  " : "FAIL", cluster.simulation().seed(), members,
                cluster.simulation().events(), virtual.toSeconds(), realSeconds, speedUp(), cluster.simulation().hash()));
        out.flush();
    }

    /** For JSON; the trace hash comes last. */
    Map<String, Object> values() {
        Map<String, Object> promises = new LinkedHashMap<>();
        Promises.all().forEach(promise -> promises.put(promise.id(),
                broken.containsKey(promise) ? broken.get(promise) : "kept"));
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("seed", cluster.simulation().seed());
        values.put("members", members);
        values.put("ok", isWell());
        values.put("promises", promises);
        values.put("failures", cluster.failures().stream().map(Throwable::toString).toList());
        values.put("story", story);
        values.put("events", cluster.simulation().events());
        values.put("virtual_seconds", virtual.toSeconds());
        values.put("real_seconds", Math.round(realSeconds * 1000) / 1000.0);
        values.put("speed_up", (double) Math.round(speedUp()));
        values.put("hash", cluster.simulation().hash());
        return values;
    }
}
