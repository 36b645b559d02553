package dev.muster.it.multicast;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A process of {@link MulticastMember}, and the last that it said of each kind. */
final class ToldProcess implements AutoCloseable {

    private final Process process;
    private final Map<String, Integer> told = new ConcurrentHashMap<>();

    private ToldProcess(Process process) {
        this.process = process;
        Thread reader = new Thread(this::listen, "listening to " + process.pid());
        reader.setDaemon(true);
        reader.start();
    }

    static ToldProcess start(String name, int port, Path directory) throws IOException {
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        return new ToldProcess(new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m", "-XX:TieredStopAtLevel=1", "-cp", classPath, MulticastMember.class.getName(), name,
                String.valueOf(port)).redirectError(directory.resolve(name + ".err").toFile()).start());
    }

    private void listen() {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] words = line.split(" ");
                told.put(words[0], Integer.valueOf(words[1]));
            }
        } catch (IOException e) {
            // killed while it spoke
            told.put("ended", 1);
        }
    }

    int told(String kind) {
        return told.getOrDefault(kind, 0);
    }

    void send(int messages) {
        try {
            process.getOutputStream().write((messages + "\n").getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
        } catch (IOException e) {
            throw new UncheckedIOException(this + " is gone", e);
        }
    }

    /** SIGKILL: the process can do nothing about it. */
    void kill() {
        process.destroyForcibly();
    }

    @Override
    public void close() {
        kill();
    }

    @Override
    public String toString() {
        return "process " + process.pid() + ", said last " + told;
    }
}
