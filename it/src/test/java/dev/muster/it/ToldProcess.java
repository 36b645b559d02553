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

/**
 * A class of the tests in a JVM of its own, which is killed when this is closed. It is ordered about in lines on its
 * standard input, and tells in lines of a word and a number; the last of each word is kept.
 */
public final class ToldProcess implements AutoCloseable {

    private final String name;
    private final Process process;
    private final Map<String, Long> told = new ConcurrentHashMap<>();

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
     * @param main the class
     * @param heap as the option -Xmx wants it
     * @param directory for what it writes to standard error
     * @param arguments the first is its name
     * @return the process
     * @throws IOException if it can't be started
     */
    public static ToldProcess start(Class<?> main, String heap, Path directory, String... arguments) throws IOException {
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx" + heap,
                "-XX:TieredStopAtLevel=1", "-XX:+ExitOnOutOfMemoryError", "-Dorg.slf4j.simpleLogger.showDateTime=true",
                "-Dorg.slf4j.simpleLogger.dateTimeFormat=HH:mm:ss.SSS",
                "-Dorg.slf4j.simpleLogger.log.dev.muster.protocols.membership=info", "-cp", classPath, main.getName()));
        command.addAll(List.of(arguments));
        return new ToldProcess(arguments[0], new ProcessBuilder(command)
                .redirectError(directory.resolve(arguments[0] + ".err").toFile()).start());
    }

    private void listen() {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] words = line.split(" ");
                told.put(words[0], Long.valueOf(words[1]));
            }
        } catch (IOException e) {
            // killed while it spoke
            told.put("ended", 1L);
        }
    }

    /**
     * The number it told last with a word.
     *
     * @param word the word
     * @return 0 if it has told none
     */
    public long told(String word) {
        return told.getOrDefault(word, 0L);
    }

    /**
     * Order it to do something.
     *
     * @param line the order
     */
    public void order(String line) {
        try {
            process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
        } catch (IOException e) {
            throw new UncheckedIOException(this + " is gone", e);
        }
    }

    /** SIGKILL: the process can do nothing about it. */
    public void kill() {
        process.destroyForcibly();
    }

    @Override
    public void close() {
        kill();
    }

    @Override
    public String toString() {
        return name + " (process " + process.pid() + (process.isAlive() ? "" : ", which has ended") + ", said last " + told
                + ")";
    }
}
