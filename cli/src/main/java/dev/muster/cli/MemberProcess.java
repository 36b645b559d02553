package dev.muster.cli;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/**
 * A member in a process of its own, which obeys lines on its standard input and tells what happens on its standard output.
 *
 * <p>It ends when its input ends, so none is left behind whatever becomes of the parent.
 */
final class MemberProcess {

    private final String name;
    private final Process process;
    private final PrintWriter input;

    private MemberProcess(String name, Process process) {
        this.name = name;
        this.process = process;
        this.input = new PrintWriter(process.getOutputStream(), true, StandardCharsets.UTF_8);
    }

    /**
     * Start one.
     *
     * @param name of the member
     * @param command to run
     * @param listener told every line, on a thread of its own
     */
    static MemberProcess start(String name, List<String> command, BiConsumer<MemberProcess, MemberLine> listener) {
        try {
            Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
            MemberProcess member = new MemberProcess(name, process);
            Thread reader = new Thread(() -> member.read(listener), "reads " + name);
            reader.setDaemon(true);
            reader.start();
            return member;
        } catch (IOException e) {
            throw new UncheckedIOException("process of member " + name + " can't be started: " + e.getMessage(), e);
        }
    }

    /** The command that runs ourselves again: from modules if we come from modules. */
    static List<String> command(List<String> jvmOptions, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvmOptions);
        command.add("-D" + Muster.LOG_LEVEL + "=" + System.getProperty(Muster.LOG_LEVEL, "warn"));
        String modulePath = System.getProperty("jdk.module.path", "");
        if (Muster.class.getModule().isNamed() && !modulePath.isEmpty()) {
            command.addAll(List.of("-p", modulePath, "-m",
                    Muster.class.getModule().getName() + "/" + Muster.class.getName()));
        } else {
            String classPath = System.getProperty("java.class.path") + File.pathSeparator + modulePath;
            command.addAll(List.of("-cp", classPath, Muster.class.getName()));
        }
        command.addAll(arguments);
        return command;
    }

    private void read(BiConsumer<MemberProcess, MemberLine> listener) {
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                MemberLine.parse(line).ifPresent(said -> listener.accept(this, said));
            }
        } catch (IOException e) {
            // a killed process: what is told below says as much
        }
        listener.accept(this, new MemberLine("ended", MemberLine.nowMicros(), List.of()));
    }

    String name() {
        return name;
    }

    long pid() {
        return process.pid();
    }

    /** Give an order; one to a dead member is lost. */
    void say(String order) {
        input.println(order);
    }

    /** SIGKILL: the process can't say goodbye. */
    void kill() {
        process.destroyForcibly();
    }

    /** SIGSTOP: the process stands still and keeps its connections. */
    void stop() {
        try {
            new ProcessBuilder("kill", "-STOP", String.valueOf(process.pid())).inheritIO().start().waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException("process of member " + name + " can't be stopped: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Wait for an orderly end, then insist. */
    void end(Duration patience) {
        input.close();
        try {
            if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
