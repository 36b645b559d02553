package dev.muster.it;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** A {@link LoadMember} in a JVM of its own, and what it has said so far. */
final class MemberProcess implements AutoCloseable {

    private static final long LIMIT_NANOS = 90_000_000_000L;

    /** A line and when it came. */
    record Said(String text, long nanos) {
        String rest() {
            return text.substring(text.indexOf(' ') + 1);
        }
    }

    private final String name;
    private final Process process;
    private final Path log;
    private final List<Said> said = new ArrayList<>();

    MemberProcess(String name, int port, String hosts) throws IOException {
        this.name = name;
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        log = Path.of("target", name + "-" + port + ".log");
        process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx512m",
                "-Dorg.slf4j.simpleLogger.showDateTime=true",
                "-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd'T'HH:mm:ss.SSSXXX",
                "-Dorg.slf4j.simpleLogger.log.dev.muster.protocols.membership.detection=debug",
                "-cp", classPath, LoadMember.class.getName(), name, String.valueOf(port), hosts)
                .redirectError(log.toFile()).start();
        Thread reader = new Thread(this::read, "reader of " + name);
        reader.setDaemon(true);
        reader.start();
    }

    private void read() {
        try (BufferedReader lines = new BufferedReader(
                new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                add(new Said(line, System.nanoTime()));
            }
        } catch (IOException e) {
            add(new Said("ended " + e.getMessage(), System.nanoTime()));
        }
    }

    private synchronized void add(Said line) {
        said.add(line);
        notifyAll();
    }

    /** Wait for a line; fails when it says an error first, or says nothing of the kind for too long. */
    synchronized Said await(String what, Predicate<Said> wanted) throws InterruptedException {
        long end = System.nanoTime() + LIMIT_NANOS;
        int seen = 0;
        while (true) {
            for (; seen < said.size(); seen++) {
                if (said.get(seen).text().startsWith("error")) {
                    throw new AssertionError(name + ": " + said.get(seen).text());
                }
                if (wanted.test(said.get(seen))) {
                    return said.get(seen);
                }
            }
            long left = (end - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                throw new AssertionError(name + " hung: waiting for " + what + " in vain; it said last "
                        + said.subList(Math.max(0, said.size() - 5), said.size()));
            }
            wait(left);
        }
    }

    /** When its detectors were first sure of a death after a moment; tells by the log, so only to be reported. */
    Optional<Instant> sureOfADeathAfter(Instant moment) throws IOException {
        try (var lines = Files.lines(log)) {
            return lines.filter(line -> line.contains(" is gone, ") || line.contains(" did not answer, "))
                    .map(line -> OffsetDateTime.parse(line.substring(0, line.indexOf(' '))).toInstant())
                    .filter(moment::isBefore).findFirst();
        }
    }

    void tell(String text) {
        try {
            process.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
        } catch (IOException e) {
            throw new UncheckedIOException(name + " is gone", e);
        }
    }

    /** SIGKILL: the process can do nothing about it. */
    void kill() {
        process.destroyForcibly();
    }

    String name() {
        return name;
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
