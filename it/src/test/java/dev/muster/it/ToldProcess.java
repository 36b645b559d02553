package dev.muster.it;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * A process that obeys orders, a line each on its standard input, and tells what happens, a line each: a word of what kind it
 * is, and the rest. Here is kept what it said last of each kind. Closing this kills it, and it ends when this JVM does, since
 * its input ends then.
 */
public final class ToldProcess implements AutoCloseable {

    private static final String ERROR = "error";

    private final String name;
    private final Process process;
    private final Map<String, String> told = new ConcurrentHashMap<>();
    private volatile boolean killed;

    private ToldProcess(String name, Process process) {
        this.name = name;
        this.process = process;
        Thread reader = new Thread(this::listen, "listening to " + name);
        reader.setDaemon(true);
        reader.start();
    }

    /**
     * Start one.
     *
     * @param name for messages, and for the file in which its standard error ends up
     * @param command what to run, such as {@link #java}
     * @param directory for that file
     * @return the process, which may have said nothing yet
     * @throws IOException if there is no such command
     */
    public static ToldProcess start(String name, List<String> command, Path directory) throws IOException {
        return new ToldProcess(name,
                new ProcessBuilder(command).redirectError(directory.resolve(name + ".err").toFile()).start());
    }

    /**
     * Start a class of these tests with so much heap and no more: it ends when that is not enough.
     *
     * @param main the class
     * @param heap as the option -Xmx wants it
     * @param directory for its standard error
     * @param arguments for it; the first is its name
     * @return the process, which may have said nothing yet
     * @throws IOException if it can't be started
     */
    public static ToldProcess start(Class<?> main, String heap, Path directory, String... arguments) throws IOException {
        List<String> options = List.of("-Xmx" + heap, "-XX:+ExitOnOutOfMemoryError",
                "-Dorg.slf4j.simpleLogger.showDateTime=true", "-Dorg.slf4j.simpleLogger.dateTimeFormat=HH:mm:ss.SSS",
                "-Dorg.slf4j.simpleLogger.log.dev.muster.protocols.membership=info");
        return start(arguments[0], java(options, main, List.of(arguments)), directory);
    }

    /**
     * The command that runs a class of these tests in a JVM of its own, a small one.
     *
     * @param options of the JVM
     * @param main the class
     * @param arguments for it
     * @return the command
     */
    public static List<String> java(List<String> options, Class<?> main, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1"));
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                main.getName()));
        command.addAll(arguments);
        return command;
    }

    private void listen() {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                int space = line.indexOf(' ');
                told.put(line.substring(0, space), line.substring(space + 1));
            }
        } catch (IOException e) {
            told.putIfAbsent(ERROR, "listening: " + e);
        }
        told.putIfAbsent(ERROR, "its process ended");
    }

    /**
     * The last thing it said after a word.
     *
     * @param word of what kind
     * @return null if it has said nothing of the kind
     * @throws AssertionError if it met with an error, or ended without being killed
     */
    public String told(String word) {
        String error = told.get(ERROR);
        if (error != null && !killed) {
            throw new AssertionError(this + ": " + error);
        }
        return told.get(word);
    }

    /**
     * Whether that is the last thing it said after a word.
     *
     * @param word of what kind
     * @param what compared as text
     * @return true if so
     */
    public boolean told(String word, Object what) {
        return String.valueOf(what).equals(told(word));
    }

    /**
     * The number that it said last after a word.
     *
     * @param word of what kind
     * @return 0 if it has said nothing of the kind
     */
    public long number(String word) {
        String text = told(word);
        return text == null ? 0 : Long.parseLong(text);
    }

    /**
     * Order it to do something.
     *
     * @param text one line
     */
    public void order(String text) {
        try {
            process.getOutputStream().write((text + "\n").getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
        } catch (IOException e) {
            throw new UncheckedIOException(this + " is gone", e);
        }
    }

    /** SIGKILL: the process can do nothing about it. */
    public void kill() {
        killed = true;
        process.destroyForcibly();
    }

    /**
     * Whether {@link #kill} was called.
     *
     * @return true if so
     */
    public boolean isKilled() {
        return killed;
    }

    /**
     * Its name.
     *
     * @return as given
     */
    public String name() {
        return name;
    }

    /**
     * The number that the system knows it by.
     *
     * @return its id
     */
    public long pid() {
        return process.pid();
    }

    @Override
    public void close() {
        kill();
        try {
            process.waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public String toString() {
        return name + " (process " + process.pid() + ", said last " + told + ")";
    }
}
