package dev.muster.cli;

import dev.muster.cli.perf.RoundTrips;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Members that send on order and count what arrives. Used by one thread. */
final class PerfRun implements AutoCloseable {

    private static final Duration FORMING = Duration.ofSeconds(60);
    /** Silence takes others some forty seconds. */
    private static final Duration VIEW_PATIENCE = Duration.ofSeconds(90);
    private static final Duration PATIENCE = Duration.ofSeconds(20);

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
     * @param longestGapMillis without a delivery at any member; 0 unless it was watched
     */
    record Result(int bytes, long sent, long delivered, double seconds, double cpuSeconds, long allocatedBytes,
            long lost, long outOfOrder, double longestGapMillis) {

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

        Map<Metric, Double> figures() {
            Map<Metric, Double> figures = new EnumMap<>(Metric.class);
            figures.put(Metric.RATE, rate());
            figures.put(Metric.CPU_PER_MILLION, cpuPerMillion());
            figures.put(Metric.ALLOCATED, allocatedPerDelivered());
            figures.put(Metric.LOST, (double) lost);
            figures.put(Metric.OUT_OF_ORDER, (double) outOfOrder);
            return figures;
        }
    }

    /** Of those that live. */
    private final List<String> names;
    private final Pinning pinning;
    private final Members members;
    private final Map<String, MemberLine> sent = new LinkedHashMap<>();
    private final Map<String, MemberLine> done = new LinkedHashMap<>();
    private final Map<String, MemberLine> views = new LinkedHashMap<>();
    private final Map<String, MemberLine> reports = new LinkedHashMap<>();
    private MemberLine pinged;
    private int ready;
    private int joined;
    private int prepared;
    private String failure = "";

    PerfRun(int count, Pinning pinning, UnaryOperator<List<String>> command, List<String> arguments) {
        names = IntStream.rangeClosed(1, count).mapToObj(number -> "m" + number)
                .collect(Collectors.toCollection(ArrayList::new));
        this.pinning = pinning;
        members = new Members(names, command, arguments, this::heard);
    }

    /** Start all and let them join at once. */
    void form() {
        start();
        members.sayToAll("connect");
        await("form a group", FORMING, () -> joined == names.size());
    }

    /** Start all, let the first one join, then the others. */
    void formInOrder() {
        start();
        String first = names.get(0);
        members.member(first).say("connect");
        await("found a group", FORMING, () -> views.containsKey(first));
        names.stream().skip(1).forEach(name -> members.member(name).say("connect"));
        await("form a group", FORMING, () -> joined == names.size());
    }

    private void start() {
        String ports = members.ports().values().stream().map(String::valueOf).collect(Collectors.joining(","));
        for (int member = 0; member < names.size(); member++) {
            members.start(pinning.prefix(member), names.get(member), "--member", String.valueOf(member), "--ports", ports);
        }
        await("start", FORMING, () -> ready == names.size());
    }

    /** Give a group that has just formed time for what it does besides. */
    void settle(Duration time) {
        members.await(time, () -> !failure.isEmpty());
    }

    /** Let one take its time over each message. */
    void dawdle(int member, Duration perMessage) {
        members.member(names.get(member)).say("dawdle " + perMessage.toNanos());
    }

    /** Look for the longest time without a delivery from now on. */
    void watch() {
        members.sayToAll("watch");
    }

    /**
     * Make a member fail, and see when the others have a view without it.
     *
     * @return what came of it
     */
    Map<Metric, Double> fail(int member, boolean kill) {
        views.clear();
        long failed = MemberLine.nowMicros();
        String victim = names.remove(member);
        if (kill) {
            members.kill(victim);
        } else {
            members.member(victim).stop();
        }
        await("install a view without " + victim, VIEW_PATIENCE, () -> names.stream().allMatch(name ->
                views.containsKey(name) && views.get(name).number(0) == names.size()));
        LongSummaryStatistics installed = names.stream().mapToLong(name -> views.get(name).micros()).summaryStatistics();
        Map<Metric, Double> figures = new EnumMap<>(Metric.class);
        figures.put(Metric.LAST_VIEW, (installed.getMax() - failed) / 1e3);
        figures.put(Metric.FIRST_VIEW, (installed.getMin() - failed) / 1e3);
        return figures;
    }

    /** One sends to the group, and another member is killed half-way. */
    Result measureWithKill(int bytes, int member, Duration measured) {
        begin(bytes, 1, -1, measured);
        members.await(measured.dividedBy(2), () -> !failure.isEmpty());
        members.kill(names.remove(member));
        return end(bytes, 1, measured);
    }

    Result measure(int bytes, int senders, int to, Duration warmUp, Duration measured) {
        if (!warmUp.isZero()) {
            run(bytes, senders, to, warmUp);
        }
        return run(bytes, senders, to, measured);
    }

    private Result run(int bytes, int senders, int to, Duration time) {
        begin(bytes, senders, to, time);
        return end(bytes, senders, time);
    }

    private void begin(int bytes, int senders, int to, Duration time) {
        prepared = 0;
        sent.clear();
        done.clear();
        reports.clear();
        members.sayToAll("prepare " + senders + " " + to);
        await("prepare", PATIENCE, () -> prepared == names.size());
        names.stream().limit(senders).forEach(name -> members.member(name).say("send " + bytes + " " + time.toMillis() + " " + to));
    }

    private Result end(int bytes, int senders, Duration time) {
        await("receive everything", time.plus(PATIENCE),
                () -> done.keySet().containsAll(names) && sent.size() == senders);
        done.keySet().retainAll(names);
        members.sayToAll("report");
        await("report", PATIENCE, () -> reports.size() == names.size());
        long first = sent.values().stream().mapToLong(MemberLine::micros).min().orElseThrow();
        long last = done.values().stream().mapToLong(MemberLine::micros).max().orElseThrow();
        long gap = done.values().stream().mapToLong(line -> line.number(3)).max().orElseThrow();
        return new Result(bytes, sum(sent, 0), sum(done, 0), (last - first) / 1e6, sum(reports, 0) / 1e6,
                sum(reports, 1), sum(done, 1), sum(done, 2), gap / 1e6);
    }

    /** Round trips of the first member with the second, one at a time. */
    Map<Metric, Double> roundTrips(int bytes, RoundTrips.Mode mode, Duration warmUp, Duration measured) {
        prepared = 0;
        members.member(names.get(1)).say("echo " + bytes);
        await("prepare", PATIENCE, () -> prepared == 1);
        if (!warmUp.isZero()) {
            trips(bytes, mode, warmUp);
        }
        MemberLine line = trips(bytes, mode, measured);
        Map<Metric, Double> figures = new EnumMap<>(Metric.class);
        figures.put(Metric.MEDIAN, line.number(0) / 1e3);
        figures.put(Metric.P99, line.number(1) / 1e3);
        figures.put(Metric.P999, line.number(2) / 1e3);
        figures.put(Metric.MOST, line.number(3) / 1e3);
        return figures;
    }

    private MemberLine trips(int bytes, RoundTrips.Mode mode, Duration time) {
        pinged = null;
        members.member(names.get(0)).say("ping " + bytes + " " + time.toMillis() + " " + mode + " 1");
        await("answer", time.plus(PATIENCE), () -> pinged != null);
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
            case "view" -> views.put(process.name(), line);
            case "joined" -> joined++;
            case "sent" -> sent.put(process.name(), line);
            case "report" -> reports.put(process.name(), line);
            case "pinged" -> pinged = line;
            case "done" -> done.put(process.name(), line);
            case "failed" -> failure = process.name() + ": " + line.field(0);
            case "ended" -> failure = failure.isEmpty() && members.isRunning(process)
                    ? "the process of " + process.name() + " has ended" : failure;
            default -> { }
        }
    }

    @Override
    public void close() {
        members.close();
    }
}
