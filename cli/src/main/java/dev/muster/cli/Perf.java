package dev.muster.cli;

import dev.muster.api.Setting;
import dev.muster.cli.perf.Inbox;
import dev.muster.cli.perf.RoundTrips;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures what a stack achieves on this machine, alone or beside others. */
@Command(name = "perf", mixinStandardHelpOptions = true,
        description = "Measure messages between processes on this machine.",
        footer = {"Rate: messages delivered per second at each receiver, from the first send to the last delivery anywhere.",
            "CPU: user and system seconds of all members per million messages delivered, at all members together.",
            "Ratio: the first one's median over that of the others. Figures of several rounds: median (least..most).",
            "Exit codes: 0 nothing of Muster's lost and all in order, 1 otherwise, 2 wrong call."})
final class Perf implements Callable<Integer> {

    /** Who sends. */
    enum Senders { ONE, ALL }

    private static final String STANDARD_OUTPUT = "-";

    @Spec
    private CommandSpec spec;

    @Option(names = "--members", paramLabel = "N", defaultValue = "3", description = "how many (default: ${DEFAULT-VALUE})")
    private int members;

    @Option(names = "--senders", paramLabel = "one|all", defaultValue = "one", description = "who sends (default: ${DEFAULT-VALUE})")
    private Senders senders;

    @Option(names = "--unicast", description = "send to one other member rather than to the group")
    private boolean unicast;

    @Option(names = "--round-trips", description = "measure how long messages take to another member and back instead")
    private boolean roundTrips;

    @Option(names = "--pin", paramLabel = "none|one|across", defaultValue = "none",
            description = "with --round-trips: both members on one core, on two, or wherever (default: ${DEFAULT-VALUE})")
    private Pinning pinning;

    @Option(names = "--sizes", paramLabel = "BYTES", split = ",", defaultValue = "100,1000,10000",
            description = "sizes of messages, such as 8,100,1K (default: ${DEFAULT-VALUE})")
    private List<String> sizes = new ArrayList<>();

    @Option(names = "--duration", paramLabel = "TIME", description = "how long to measure each (default: 5s; 1s in sets)")
    private String duration;

    @Option(names = "--warm-up", paramLabel = "TIME", description = "how long to do it before that (default: 3s; 1500ms in sets)")
    private String warmUp;

    @Option(names = "--heap", paramLabel = "SIZE", defaultValue = "1g", description = "heap of each member (default: ${DEFAULT-VALUE})")
    private String heap;

    @Option(names = "--jvm", paramLabel = "OPTION", description = "further option for each member's JVM")
    private List<String> jvmOptions = new ArrayList<>();

    @Option(names = "--against", paramLabel = "NAME", split = ",",
            description = "measure others in turn with it, such as sockets; with a set, only these")
    private List<String> against = new ArrayList<>();

    @Option(names = "--compare", description = "measure a set of cases beside others, in less than ten minutes")
    private boolean compare;

    @Option(names = "--full", description = "measure all cases beside others, which takes hours")
    private boolean full;

    @Option(names = "--only", paramLabel = "TEXT", description = "of a set, only what has this in its title, such as 'round trips'")
    private String only = "";

    @Option(names = "--rounds", paramLabel = "N", description = "how often each is measured, in turn (default: 1; 3 beside others)")
    private Integer rounds;

    @Option(names = "--plain", description = "receive message by message rather than in batches")
    private boolean plain;

    @Option(names = "--json", paramLabel = "FILE", arity = "0..1", fallbackValue = STANDARD_OUTPUT,
            description = "write JSON as well; without FILE: print JSON and nothing else")
    private String json = "";

    @Mixin
    private StackSource stack;

    Perf() {}

    @Override
    public Integer call() {
        if (members < 1 || members > 50) {
            throw wrong("--members " + members + ": expected 1 to 50");
        }
        List<Bench> benches = benches();
        Stage stage = new Stage(jvm(), stack, time("--warm-up", warmUp, isSet() ? "1500ms" : "3s"),
                time("--duration", duration, isSet() ? "1s" : "5s"));
        stack.check();
        List<Findings> all = new ArrayList<>();
        for (Bench bench : benches) {
            Findings findings = measure(bench, stage);
            all.add(findings);
            if (!json.equals(STANDARD_OUTPUT)) {
                spec.commandLine().getOut().println(findings.table());
            }
        }
        tellJson(all);
        return all.stream().allMatch(Findings::isMusterFlawless) ? 0 : 1;
    }

    private boolean isSet() {
        return compare || full;
    }

    private List<Bench> benches() {
        if (isSet()) {
            return (full ? Benches.fullSet() : Benches.shortSet()).stream()
                    .filter(bench -> bench.title().contains(only)).toList();
        }
        List<String> contestants = new ArrayList<>(List.of(self()));
        contestants.addAll(against);
        contestants.forEach(this::known);
        List<Integer> bytes = sizes.stream().map(this::size).toList();
        if (roundTrips) {
            return List.of(new TripBench(pinning, bytes, List.of(RoundTrips.Mode.values()), contestants));
        }
        RateBench.Pattern pattern = unicast ? RateBench.Pattern.UNICAST
                : senders == Senders.ALL ? RateBench.Pattern.ALL_SEND : RateBench.Pattern.ONE_SENDS;
        return List.of(new RateBench(pattern, members, bytes, contestants));
    }

    private String self() {
        return plain ? Contestants.MUSTER + "-plain" : Contestants.MUSTER;
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

    /** Each in turn, several times, so that whatever drifts meanwhile drifts for all. */
    private Findings measure(Bench bench, Stage stage) {
        PrintWriter err = spec.commandLine().getErr();
        List<String> contestants = bench.contestants().stream()
                .filter(name -> !isSet() || against.isEmpty() || Contestants.isMuster(name) || against.contains(name)).toList();
        int times = rounds != null ? rounds : contestants.size() == 1 ? 1 : 3;
        Findings findings = new Findings(bench.title(), err::println);
        for (int round = 1; round <= times; round++) {
            err.println(bench.title() + ", round " + round + " of " + times);
            for (String contestant : contestants) {
                measure(bench, contestant, stage, findings);
            }
        }
        return findings;
    }

    private static void measure(Bench bench, String contestant, Stage stage, Findings findings) {
        try {
            bench.measure(contestant, stage, findings);
        } catch (IllegalArgumentException e) {
            // one that is not installed here
            findings.fail("-", contestant, e.getMessage());
        }
    }

    private List<String> jvm() {
        List<String> jvm = new ArrayList<>(List.of("-Xms" + heap, "-Xmx" + heap, "-XX:+AlwaysPreTouch", "-XX:+UseG1GC"));
        jvm.addAll(jvmOptions);
        return jvm;
    }

    private void tellJson(List<Findings> all) {
        if (json.isEmpty()) {
            return;
        }
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("stack", stack.shown());
        values.put("receiver", plain ? "plain" : "batch");
        values.put("java", System.getProperty("java.version"));
        values.put("processors", Runtime.getRuntime().availableProcessors());
        values.put("benches", all.stream().map(Findings::values).toList());
        if (json.equals(STANDARD_OUTPUT)) {
            spec.commandLine().getOut().println(Json.of(values));
            return;
        }
        try {
            Files.writeString(Path.of(json), Json.of(values));
        } catch (IOException e) {
            throw new UncheckedIOException("--json " + json + ": " + e.getMessage(), e);
        }
    }

    private int size(String text) {
        long size = parse("--sizes", text, Setting.bytes("size", 0));
        if (size < Inbox.LEAST_BYTES || size > 100_000_000) {
            throw wrong("--sizes " + text + ": expected " + Inbox.LEAST_BYTES + " (a message carries its number) to 100M");
        }
        return (int) size;
    }

    private Duration time(String option, String text, String otherwise) {
        return parse(option, text == null ? otherwise : text, Setting.duration("time", Duration.ZERO).atLeast(Duration.ZERO));
    }

    private <T> T parse(String option, String text, Setting<T> kind) {
        try {
            return kind.parse(text);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), option + ": " + e.getMessage(), e);
        }
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
