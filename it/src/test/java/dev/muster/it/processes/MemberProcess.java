package dev.muster.it.processes;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** A {@link LoadMember} in a JVM of its own, which is killed when this is closed and ends when this JVM does. */
final class MemberProcess implements AutoCloseable {

    private final String name;
    private final int port;
    private final Process process;
    private final Map<String, String> told = new ConcurrentHashMap<>();
    private final List<Path> logs = new ArrayList<>();
    private volatile boolean killed;

    /** What a member says when it installs a view. */
    record ToldView(String id, Set<String> names, long micros) {
        private static final ToldView NONE = new ToldView("none", Set.of(), 0);
    }

    private MemberProcess(String name, int port, Process process) {
        this.name = name;
        this.port = port;
        this.process = process;
        Thread reader = new Thread(this::listen, "listening to " + name);
        reader.setDaemon(true);
        reader.start();
    }

    /**
     * Start one.
     *
     * @param name of the member, another one for each life
     * @param port to listen on
     * @param hosts where others may be, as TCPPING wants it
     * @param typicalBytes of a message
     * @param directory for what it writes to standard error
     */
    static MemberProcess start(String name, int port, String hosts, int typicalBytes, Path directory) throws IOException {
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        return new MemberProcess(name, port, new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx256m", "-XX:TieredStopAtLevel=1",
                "-Dorg.slf4j.simpleLogger.showDateTime=true",
                "-Dorg.slf4j.simpleLogger.dateTimeFormat=HH:mm:ss.SSS",
                "-Dorg.slf4j.simpleLogger.log.dev.muster.protocols.membership=debug",
                "-cp", classPath, LoadMember.class.getName(), name, String.valueOf(port), hosts,
                String.valueOf(typicalBytes)).redirectError(directory.resolve(name + ".err").toFile()).start());
    }

    private void listen() {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                int space = line.indexOf(' ');
                told.put(line.substring(0, space), line.substring(space + 1));
            }
        } catch (IOException e) {
            told.putIfAbsent("error", "listening: " + e);
        }
        told.putIfAbsent("error", "its process ended");
    }

    /** The last thing it said after that word; null if it has said nothing of the kind. Fails if it met with an error. */
    String told(String word) {
        String error = told.get("error");
        if (error != null && !killed) {
            throw new AssertionError(this + ": " + error);
        }
        return told.get(word);
    }

    boolean told(String word, Object what) {
        return String.valueOf(what).equals(told(word));
    }

    /** The view it told last; one of nobody if none. */
    ToldView view() {
        String text = told("view");
        if (text == null) {
            return ToldView.NONE;
        }
        String[] parts = text.split(" ");
        return new ToldView(parts[0], Set.of(parts[1].split(":")), Long.parseLong(parts[2]));
    }

    /** Order it to do something. */
    void order(String text) {
        try {
            process.getOutputStream().write((text + "\n").getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
        } catch (IOException e) {
            throw new UncheckedIOException(this + " is gone", e);
        }
    }

    /** Order it to connect to the group, or to go over to another round, and write down everything in that file. */
    void begin(String order, int round, Path log) {
        logs.add(log);
        order(order + " " + round + " " + log);
    }

    /** What it writes at present. */
    Path log() {
        return logs.get(logs.size() - 1);
    }

    /** SIGSTOP: it stands still until the suspension is closed. */
    Suspension suspend() throws IOException {
        return new Suspension(process.pid());
    }

    /** SIGSTOP while something else happens, and then SIGCONT. */
    void standStill(Runnable meanwhile) throws IOException {
        Suspension suspension = suspend();
        try {
            meanwhile.run();
        } finally {
            suspension.close();
        }
    }

    /** SIGKILL: the process can do nothing about it. */
    void kill() {
        killed = true;
        process.destroyForcibly();
    }

    boolean isKilled() {
        return killed;
    }

    String name() {
        return name;
    }

    int port() {
        return port;
    }

    long pid() {
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
        return name + " (process " + process.pid() + ", port " + port + ", said last " + told + ")";
    }
}
