package dev.muster.cli;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The main job, to watch: a group forms, loses a member, gets it back, and nothing is lost on the way. */
@Command(name = "demo", mixinStandardHelpOptions = true,
        description = "Start members as processes, kill one under load, start it again, compare their states.",
        footer = "Exit codes: 0 everything held, 1 something did not, 2 wrong call.")
final class Demo implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Option(names = "--members", paramLabel = "N", defaultValue = "3", description = "how many (default: ${DEFAULT-VALUE})")
    private int members;

    @Option(names = "--victim", paramLabel = "NAME",
            description = "member to kill: m1 forms the group, so it is the coordinator as a rule (default: m2)",
            defaultValue = "m2")
    private String victim;

    @Option(names = "--rate", paramLabel = "N", defaultValue = "500",
            description = "entries that each member writes per second (default: ${DEFAULT-VALUE})")
    private int rate;

    @Option(names = "--json", description = "print JSON at the end, nothing else")
    private boolean json;

    @Mixin
    private StackSource stack;

    Demo() {}

    @Override
    public Integer call() {
        if (members < 2 || members > 20) {
            throw new ParameterException(spec.commandLine(), "--members " + members + ": expected 2 to 20");
        }
        if (rate < 100 || rate > 1_000_000) {
            throw new ParameterException(spec.commandLine(), "--rate " + rate + ": expected 100 to 1000000");
        }
        stack.check();
        PrintWriter out = spec.commandLine().getOut();
        Timeline timeline = new Timeline(out, !json);
        DemoRun run = new DemoRun(members, victim, rate, stack, timeline);
        if (!run.knows(victim)) {
            throw new ParameterException(spec.commandLine(), "--victim " + victim + ": expected m1 to m" + members);
        }
        DemoVerdict verdict = run.run();
        if (json) {
            Map<String, Object> values = new LinkedHashMap<>(verdict.values());
            values.put("timeline", timeline.events());
            out.println(Json.of(values));
        }
        return verdict.isWell() ? 0 : 1;
    }
}
