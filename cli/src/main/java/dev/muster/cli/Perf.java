package dev.muster.cli;

import dev.muster.api.MusterException;
import dev.muster.api.Setting;
import dev.muster.cli.perf.Inbox;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures what a stack delivers on this machine. */
@Command(name = "perf", mixinStandardHelpOptions = true,
        description = "Measure group messages between processes on this machine.",
        footer = {"Rate: messages delivered per second at each receiver, from the first send to the last delivery anywhere.",
            "CPU: user and system seconds of all members per million messages delivered, at all members together.",
            "Exit codes: 0 nothing lost and all in order, 1 otherwise, 2 wrong call."})
final class Perf implements Callable<Integer> {

    /** Who sends. */
    enum Senders { ONE, ALL }

    /** Who stands for the field in {@code --compare}, and for how long: some six minutes in all. */
    private static final List<String> FIELD = List.of("sockets", "jgroups-tcp", "jgroups-udp", "aeron-multicast", "jeromq");

    private static final String ROW = "%10s  %14s  %10s  %12s  %6s  %12s";

    @Spec
    private CommandSpec spec;

    @Option(names = "--members", paramLabel = "N", defaultValue = "3", description = "how many (default: ${DEFAULT-VALUE})")
    private int members;

    @Option(names = "--senders", paramLabel = "one|all", defaultValue = "one", description = "who sends (default: ${DEFAULT-VALUE})")
    private Senders senders;

    @Option(names = "--sizes", paramLabel = "BYTES", split = ",", defaultValue = "100,1000,10000",
            description = "sizes of messages, such as 8,100,1K (default: ${DEFAULT-VALUE})")
    private List<String> sizes = new ArrayList<>();

    @Option(names = "--duration", paramLabel = "TIME", defaultValue = "5s",
            description = "how long to send per size (default: ${DEFAULT-VALUE})")
    private String duration;

    @Option(names = "--warm-up", paramLabel = "TIME", defaultValue = "3s",
            description = "how long to send before that, unmeasured (default: ${DEFAULT-VALUE})")
    private String warmUp;

    @Option(names = "--heap", paramLabel = "SIZE", defaultValue = "512m", description = "heap of each member (default: ${DEFAULT-VALUE})")
    private String heap;

    @Option(names = "--jvm", paramLabel = "OPTION", description = "further option for each member's JVM")
    private List<String> jvmOptions = new ArrayList<>();

    @Option(names = "--against", paramLabel = "NAME", split = ",",
            description = "measure others in turn with it, such as sockets; see docs/performance.md for more")
    private List<String> against = new ArrayList<>();

    @Option(names = "--compare", description = "the same as --against of all that stand for the field, with sizes 8,100,1K,10K")
    private boolean compare;

    @Option(names = "--rounds", paramLabel = "N", defaultValue = "3",
            description = "how often each of them is started and measured (default: ${DEFAULT-VALUE})")
    private int rounds;

    @Option(names = "--plain", description = "receive message by message rather than in batches")
    private boolean plain;

    @Option(names = "--json", description = "print JSON at the end, nothing else")
    private boolean json;

    @Mixin
    private StackSource stack;

    Perf() {}

    @Override
    public Integer call() {
        if (compare) {
            against.addAll(FIELD);
            sizes = List.of("8", "100", "1K", "10K");
        }
        List<Integer> bytes = sizes.stream().map(this::size).toList();
        Duration measured = time("--duration", duration);
        Duration warm = time("--warm-up", warmUp);
        if (members < 1 || members > 50) {
            throw new ParameterException(spec.commandLine(), "--members " + members + ": expected 1 to 50");
        }
        stack.check();
        against.forEach(this::known);
        if (!against.isEmpty()) {
            return compare(bytes, warm, measured);
        }
        heading();
        List<PerfRun.Result> results = new ArrayList<>();
        try (PerfRun run = new PerfRun(names(), jvm(), arguments(self()))) {
            for (int size : bytes) {
                results.add(run.measure(size, senders == Senders.ALL ? members : 1, -1, warm, measured));
                row(results.get(results.size() - 1));
            }
        } catch (PerfRun.FailedException e) {
            throw new MusterException(e.getMessage(), e);
        }
        if (json) {
            spec.commandLine().getOut().println(Json.of(values(results)));
        }
        return results.stream().allMatch(result -> result.lost() == 0 && result.outOfOrder() == 0) ? 0 : 1;
    }

    private List<String> names() {
        return IntStream.rangeClosed(1, members).mapToObj(number -> "m" + number).toList();
    }

    private List<String> jvm() {
        List<String> jvm = new ArrayList<>(List.of("-Xms" + heap, "-Xmx" + heap, "-XX:+AlwaysPreTouch", "-XX:+UseG1GC"));
        jvm.addAll(jvmOptions);
        return jvm;
    }

    private void known(String contestant) {
        try {
            if (!Contestants.isMuster(contestant)) {
                Contestants.named(contestant);
            }
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--against: " + e.getMessage(), e);
        }
    }

    private String self() {
        return plain ? Contestants.MUSTER + "-plain" : Contestants.MUSTER;
    }

    /** Each in turn, several times, so that whatever drifts meanwhile drifts for all. */
    private int compare(List<Integer> bytes, Duration warm, Duration measured) {
        List<String> contestants = new ArrayList<>(List.of(self()));
        contestants.addAll(against);
        Comparison comparison = new Comparison(contestants, bytes);
        PrintWriter out = spec.commandLine().getOut();
        for (int round = 1; round <= rounds; round++) {
            for (String contestant : contestants) {
                spec.commandLine().getErr().printf("round %d of %d: %s%n", round, rounds, contestant);
                measure(comparison, contestant, warm, measured);
            }
        }
        out.println(json ? Json.of(comparison.values()) : comparison.table());
        return comparison.isFlawless(self()) ? 0 : 1;
    }

    private void measure(Comparison comparison, String contestant, Duration warm, Duration measured) {
        List<String> options = new ArrayList<>(jvm());
        if (!Contestants.isMuster(contestant)) {
            options.addAll(Contestants.named(contestant).jvmOptions());
        }
        try (PerfRun run = new PerfRun(names(), options, arguments(contestant))) {
            for (int size : comparison.sizes()) {
                comparison.add(contestant, run.measure(size, senders == Senders.ALL ? members : 1, -1, warm, measured));
            }
        } catch (PerfRun.FailedException e) {
            // the others go on; what is missing shows in the table
            spec.commandLine().getErr().println(contestant + ": " + e.getMessage());
        }
    }

    private List<String> arguments(String contestant) {
        List<String> arguments = new ArrayList<>(List.of("perf-member", "--run",
                "perf-" + ProcessHandle.current().pid(), "--contestant", contestant));
        arguments.addAll(stack.arguments());
        return arguments;
    }

    private int size(String text) {
        long size = parse("--sizes", text, Setting.bytes("size", 0));
        if (size < Inbox.LEAST_BYTES || size > 100_000_000) {
            throw new ParameterException(spec.commandLine(), "--sizes " + text + ": expected "
                    + Inbox.LEAST_BYTES + " (a message carries its number) to 100M");
        }
        return (int) size;
    }

    private Duration time(String option, String text) {
        return parse(option, text, Setting.duration("time", Duration.ZERO).atLeast(Duration.ZERO));
    }

    private <T> T parse(String option, String text, Setting<T> kind) {
        try {
            return kind.parse(text);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), option + ": " + e.getMessage(), e);
        }
    }

    private void heading() {
        if (!json) {
            PrintWriter out = spec.commandLine().getOut();
            out.printf("%d members on loopback, %s, stack %s, %s receiver%n", members,
                    senders == Senders.ALL ? "all send" : "one sends", stack.shown(), plain ? "plain" : "batch");
            out.println(String.format(ROW, "bytes", "messages/s", "MB/s", "CPU s/million", "lost", "out of order"));
            out.flush();
        }
    }

    private void row(PerfRun.Result result) {
        if (!json) {
            PrintWriter out = spec.commandLine().getOut();
            out.println(String.format(Locale.ROOT, ROW, result.bytes(), String.format(Locale.ROOT, "%,.0f", result.rate()),
                    String.format(Locale.ROOT, "%.1f", result.rate() * result.bytes() / 1e6),
                    String.format(Locale.ROOT, "%.3f", result.cpuPerMillion()), result.lost(), result.outOfOrder()));
            out.flush();
        }
    }

    private Map<String, Object> values(List<PerfRun.Result> results) {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("members", members);
        values.put("senders", senders.name().toLowerCase(Locale.ROOT));
        values.put("stack", stack.shown());
        values.put("receiver", plain ? "plain" : "batch");
        values.put("java", System.getProperty("java.version"));
        values.put("processors", Runtime.getRuntime().availableProcessors());
        values.put("results", results.stream().map(PerfRun.Result::values).toList());
        return values;
    }
}
