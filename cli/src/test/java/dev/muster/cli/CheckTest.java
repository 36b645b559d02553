package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckTest {

    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void copyTheDefaultStack() throws IOException {
        file = folder.resolve("orders.xml");
        try (InputStream source = new dev.muster.config.xml.XmlStackReader().open("default").orElseThrow()) {
            Files.copy(source, file);
        }
    }

    private void replace(String what, String by) throws IOException {
        String text = Files.readString(file);
        assertThat(text).contains(what);
        Files.writeString(file, text.replace(what, by));
    }

    private int lineOf(String text) throws IOException {
        return Files.readAllLines(file).stream().map(line -> line.contains(text)).toList().indexOf(true) + 1;
    }

    @Test
    void theDefaultStackIsWell() {
        Run run = Run.muster("check", file);

        assertThat(run.out()).isEqualToNormalizingNewlines(file + ": 13 protocols, all well\n");
        assertThat(run.status()).isEqualTo(0);
    }

    @Test
    void theEffectiveSettingsAreShownWhenAskedFor() {
        assertThat(Run.muster("check", "--effective", file, "-D", "muster.start_port=9876").out())
                .contains("start_port=9876").contains("GMS ");
    }

    @Test
    void everyProblemIsShownWithItsLine() throws IOException {
        replace("<FRAG2", "<FRAGG2");
        replace("interval=\"700ms\"", "intervall=\"700ms\"");

        Run run = Run.muster("check", file);

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.out()).contains("orders.xml:" + lineOf("<FRAGG2") + ": ")
                .contains("orders.xml:" + lineOf("intervall") + ": ").contains("2 problems");
    }

    @Test
    void anOptionOfTheStackThatIsMistypedIsShownWithItsLine() throws IOException {
        replace("<stack", "<stack\n insecrue=\"true\"");

        assertThat(Run.muster("check", file).out()).startsWith("orders.xml:" + lineOf("insecrue")
                + ": option insecrue is unknown; did you mean insecure?");
    }

    @Test
    void settingsOfTwoLayersThatContradictEachOtherAreShownWithBothLines() throws IOException {
        replace("max_credits=\"2M\"", "max_credits=\"50K\"");

        assertThat(Run.muster("check", file).out()).startsWith("orders.xml:" + lineOf("<FRAG2")
                + ": protocol FRAG2: frag_size=60K must not exceed max_credits=50K of FC (orders.xml:"
                + lineOf("max_credits=\"50K") + ")");
    }

    @Test
    void problemsAreJsonWhenAskedFor() throws IOException {
        replace("interval=\"700ms\"", "interval=\"500 bananas\"");

        Run run = Run.muster("check", "--json", file);

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.out()).contains("\"ok\": false").contains("\"line\": " + lineOf("bananas")).contains("bananas");
        assertThat(run.err()).isEmpty();
    }

    @Test
    void aWellFileIsJsonWhenAskedFor() {
        Run run = Run.muster("check", "--json", file);

        assertThat(run.out()).contains("\"ok\": true").contains("\"problems\": []");
    }

    @Test
    void aFileThatIsNoXmlIsAProblemOfTheFile() throws IOException {
        Files.writeString(file, "stack:\n  TCP\n");

        Run run = Run.muster("check", file);

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.out()).startsWith("orders.xml:1: ");
    }

    @Test
    void aFileThatIsNotThereIsAWrongCall() {
        Run run = Run.muster("check", folder.resolve("none.xml"));

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains("none.xml: there is no such file");
    }

    @Test
    void noFileAtAllIsAWrongCall() {
        assertThat(Run.muster("check").status()).isEqualTo(2);
        assertThat(Run.muster().status()).isEqualTo(2);
        assertThat(Run.muster("chekc").status()).isEqualTo(2);
    }
}
