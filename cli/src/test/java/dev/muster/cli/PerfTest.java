package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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

        assertThat(run.out()).contains("\"case\": \"8 B\",").contains("\"case\": \"100000 B\",").contains("\"lost\": 0")
                .doesNotContainPattern("\"(lost|outOfOrder)\": [1-9]");
        assertThat(run.status()).as(run.out() + run.err()).isEqualTo(0);
    }

    @Test
    void nothingIsLostAndAllIsInOrderWhenAllSendAndReceiveOneByOne() {
        Run run = perf("--sizes", "100", "--senders", "all", "--plain", "--set", "TCP.enable_bundling=false");

        assertThat(run.out()).contains("all send").doesNotContainPattern("\"(lost|outOfOrder)\": [1-9]");
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
    void oneMemberSendsToAnotherOneAlone() {
        Run run = perf("--sizes", "1K", "--unicast", "--against", "sockets", "--rounds", "1");

        assertThat(run.out()).contains("one sends to another one").doesNotContainPattern("\"(lost|outOfOrder)\": [1-9]");
        assertThat(run.status()).as(run.out() + run.err()).isEqualTo(0);
    }

    @Test
    void messagesThatGoThereAndBackAreTimedWhoeverSendsThem() {
        Run run = perf("--sizes", "100", "--round-trips", "--against", "sockets", "--rounds", "1");

        assertThat(run.out()).contains("100 B, callback").contains("100 B, blocking").contains("100 B, call\"").contains("\"p999Micros\"")
                .doesNotContain("\"complete\": false");
        assertThat(run.status()).as(run.out() + run.err()).isEqualTo(0);
    }

    @Test
    void aSetCanBeNarrowedDownToWhatIsWanted() {
        Run run = perf("--full", "--only", "gap in delivery", "--against", "nobody-else", "--rounds", "1");

        assertThat(run.out()).contains("\"nobody is killed\"").contains("\"one is killed\"").contains("\"longestGapMillis\"")
                .doesNotContain("round trips").doesNotContainPattern("\"(lost|outOfOrder)\": [1-9]");
        assertThat(run.status()).as(run.out() + run.err()).isEqualTo(0);
    }

    @Test
    void aKilledMemberShowsInTheViewsOfTheOthers() {
        Run run = perf("--full", "--only", "kill -9 of the coordinator", "--against", "nobody-else", "--rounds", "1");

        assertThat(run.out()).contains("\"lastViewMillis\"").contains("\"firstViewMillis\"").doesNotContain("\"complete\": false");
        assertThat(run.status()).as(run.out() + run.err()).isEqualTo(0);
    }

    @Test
    void withAFileForJsonTheTableIsPrinted(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("perf.json");

        Run run = Run.muster("perf", "--json", file, "--duration", "100ms", "--warm-up", "0", "--heap", "128m", "--members", "2",
                "--sizes", "100");

        assertThat(run.out()).contains("### 2 members, one sends to the group").contains("| 100 B | muster |");
        assertThat(file).content().contains("\"messagesPerSecond\"");
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
