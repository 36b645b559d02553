package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.api.Setting;
import dev.muster.cli.ProtocolPage.HeaderRow;
import dev.muster.cli.ProtocolPage.SettingRow;
import dev.muster.spi.Figure;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReferenceTextTest {

    private static final ProtocolPage PAGE = new ProtocolPage("SWIM", List.of("GOSSIP"), "finds | failures", "acme.swim",
            "acme.swim.Swim", List.of("failure-detection"), List.of("discovery"), List.of(),
            List.of(SettingRow.of(Setting.duration("period", Duration.ofSeconds(1)).positive().alias("interval")
                            .says("time between two questions").insteadOf("2s", "a second is enough")),
                    SettingRow.of(Setting.text("dir", null).says("where to write").withoutEffect("nothing is written"))),
            List.of(new HeaderRow(300, "SwimHeader", "swim/src/main/java/acme/SwimHeader.java")),
            List.of("the dead are found", "nobody else is"), List.of("that it is soon"),
            List.of(new Figure("questions", "members | asked")));

    @Test
    void aTerminalIsShownEveryFactOfAProtocolAndItsSettings() {
        assertThat(ReferenceText.plain(PAGE)).isEqualToNormalizingNewlines("""
                SWIM  Finds | failures.
                  also called    GOSSIP
                  module         acme.swim
                  class          acme.swim.Swim
                  promises       the dead are found; nobody else is
                  not promised   that it is soon
                  provides       failure-detection
                  needs below    discovery
                  header ids     300 (SwimHeader)

                  period = 1s   (time, ms without a unit, more than 0ms)
                      time between two questions
                      also called interval
                      source's default: 2s; ours differs: a second is enough

                  dir   (text)
                      where to write
                      accepted, without effect: nothing is written

                  counters
                      questions                members | asked
                """);
    }

    @Test
    void aPageIsMarkdownInWhichNoTextBreaksTheTable() {
        assertThat(ReferenceText.markdown(PAGE)).isEqualTo("""
                <!-- generated from what the protocol says of itself; rewrite with -Dmuster.rewrite=true -->

                # SWIM

                Finds | failures.

                Also called GOSSIP. Module `acme.swim`, class `acme.swim.Swim`.

                ## Guarantees

                - the dead are found
                - nobody else is

                Not promised:

                - that it is soon

                ## Place in a stack

                - provides: failure-detection
                - needs below: discovery

                ## Settings

                | setting | default | values | meaning | the source's default, and why ours differs |
                |---|---|---|---|---|
                | `period` | `1s` | time, ms without a unit; more than 0ms | time between two questions. also called interval | \
                `2s`: a second is enough |

                Accepted, without effect:

                | setting | values | meaning elsewhere | why it has none here |
                |---|---|---|---|
                | `dir` | text | where to write | nothing is written |

                ## On the wire

                Header 300, whose layout is drawn in [SwimHeader](../../swim/src/main/java/acme/SwimHeader.java).
                How headers make packets, and packets what is sent: [wire](../wire.md).

                ## Counters

                | counter | meaning |
                |---|---|
                | `questions` | members \\| asked |
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
