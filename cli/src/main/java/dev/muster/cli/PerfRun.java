package dev.muster.cli;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/** Members that send on order and count what arrives. Used by one thread. */
final class PerfRun implements AutoCloseable {

    private static final Duration FORMING = Duration.ofSeconds(30);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** It could not be measured. */
    static final class FailedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        FailedException(String message) {
            super(message);
        }
    }

    /**
     * One measurement.
     *
     * @param bytes size of a message
     * @param sent messages sent, by all senders together
     * @param delivered messages delivered, at all members together
     * @param seconds from the first send to the last delivery anywhere
     * @param cpuSeconds user and system time of all members
     * @param allocatedBytes by all members
     * @param lost messages that a member missed
     * @param outOfOrder messages that came too early, too late or twice
     */
    record Result(int bytes, long sent, long delivered, double seconds, double cpuSeconds, long allocatedBytes,
            long lost, long outOfOrder) {

        /** Messages per second at each receiver. */
        double rate() {
            return sent / seconds;
        }

        double cpuPerMillion() {
            return cpuSeconds * 1e6 / delivered;
        }

        double allocatedPerDelivered() {
            return (double) allocatedBytes / delivered;
        }

        Map<String, Object> values() {
            Map<String, Object> values = new LinkedHashMap<>();
            values.put("bytes", bytes);
            values.put("messagesPerSecond", (double) Math.round(rate()));
            values.put("megabytesPerSecond", Math.round(rate() * bytes / 1e5) / 10.0);
            values.put("cpuSecondsPerMillion", Math.round(cpuPerMillion() * 1e4) / 1e4);
            values.put("allocatedBytesPerDelivered", Math.round(allocatedPerDelivered() * 10) / 10.0);
            values.put("seconds", Math.round(seconds * 1e3) / 1e3);
            values.put("sent", sent);
            values.put("lost", lost);
            values.put("outOfOrder", outOfOrder);
            return values;
        }
    }

    /**
     * Round trips, in microseconds.
     *
     * @param bytes size of a message
     * @param median half took no longer
     * @param p99 99 of a hundred took no longer
     * @param p999 999 of a thousand took no longer
     * @param most none took longer
     */
    record Trips(int bytes, double median, double p99, double p999, double most) {}

    private final List<String> names;
    private final Members members;
    private final Map<String, MemberLine> sent = new LinkedHashMap<>();
    private final Map<String, MemberLine> done = new LinkedHashMap<>();
    private final Map<String, MemberLine> reports = new LinkedHashMap<>();
    private MemberLine pinged;
    private int ready;
    private int joined;
    private int prepared;
    private String failure = "";

    PerfRun(List<String> names, List<String> jvm, List<String> arguments) {
        this.names = names;
        members = new Members(names, jvm, arguments, this::heard);
        try {
            form();
        } catch (FailedException e) {
            members.close();
            throw e;
        }
    }

    private void form() {
        String ports = members.ports().values().stream().map(String::valueOf).collect(Collectors.joining(","));
        for (int member = 0; member < names.size(); member++) {
            members.start(names.get(member), "--member", String.valueOf(member), "--ports", ports);
        }
        await("start", FORMING, () -> ready == names.size());
        members.sayToAll("connect");
        await("form a group", FORMING, () -> joined == names.size());
    }

    Result measure(int bytes, int senders, int to, Duration warmUp, Duration measured) {
        if (!warmUp.isZero()) {
            run(bytes, senders, to, warmUp);
        }
        return run(bytes, senders, to, measured);
    }

    private Result run(int bytes, int senders, int to, Duration time) {
        prepared = 0;
        sent.clear();
        done.clear();
        reports.clear();
        members.sayToAll("prepare " + senders + " " + to);
        await("prepare", PATIENCE, () -> prepared == names.size());
        names.stream().limit(senders).forEach(name -> members.member(name).say("send " + bytes + " " + time.toMillis() + " " + to));
        await("receive everything", time.plus(PATIENCE),
                () -> done.size() == names.size() && sent.size() == senders);
        members.sayToAll("report");
        await("report", PATIENCE, () -> reports.size() == names.size());
        long first = sent.values().stream().mapToLong(MemberLine::micros).min().orElseThrow();
        long last = done.values().stream().mapToLong(MemberLine::micros).max().orElseThrow();
        return new Result(bytes, sum(sent, 0), sum(done, 0), (last - first) / 1e6, sum(reports, 0) / 1e6,
                sum(reports, 1), sum(done, 1), sum(done, 2));
    }

    /** Round trips of the first member with the second, one at a time. */
    Trips roundTrips(int bytes, int warmUp, int count, boolean fromCallback) {
        prepared = 0;
        members.member(names.get(1)).say("echo " + bytes);
        await("prepare", PATIENCE, () -> prepared == 1);
        trip(bytes, warmUp, fromCallback);
        MemberLine line = trip(bytes, count, fromCallback);
        return new Trips(bytes, line.number(0) / 1e3, line.number(1) / 1e3, line.number(2) / 1e3, line.number(3) / 1e3);
    }

    private MemberLine trip(int bytes, int count, boolean fromCallback) {
        pinged = null;
        members.member(names.get(0)).say("ping " + bytes + " " + count + (fromCallback ? " callback 1" : " blocking 1"));
        await("answer", PATIENCE, () -> pinged != null);
        return pinged;
    }

    private static long sum(Map<String, MemberLine> lines, int field) {
        return lines.values().stream().mapToLong(line -> line.number(field)).sum();
    }

    private void await(String what, Duration limit, BooleanSupplier condition) {
        boolean held = members.await(limit, () -> !failure.isEmpty() || condition.getAsBoolean());
        if (!failure.isEmpty()) {
            throw new FailedException(failure);
        }
        if (!held) {
            throw new FailedException("members did not " + what + " within " + limit.toSeconds() + " s: "
                    + ready + " started, " + joined + " joined, finished sending " + sent.keySet()
                    + ", finished receiving " + done.keySet() + "; look at their log with --verbose");
        }
    }

    private void heard(MemberProcess process, MemberLine line) {
        switch (line.event()) {
            case "ready" -> ready++;
            case "prepared" -> prepared++;
            case "joined" -> joined++;
            case "sent" -> sent.put(process.name(), line);
            case "report" -> reports.put(process.name(), line);
            case "pinged" -> pinged = line;
            case "done" -> done.put(process.name(), line);
            case "failed" -> failure = process.name() + ": " + line.field(0);
            case "ended" -> failure = failure.isEmpty() ? "the process of " + process.name() + " has ended" : failure;
            default -> { }
        }
    }

    @Override
    public void close() {
        members.close();
    }
}
