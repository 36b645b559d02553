package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.api.Setting;
import dev.muster.cli.ProtocolPage.SettingRow;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReferenceTextTest {

    private static final ProtocolPage PAGE = new ProtocolPage("SWIM", List.of("GOSSIP"), "finds | failures", "acme.swim",
            "acme.swim.Swim", List.of("failure-detection"), List.of("discovery"), List.of(),
            List.of(SettingRow.of(Setting.duration("period", Duration.ofSeconds(1)).positive().alias("interval")
                            .says("time between two questions").insteadOf("2s", "a second is enough")),
                    SettingRow.of(Setting.text("dir", null).says("where to write").withoutEffect("nothing is written"))),
            Map.of(300, "SwimHeader"), List.of("the dead are found", "nobody else is"), List.of("that it is soon"));

    @Test
    void aTerminalIsShownEveryFactOfAProtocolAndItsSettings() {
        assertThat(ReferenceText.plain(PAGE)).isEqualToNormalizingNewlines("""
                SWIM  Finds | failures.
                  also called    GOSSIP
                  promises       the dead are found; nobody else is
                  not promised   that it is soon
                  provides       failure-detection
                  needs below    discovery
                  header ids     300 (SwimHeader)
                  module         acme.swim
                  class          acme.swim.Swim

                  period = 1s   (time, ms without a unit, more than 0ms)
                      time between two questions
                      also called interval
                      source's default: 2s; ours differs: a second is enough

                  dir   (text)
                      where to write
                      accepted, without effect: nothing is written
                """);
    }

    @Test
    void aPageIsMarkdownInWhichNoTextBreaksTheTable() {
        assertThat(ReferenceText.markdown(PAGE)).isEqualTo("""
                <!-- generated from the protocol's own settings; rewrite with -Dmuster.rewrite=true -->

                # SWIM

                Finds | failures.

                - also called: GOSSIP
                - promises: the dead are found; nobody else is
                - not promised: that it is soon
                - provides: failure-detection
                - needs below: discovery
                - header ids: 300 (SwimHeader)
                - module: `acme.swim`
                - class: `acme.swim.Swim`

                | setting | default | values | meaning |
                |---|---|---|---|
                | `period` | `1s` | time, ms without a unit; more than 0ms | time between two questions. also called interval. \
                source's default: 2s; ours differs: a second is enough |
                | `dir` | – | text | where to write. accepted, without effect: nothing is written |
                """);
        assertThat(ReferenceText.markdownIndex(List.of(PAGE)))
                .contains("| [SWIM](SWIM.md) | Finds \\| failures. | `acme.swim` |\n");
    }

    @Test
    void aProtocolIsCalledByNameOrAliasInAnyCase() {
        assertThat(PAGE.isCalled("swim")).isTrue();
        assertThat(PAGE.isCalled("pbcast.Gossip")).isTrue();
        assertThat(PAGE.isCalled("SWI")).isFalse();
    }
}
