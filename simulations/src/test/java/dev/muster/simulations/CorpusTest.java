package dev.muster.simulations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.testkit.simulation.Scenario;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Schedules that once found something, replayed: each keeps every promise now. */
class CorpusTest {

    static List<Path> scenarios() throws IOException, URISyntaxException {
        Path corpus = Path.of(Objects.requireNonNull(CorpusTest.class.getResource("/corpus")).toURI());
        try (Stream<Path> files = Files.list(corpus)) {
            return files.filter(file -> file.toString().endsWith(".txt")).sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void keepsEveryPromiseNow(Path file) throws IOException {
        Scenarios.cluster(Scenario.parse(Files.readString(file))).run();
    }

    @Test
    void thereIsSomethingToReplay() throws IOException, URISyntaxException {
        assertThat(scenarios()).hasSizeGreaterThanOrEqualTo(3);
    }
}
