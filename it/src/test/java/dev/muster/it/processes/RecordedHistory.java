package dev.muster.it.processes;

import dev.muster.api.Address;
import dev.muster.api.MergeView;
import dev.muster.api.View;
import dev.muster.api.ViewId;
import dev.muster.testkit.history.History;
import dev.muster.testkit.history.LifeHistory;
import dev.muster.testkit.history.MessageId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads what processes wrote down into a history, for the checks that judge simulations. */
final class RecordedHistory {

    private final History history;
    private final long from;
    private final Map<String, Address> addresses = new HashMap<>();
    private final Map<String, LifeHistory> lives = new LinkedHashMap<>();

    /**
     * What one life wrote in one round.
     *
     * @param name of the life, another one for each
     * @param file a {@link MemberLog}
     * @param killed whether it may end anywhere
     */
    record LifeLog(String name, Path file, boolean killed) {
        /** A process that was killed may have left the beginning of a line. */
        private List<String> wholeLines() throws IOException {
            String text = Files.readString(file);
            return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
        }
    }

    private RecordedHistory(String origin, long from) {
        this.history = new History(origin);
        this.from = from;
    }

    /**
     * Read the logs of a round that is over: all who run have sent their last message, and got everybody's.
     *
     * @param origin how to get it again
     * @param from microseconds at which the round began
     * @param logs of all who took part, killed or not
     */
    static RecordedHistory read(String origin, long from, List<LifeLog> logs) throws IOException {
        RecordedHistory recorded = new RecordedHistory(origin, from);
        Map<LifeLog, List<String>> lines = new LinkedHashMap<>();
        for (LifeLog log : logs) {
            lines.put(log, log.wholeLines());
        }
        lines.forEach(recorded::begin);
        lines.forEach((log, all) -> all.forEach(line -> recorded.take(recorded.of(log.name), line.split(" "))));
        recorded.history.settled(Duration.ofDays(1));
        return recorded;
    }

    /** Lives and what they sent come first, since everybody's deliveries speak of them. */
    private void begin(LifeLog log, List<String> lines) {
        LifeHistory life = history.begin(log.name);
        lives.put(log.name, life);
        int sent = 0;
        for (String line : lines) {
            if (line.startsWith("life ")) {
                life.address(address(line.split(" ")[1], log.name));
            } else if (line.startsWith("sen")) {
                sent = Integer.parseInt(line.split(" ")[2]);
            }
        }
        for (int number = 0; number < sent; number++) {
            life.sending(Duration.ZERO, null);
        }
        if (log.killed) {
            life.ended("killed");
        }
    }

    private void take(LifeHistory life, String[] line) {
        switch (line[0]) {
            case "view" -> life.installed(time(line[1]), view(line));
            case "msgs" -> delivered(life, line);
            case "odd" -> life.corruption(String.join(" ", line));
            case "life", "send", "sent" -> { }
            default -> throw new IllegalStateException("the log of " + life + " has " + Arrays.toString(line));
        }
    }

    private void delivered(LifeHistory life, String[] line) {
        LifeHistory sender = history.of(address(line[2], ""));
        if (sender == null) {
            life.corruption("messages " + line[3] + " to " + line[4] + " of " + line[2] + ", whom nobody knows");
            return;
        }
        for (int number = Integer.parseInt(line[3]); number <= Integer.parseInt(line[4]); number++) {
            life.delivered(time(line[1]), MessageId.of(sender.id(), number), true);
        }
    }

    private View view(String[] line) {
        ViewId id = viewId(line[2]);
        List<Address> members = members(line[3]);
        if (line.length == 4) {
            return new View(id, members);
        }
        return new MergeView(id, members, Arrays.stream(line, 4, line.length).map(group -> group.split(":"))
                .map(group -> new MergeView.Subgroup(viewId(group[0]), members(group[1]))).toList());
    }

    private ViewId viewId(String text) {
        String[] parts = text.split("@");
        return new ViewId(Long.parseLong(parts[0]), address(parts[1], ""));
    }

    private List<Address> members(String text) {
        return Arrays.stream(text.split(",")).map(member -> address(member, "")).toList();
    }

    private Address address(String digits, String name) {
        return addresses.computeIfAbsent(digits, unused -> Address.of(Long.parseUnsignedLong(digits.substring(0, 16), 16),
                Long.parseUnsignedLong(digits.substring(16), 16), name));
    }

    private Duration time(String micros) {
        return Duration.of(Long.parseLong(micros) - from, ChronoUnit.MICROS);
    }

    History history() {
        return history;
    }

    /** The life of a name. */
    LifeHistory of(String name) {
        return lives.get(name);
    }
}
