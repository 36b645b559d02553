package dev.muster.cli;

import dev.muster.testkit.simulation.Outcome;
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
import java.util.Objects;

/** What came of a simulated run: each promise, kept or not, and some figures. */
final class SimVerdict {

    private final Outcome outcome;
    private final int members;
    private final Duration virtual;
    private final double realSeconds;
    private final List<Map<String, Object>> story;

    SimVerdict(Outcome outcome, int members, Duration virtual, long realNanos, List<Map<String, Object>> story) {
        this.outcome = outcome;
        this.members = members;
        this.virtual = virtual;
        this.realSeconds = realNanos / 1e9;
        this.story = story;
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
        return outcome.isWell();
    }

    private double speedUp() {
        return virtual.toNanos() / 1e9 / realSeconds;
    }

    void print(PrintWriter out, boolean eachPromise) {
        if (eachPromise) {
            out.println();
            outcome.promises().forEach(promise -> out.println((outcome.broken(promise) == null ? "  ok    " : "  FAIL  ")
                    + promise.id() + "  " + promise.says()));
            out.println();
        }
        outcome.promises().stream().map(outcome::broken).filter(Objects::nonNull)
                .forEach(broken -> out.println(broken.getMessage()));
        outcome.failures().forEach(failure -> out.println("a callback failed: " + failure));
        if (outcome.nothingToJudge() != null) {
            out.println(outcome.nothingToJudge());
        }
        out.println(String.format(Locale.ROOT, "%s seed %d, %d members: %d events, %d s virtual in %.2f s real, "
                + "%.0f times as fast, trace %s", isWell() ? "ok  " : "FAIL", outcome.simulation().seed(), members,
                outcome.simulation().events(), virtual.toSeconds(), realSeconds, speedUp(), outcome.hash()));
        out.flush();
    }

    /** For JSON; the trace hash comes last. */
    Map<String, Object> values() {
        Map<String, Object> promises = new LinkedHashMap<>();
        outcome.promises().forEach(promise -> promises.put(promise.id(),
                outcome.broken(promise) == null ? "kept" : outcome.broken(promise).getMessage()));
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("seed", outcome.simulation().seed());
        values.put("members", members);
        values.put("ok", isWell());
        values.put("promises", promises);
        values.put("failures", outcome.failures().stream().map(Throwable::toString).toList());
        values.put("story", story);
        values.put("events", outcome.simulation().events());
        values.put("virtual_seconds", virtual.toSeconds());
        values.put("real_seconds", Math.round(realSeconds * 1000) / 1000.0);
        values.put("speed_up", (double) Math.round(speedUp()));
        values.put("hash", outcome.hash());
        return values;
    }
}
