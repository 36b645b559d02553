package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DescribeTest {

    @Test
    void withoutANameEveryProtocolIsShown() {
        Run run = Run.muster("describe");

        assertThat(run.status()).isEqualTo(0);
        assertThat(run.out()).contains("\nGMS  ").contains("\nNAKACK  ").contains("\nTCP  ");
    }

    @Test
    void aProtocolIsFoundInAnyCaseAndWithItsOldPrefix() {
        assertThat(Run.muster("describe", "pbcast.nakack").out()).startsWith("NAKACK  ");
    }

    @Test
    void settingsAreShownWithDefaultUnitAndMeaning() {
        assertThat(Run.muster("describe", "TCP").out()).contains("start_port = 7800   (")
                .contains("dev.muster.protocols.transport");
    }

    @Test
    void jsonIsOneObjectForOneProtocolAndAListForAll() {
        assertThat(Run.muster("describe", "TCP", "--json").out()).startsWith("{").contains("\"name\": \"start_port\"");
        assertThat(Run.muster("describe", "--json").out()).startsWith("[");
    }

    @Test
    void anUnknownProtocolIsAWrongCallThatNamesTheKnownOnes() {
        Run run = Run.muster("describe", "NACK");

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains("NACK is not installed").contains("NAKACK");
    }
}
