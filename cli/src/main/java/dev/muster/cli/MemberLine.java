package dev.muster.cli;

import java.io.PrintWriter;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * One line that a member in a process of its own tells its parent.
 *
 * <pre>
 * @event TAB microseconds since the epoch TAB field TAB field …
 * </pre>
 *
 * @param event one word
 * @param micros when it happened, by the clock of the machine, which parent and member share
 * @param fields what belongs to it
 */
record MemberLine(String event, long micros, List<String> fields) {

    private static final String MARK = "@";

    /** Read a line; empty if it is not one of ours but something that a library printed. */
    static Optional<MemberLine> parse(String line) {
        String[] parts = line.split("\t", -1);
        if (!line.startsWith(MARK) || parts.length < 2) {
            return Optional.empty();
        }
        try {
            return Optional.of(new MemberLine(parts[0].substring(1), Long.parseLong(parts[1]),
                    Arrays.asList(parts).subList(2, parts.length)));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** Tell the parent; may be called by any thread. */
    static void tell(PrintWriter out, String event, Object... fields) {
        tellAt(out, nowMicros(), event, fields);
    }

    /** Tell the parent of something that happened before. */
    static void tellAt(PrintWriter out, long micros, String event, Object... fields) {
        StringBuilder line = new StringBuilder(MARK).append(event).append('\t').append(micros);
        for (Object field : fields) {
            line.append('\t').append(String.valueOf(field).replaceAll("[\t\r\n]+", " "));
        }
        // one call per line: a writer prints a line without another one in its midst
        out.println(line);
        out.flush();
    }

    static long nowMicros() {
        Instant now = Instant.now();
        return now.getEpochSecond() * 1_000_000 + now.getNano() / 1_000;
    }

    String field(int index) {
        return index < fields.size() ? fields.get(index) : "";
    }

    long number(int index) {
        return Long.parseLong(field(index));
    }
}
