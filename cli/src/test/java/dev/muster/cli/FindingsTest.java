package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What becomes of figures. */
class FindingsTest {

    private final List<String> progress = new ArrayList<>();
    private final Findings findings = new Findings("two birds", progress::add);

    @Test
    void theMedianOfTheRoundsIsComparedWithThatOfTheFirst() {
        add("muster", 200, 0, 0);
        add("muster", 400, 0, 0);
        add("muster", 300, 0, 0);
        add("pigeon", 100, 0, 0);
        add("pigeon", 200, 0, 0);

        assertThat(findings.table()).contains("| 8 B | muster | 300 (200..400) | | 0 | 0 |")
                .contains("| 8 B | pigeon | 150 (100..200) | 2.00 | 0 | 0 |");
    }

    @Test
    void whoeverLosesMessagesHasNoRate() {
        add("muster", 200, 0, 0);
        add("pigeon", 300, 7, 0);

        assertThat(findings.table()).contains("| 8 B | pigeon | incomplete | | 7 | 0 |");
        assertThat(findings.isMusterFlawless()).isTrue();
    }

    @Test
    void whoeverMixesUpTheOrderIsNotFlawless() {
        add("muster-plain", 300, 0, 2);

        assertThat(findings.table()).contains("| 8 B | muster-plain | 300 | | 0 | 2 |");
        assertThat(findings.isMusterFlawless()).isFalse();
    }

    @Test
    void whatDidNotComeToItsEndIsToldBelowTheTable() {
        add("muster", 200, 0, 0);
        findings.fail("8 B", "pigeon", "a hawk");

        assertThat(findings.table()).contains("| 8 B | pigeon | incomplete | |").contains("* pigeon, 8 B: a hawk");
        assertThat(progress).last().isEqualTo("pigeon, 8 B: a hawk");
    }

    private void add(String contestant, double rate, double lost, double outOfOrder) {
        findings.add("8 B", contestant, Map.of(Metric.RATE, rate, Metric.LOST, lost, Metric.OUT_OF_ORDER, outOfOrder));
    }
}
