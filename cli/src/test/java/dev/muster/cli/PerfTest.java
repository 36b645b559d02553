package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** That it measures at all and loses nothing; the figures of a test run mean nothing. */
class PerfTest {

    private static final String[] SHORT =
            {"perf", "--json", "--duration", "300ms", "--warm-up", "0", "--heap", "128m", "--members", "2"};

    private static Run perf(String... more) {
        Object[] all = java.util.stream.Stream.concat(java.util.Arrays.stream(SHORT), java.util.Arrays.stream(more)).toArray();
        return Run.muster(all);
    }

    @Test
    void nothingIsLostAndAllIsInOrderWhenOneSends() {
        Run run = perf("--sizes", "8,1K,100K");

        assertThat(run.out()).contains("\"bytes\": 8,").contains("\"bytes\": 100000,").contains("\"lost\": 0")
                .doesNotContainPattern("\"(lost|outOfOrder)\": [1-9]");
        assertThat(run.status()).as(run.out() + run.err()).isEqualTo(0);
    }

    @Test
    void nothingIsLostAndAllIsInOrderWhenAllSendAndReceiveOneByOne() {
        Run run = perf("--sizes", "100", "--senders", "all", "--plain", "--set", "TCP.enable_bundling=false");

        assertThat(run.out()).contains("\"senders\": \"all\"").doesNotContainPattern("\"(lost|outOfOrder)\": [1-9]");
        assertThat(run.status()).as(run.out() + run.err()).isEqualTo(0);
    }

    @Test
    void othersAreMeasuredInTurnWithIt() {
        Run run = perf("--sizes", "100", "--against", "sockets", "--rounds", "1");

        assertThat(run.out()).contains("\"muster\"").contains("\"sockets\"")
                .doesNotContainPattern("\"(lost|outOfOrder)\": [1-9]");
        assertThat(run.status()).as(run.out() + run.err()).isEqualTo(0);
    }

    @Test
    void aContestantThatNobodyKnowsIsAWrongCallThatNamesThoseThereAre() {
        Run run = perf("--against", "carrier-pigeons");

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains("no contestant is called carrier-pigeons").contains("sockets");
    }

    @Test
    void sizesAndTimesThatMakeNoSenseAreAWrongCall() {
        assertThat(Run.muster("perf", "--sizes", "7").status()).isEqualTo(2);
        assertThat(Run.muster("perf", "--duration", "soon").status()).isEqualTo(2);
        assertThat(Run.muster("perf", "--senders", "some").status()).isEqualTo(2);
    }
}
