package dev.muster.cli;

import java.io.PrintWriter;
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

/** Replays seeds of simulated clusters, and says which promises held. */
@Command(name = "sim", mixinStandardHelpOptions = true,
        description = "Replay a simulated cluster: one seed, one history.",
        footer = "Exit codes: 0 every promise held, 1 one was broken, 2 wrong call.")
final class Sim implements Callable<Integer> {

    private static final int MOST_MEMBERS = 2_000;

    @Spec
    private CommandSpec spec;

    @Option(names = "--members", paramLabel = "N", defaultValue = "3", description = "how many (default: ${DEFAULT-VALUE})")
    private int members;

    @Option(names = "--seed", paramLabel = "S", required = true, description = "decides everything that is left to chance")
    private long seed;

    @Option(names = "--seeds", paramLabel = "K", defaultValue = "1",
            description = "run so many seeds, from S on, and tell only the verdicts (default: ${DEFAULT-VALUE})")
    private int seeds;

    @Option(names = "--minutes", paramLabel = "M", defaultValue = "1",
            description = "virtual minutes (default: ${DEFAULT-VALUE})")
    private int minutes;

    @Option(names = "--faults", paramLabel = "FAULT", split = ",", defaultValue = "usual",
            completionCandidates = SimFault.Words.class, description = "what goes wrong: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}, what the project's own "
                    + "simulations of small clusters suffer)")
    private List<String> faults;

    @Option(names = "--transport", paramLabel = "KIND",
            description = "${COMPLETION-CANDIDATES}: what the stack's transport is replaced by (default: datagram for even "
                    + "seeds, tcp for odd ones)")
    private SimTransport transport;

    @Option(names = "--json", description = "print JSON at the end, nothing else")
    private boolean json;

    @Mixin
    private StackSource stack;

    Sim() {}

    @Override
    public Integer call() {
        require(members >= 1 && members <= MOST_MEMBERS, "--members " + members + ": expected 1 to " + MOST_MEMBERS);
        require(minutes >= 1 && minutes <= 10_000, "--minutes " + minutes + ": expected 1 to 10000");
        require(seeds >= 1, "--seeds " + seeds + ": expected 1 or more");
        SimFault.problem(faults).ifPresent(problem -> require(false, problem));
        PrintWriter out = spec.commandLine().getOut();
        SimStack stacks = new SimStack(stack.definition());
        List<Map<String, Object>> runs = new ArrayList<>();
        boolean well = true;
        for (long next = seed; next < seed + seeds; next++) {
            SimRun run = new SimRun(members, next, minutes, faults, stacks.of(transport, next));
            SimVerdict verdict = run.run(seeds > 1 || json ? null : out);
            well &= verdict.isWell();
            runs.add(verdict.values());
            if (!json) {
                verdict.print(out, seeds == 1);
            }
        }
        if (json) {
            out.println(Json.of(seeds == 1 ? runs.get(0) : all(runs, well)));
        }
        return well ? 0 : 1;
    }

    private void require(boolean expected, String otherwise) {
        if (!expected) {
            throw new ParameterException(spec.commandLine(), otherwise);
        }
    }

    /** The hash of all is that of the hashes, so that comparing one value compares all runs. */
    private static Map<String, Object> all(List<Map<String, Object>> runs, boolean well) {
        StringBuilder hashes = new StringBuilder();
        runs.forEach(run -> hashes.append(run.get("hash")));
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("ok", well);
        values.put("runs", runs);
        values.put("hash", SimVerdict.combined(hashes));
        return values;
    }
}
