package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.testkit.simulation.FaultKind;
import org.junit.jupiter.api.Test;

class SimTest {

    @Test
    void aSeedIsReplayedWithItsStoryAndAVerdictPerPromise() {
        Run run = Run.muster("sim", "--members", 3, "--seed", 17);

        assertThat(run.status()).as(run.out()).isZero();
        assertThat(run.out()).contains("n0       starts", " of 3: [n0, n1, n2]", "network  fault: Partition", "  ok    D5  ",
                "60 s virtual", "trace ").doesNotContain("FAIL");
    }

    @Test
    void jsonEndsWithTheTraceHashWhichIsTheSameEveryTime() {
        Run run = Run.muster("sim", "--seed", 4, "--json", "--faults", "loss,crash,restart,pause");

        assertThat(run.status()).as(run.out()).isZero();
        String hash = hash(run);
        assertThat(run.out()).startsWith("{").contains("\"V3\": \"kept\"", "starts as a new life");
        assertThat(hash(Run.muster("sim", "--seed", 4, "--json", "--faults", "loss,crash,restart,pause"))).isEqualTo(hash);
        assertThat(hash(Run.muster("sim", "--seed", 5, "--json", "--faults", "loss,crash,restart,pause")))
                .isNotEqualTo(hash);
    }

    @Test
    void everyKindOfFaultHasAWordOfItsOwn() {
        for (FaultKind kind : FaultKind.values()) {
            Run run = Run.muster("sim", "--seed", 2, "--members", 4, "--faults", kind.word());
            assertThat(run.status()).as("%s: %s", kind, run.out()).isZero();
        }
    }

    private static String hash(Run run) {
        String end = run.out().strip();
        assertThat(end).matches("(?s).*\"hash\": \"[0-9a-f]{32}\"\\s+}");
        return end.substring(end.lastIndexOf("\"hash\""));
    }

    @Test
    void severalSeedsGiveALineEach() {
        Run run = Run.muster("sim", "--seed", 1, "--seeds", 2, "--faults", "none", "--transport", "datagram");

        assertThat(run.out().lines()).hasSize(2).allMatch(line -> line.startsWith("ok   seed "));
    }

    @Test
    void whatMakesNoSenseIsAWrongCall() {
        assertThat(Run.muster("sim").status()).isEqualTo(2);
        assertThat(Run.muster("sim", "--seed", 1, "--members", 0).status()).isEqualTo(2);
        assertThat(Run.muster("sim", "--seed", 1, "--faults", "none,loss").status()).isEqualTo(2);
        assertThat(Run.muster("sim", "--seed", 1, "--faults", "swarm,cut").err()).contains("none, usual, swarm stand alone");
        assertThat(Run.muster("sim", "--seed", 1, "--faults", "rain").err()).contains("expected none, usual, swarm, loss,");
    }
}
