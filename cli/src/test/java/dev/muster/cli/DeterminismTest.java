package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** One seed gives one history, in whatever process and on whatever JDK it is told. */
class DeterminismTest {

    private static final int SECOND = 21;
    private static final List<String> ARGUMENTS = List.of("sim", "--members", "5", "--seed", "4", "--seeds", "3", "--json");

    @Test
    void twoProcessesTellTheSameHistory() throws Exception {
        Path ours = Path.of(System.getProperty("java.home"));
        String once = hash(ours);

        assertThat(hash(ours)).isEqualTo(once);
        assertThat(end(Run.muster(ARGUMENTS.toArray()).out())).as("in the JVM of this test").isEqualTo(once);
    }

    @Test
    void anotherJdkTellsTheSameHistory() throws Exception {
        Path ours = Path.of(System.getProperty("java.home"));
        Optional<Path> other = other(ours);
        if (other.isEmpty()) {
            String reason = "not run: no second JDK, with one of the two of version " + SECOND + " or later, in "
                    + ours.getParent() + " beside " + ours.getFileName() + "; install one there";
            if ("true".equals(System.getenv("CI"))) {
                fail(reason);
            }
            System.out.println(reason);
            Assumptions.abort(reason);
        }
        assertThat(hash(other.orElseThrow())).as("on %s", other.get()).isEqualTo(hash(ours));
    }

    private static Optional<Path> other(Path ours) throws IOException {
        int here = Runtime.version().feature();
        try (Stream<Path> beside = Files.list(ours.getParent())) {
            return beside.sorted().filter(home -> Files.isExecutable(home.resolve("bin/java"))).filter(home -> {
                int there = feature(home);
                return there > 0 && there != here && Math.max(there, here) >= SECOND && Math.min(there, here) >= 17;
            }).findFirst();
        }
    }

    /** Feature version by the file {@code release} that every JDK has; 0 if that can't be read. */
    private static int feature(Path home) {
        try (Stream<String> lines = Files.lines(home.resolve("release"))) {
            return lines.filter(line -> line.startsWith("JAVA_VERSION="))
                    .map(line -> line.replaceAll("[^0-9.]", "").split("\\.")[0]).mapToInt(Integer::parseInt).findFirst().orElse(0);
        } catch (IOException | RuntimeException e) {
            return 0;
        }
    }

    private static String hash(Path home) throws Exception {
        List<String> command = new ArrayList<>(MemberProcess.command(List.of(), ARGUMENTS));
        command.set(0, home.resolve("bin/java").toString());
        Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(out).isZero();
        return end(out);
    }

    private static String end(String json) {
        String end = json.strip();
        assertThat(end).matches("(?s).*\"hash\": \"[0-9a-f]{32}\"\\s+}");
        return end.substring(end.lastIndexOf("\"hash\""));
    }
}
