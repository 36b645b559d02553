package dev.muster.cli;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * Where contestants are measured: what all of them have in common.
 *
 * @param jvm options for each member's JVM
 * @param stack of Muster
 * @param warmUp how long each thing is done before it is measured
 * @param measured how long it is measured
 */
record Stage(List<String> jvm, StackSource stack, Duration warmUp, Duration measured) {

    /**
     * Start the processes of a group and wait until they are one.
     *
     * @throws PerfRun.FailedException if they do not become one
     */
    PerfRun start(String contestant, int members, Pinning pinning) {
        if (!pinning.isPossible()) {
            throw new PerfRun.FailedException(pinning.text() + ": that needs the command taskset and as many cores");
        }
        return formed(new PerfRun(members, pinning, command(contestant), arguments(contestant)), PerfRun::form);
    }

    /** The same, but the first one is there before the others come, and so coordinates if anyone does. */
    PerfRun startInOrder(String contestant, int members) {
        return formed(new PerfRun(members, Pinning.NONE, command(contestant), arguments(contestant)), PerfRun::formInOrder);
    }

    private static PerfRun formed(PerfRun run, Consumer<PerfRun> forming) {
        try {
            forming.accept(run);
            return run;
        } catch (PerfRun.FailedException e) {
            run.close();
            throw e;
        }
    }

    /** What a member's arguments are put behind; further options of its JVM win over those that all have. */
    UnaryOperator<List<String>> command(String contestant, String... further) {
        List<String> options = new ArrayList<>(jvm);
        options.addAll(List.of(further));
        List<String> program = new ArrayList<>();
        if (!Contestants.isMuster(contestant)) {
            options.addAll(Contestants.named(contestant).jvmOptions());
            program.addAll(program(contestant));
        }
        return arguments -> {
            if (program.isEmpty()) {
                return MemberProcess.command(options, arguments);
            }
            List<String> command = new ArrayList<>(program);
            command.addAll(arguments);
            return command;
        };
    }

    private static List<String> program(String contestant) {
        try {
            return Contestants.named(contestant).program();
        } catch (IOException e) {
            throw new PerfRun.FailedException(e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PerfRun.FailedException("interrupted");
        }
    }

    private List<String> arguments(String contestant) {
        return arguments("perf-member", "--contestant", contestant, "--run",
                "perf-" + ProcessHandle.current().pid() + "-" + System.nanoTime());
    }

    /** For a process of many members. */
    List<String> forming(String contestant, int count) {
        return arguments("perf-forming", "--contestant", contestant, "--count", String.valueOf(count));
    }

    private List<String> arguments(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(stack.arguments());
        return all;
    }
}
