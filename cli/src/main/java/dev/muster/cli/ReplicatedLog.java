package dev.muster.cli;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/**
 * The state that the members of the demo keep in step: a map, and how far each writer has got.
 *
 * <p>Every writer has keys of its own, so that the order between writers, which nothing promises, makes no difference; the
 * order of one writer's entries does. Safe for use by several threads.
 */
final class ReplicatedLog {

    private final Map<String, String> entries = new TreeMap<>();
    private final Map<String, Long> positions = new TreeMap<>();
    private long total;
    private long outOfOrder;

    ReplicatedLog() {}

    /**
     * Apply an entry.
     *
     * @param writer who wrote it
     * @param position its number among the writer's entries, from 1
     * @param key the key, unique to the writer with its name before it
     * @param value the value
     * @return how many entries have been applied now
     */
    synchronized long apply(String writer, long position, String key, String value) {
        if (positions.getOrDefault(writer, 0L) + 1 != position) {
            outOfOrder++;
        }
        positions.put(writer, position);
        entries.put(writer + "/" + key, value);
        return ++total;
    }

    /** Entries applied here or taken over with a state. */
    synchronized long total() {
        return total;
    }

    /** Entries that came twice, too early or too late. */
    synchronized long outOfOrder() {
        return outOfOrder;
    }

    synchronized int size() {
        return entries.size();
    }

    /** How far each writer has got, by name. */
    synchronized String positions() {
        return positions.toString();
    }

    /** The same for the same state only. */
    synchronized String digest() {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text());
            return HexFormat.of().formatHex(hash, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }

    synchronized byte[] snapshot() {
        return text();
    }

    /** Replace the state by another's. */
    synchronized void restore(byte[] state) {
        entries.clear();
        positions.clear();
        total = 0;
        for (String line : new String(state, StandardCharsets.UTF_8).split("\n")) {
            String[] parts = line.split("\t", 3);
            if (parts[0].equals("position")) {
                positions.put(parts[1], Long.valueOf(parts[2]));
                total += Long.parseLong(parts[2]);
            } else if (parts[0].equals("entry")) {
                entries.put(parts[1], parts[2]);
            }
        }
    }

    private byte[] text() {
        StringBuilder text = new StringBuilder();
        positions.forEach((writer, position) ->
                text.append("position\t").append(writer).append('\t').append(position).append('\n'));
        entries.forEach((key, value) -> text.append("entry\t").append(key).append('\t').append(value).append('\n'));
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }
}
