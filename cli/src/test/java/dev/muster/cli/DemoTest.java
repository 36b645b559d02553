package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The main job, with real processes on real sockets. */
class DemoTest {

    @ParameterizedTest(name = "killing {0}")
    @ValueSource(strings = {"m1", "m2", "m3"})
    void everyPromiseHoldsWhoeverIsKilled(String victim) {
        Run run = Run.muster("demo", "--json", "--victim", victim);

        assertThat(run.out()).startsWith("{").contains("\"ok\": true").doesNotContain("\"kept\": false");
        assertThat(run.status()).as(run.out()).isEqualTo(0);
    }

    @Test
    void withoutJsonATimelineAndAVerdictAreShown() {
        Run run = Run.muster("demo", "--members", "2");

        assertThat(run.out()).contains("view ").contains("Verdict").contains("all states are equal").doesNotContain("FAIL");
        assertThat(run.status()).isEqualTo(0);
    }

    @Test
    void aStackThatCanNotRunIsRefusedBeforeAnythingStarts() {
        Run run = Run.muster("demo", "--set", "TCP.start_port=many");

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).contains("start_port='many'");
        assertThat(run.out()).isEmpty();
    }

    @Test
    void aVictimThatDoesNotExistIsAWrongCall() {
        assertThat(Run.muster("demo", "--victim", "m9").status()).isEqualTo(2);
        assertThat(Run.muster("demo", "--members", "1").status()).isEqualTo(2);
    }
}
