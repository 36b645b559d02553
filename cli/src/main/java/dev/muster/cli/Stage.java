package dev.muster.cli;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

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
        List<String> options = new ArrayList<>(jvm);
        if (!Contestants.isMuster(contestant)) {
            options.addAll(Contestants.named(contestant).jvmOptions());
        }
        return new PerfRun(members, pinning, options, arguments(contestant));
    }

    private List<String> arguments(String contestant) {
        List<String> arguments = new ArrayList<>(List.of("perf-member", "--run",
                "perf-" + ProcessHandle.current().pid() + "-" + System.nanoTime(), "--contestant", contestant));
        arguments.addAll(stack.arguments());
        return arguments;
    }
}
