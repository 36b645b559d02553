package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.testkit.TestKeyStores;
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
    void whatLeadsBeyondLoopbackWithoutCredentialsIsWarnedOfWithItsLineAndTheRemedy() throws IOException {
        Run run = Run.muster("check", file, "-D", "muster.bind_addr=site_local");

        assertThat(run.status()).isEqualTo(0);
        assertThat(run.out()).startsWith("warning: orders.xml:" + lineOf("bind_addr=\"") + ": protocol TCP: bind_addr=site_local "
                + "leads beyond loopback without credentials, so the stack will not start; stay on loopback, put ENCRYPT with a "
                + "key_file right above the transport (muster key makes the file), or say ").endsWith(": 13 protocols, 1 warning\n");
        assertThat(Run.muster("check", "--json", file, "-D", "muster.bind_addr=site_local").out()).contains("\"ok\": true",
                "\"line\": " + lineOf("bind_addr=\""), "\"warning\": true");
    }

    @Test
    void hostsBeyondLoopbackAreWarnedOfAndThoseOnItAreNot() {
        assertThat(Run.muster("check", file, "-D", "muster.initial_hosts=127.0.0.1[7800],ops-17[7800]").out())
                .contains("warning: ", "TCPPING: initial_hosts=127.0.0.1[7800],ops-17[7800] leads beyond loopback");
        assertThat(Run.muster("check", file, "-D", "muster.initial_hosts=localhost[7800],127.0.0.9[7800],::1[7801]").out())
                .doesNotContain("warning");
    }

    @Test
    void aStackThatSaysItIsInsecureIsToldWhatThatMeans() throws IOException {
        replace("<stack", "<stack insecure=\"true\"");

        assertThat(Run.muster("check", file, "-D", "muster.bind_addr=0.0.0.0").out()).contains("bind_addr=0.0.0.0 leads beyond loopback without credentials, which"
                + " insecure=\"true\" allows: whoever reaches that network can read, speak and join");
    }

    @Test
    void keysAreLookedForReadAndJudgedAndOnceTheyAreThereNothingIsWarnedOf() throws IOException {
        Path keys = folder.resolve("keys");
        replace("${muster.bind_addr:${jgroups.bind_addr:loopback}}", "site_local");
        replace("<TCPPING", "<ENCRYPT key_file=\"" + keys + "\"/>\n<TCPPING");
        String where = "orders.xml:" + lineOf("<ENCRYPT") + ": protocol ENCRYPT: ";

        assertThat(Run.muster("check", file)).satisfies(run -> assertThat(run.status()).isEqualTo(1))
                .satisfies(run -> assertThat(run.out()).startsWith(where + keys + ": there is no such key file; make one with: "
                        + "muster key " + keys));
        Files.writeString(keys, "open sesame");
        assertThat(Run.muster("check", file)).satisfies(run -> assertThat(run.status()).isEqualTo(1))
                .satisfies(run -> assertThat(run.out()).startsWith(where + keys));
        Files.delete(keys);
        assertThat(Run.muster("key", keys).status()).isZero();
        assertThat(Run.muster("check", file).out()).isEqualToNormalizingNewlines(file + ": 14 protocols, all well\n");
        assertThat(keys.toFile().setReadable(true, false)).isTrue();
        assertThat(Run.muster("check", file)).satisfies(run -> assertThat(run.status()).isEqualTo(0))
                .satisfies(run -> assertThat(run.out()).startsWith("warning: " + where + keys + " is open to others than its "
                        + "owner; chmod 600 it"));
    }

    @Test
    void encryptionWithoutAnyKeyIsAProblem() throws IOException {
        replace("<TCPPING", "<ENCRYPT/>\n<TCPPING");

        assertThat(Run.muster("check", file).out()).contains("protocol ENCRYPT: no key for ENCRYPT; make a key file with: muster key");
    }

    @Test
    void whatAsksRoutersStandsBesideEncryption() throws IOException {
        Path keys = folder.resolve("keys");
        Run.muster("key", keys);
        String below = Files.readString(file);
        String above = below.substring(below.indexOf("<MERGE2"));
        Files.writeString(file, "<stack>\n<TUNNEL router_host='ops-17'/>\n<ENCRYPT key_file='" + keys
                + "'/>\n<TCPGOSSIP initial_hosts='ops-17[12001]'/>" + above);

        assertThat(Run.muster("check", file).out()).endsWith("all well" + System.lineSeparator());
    }

    @Test
    void routersBeyondLoopbackNeedTlsOrAWordOfTrust() throws IOException {
        Path trusted = new TestKeyStores(folder).trusting("router");
        String below = Files.readString(file);
        String above = below.substring(below.indexOf("<MERGE2"));
        Files.writeString(file, "<stack>\n<TUNNEL router_host='ops-17'/>\n<TCPGOSSIP initial_hosts='ops-17[12001]' tls.enabled='true' "
                + "tls.truststore_path='" + trusted + "' tls.truststore_password='no-secret'/>" + above);

        assertThat(Run.muster("check", file).out()).contains("TUNNEL: router_host=ops-17 leads beyond loopback without credentials")
                .doesNotContain("TCPGOSSIP");
        replace("no-secret", "a guess");
        assertThat(Run.muster("check", file).out()).contains("protocol TCPGOSSIP: tls.truststore_path=" + trusted + " can't be read");
    }

    @Test
    void diagnosticsBeyondLoopbackNeedAPasscode() throws IOException {
        replace("enable_diagnostics=\"${muster.enable_diagnostics:false}\"", "enable_diagnostics=\"true\"");
        replace("diagnostics_bind_addr=\"loopback\"", "diagnostics_bind_addr=\"site_local\"");

        assertThat(Run.muster("check", file)).satisfies(run -> assertThat(run.status()).isEqualTo(1))
                .satisfies(run -> assertThat(run.out()).startsWith("orders.xml:" + lineOf("site_local") + ": protocol TCP: "
                        + "diagnostics_bind_addr=site_local lets other hosts read this member; set diagnostics_passcode"));
        replace("diagnostics_bind_addr=", "diagnostics_passcode=\"open sesame\" diagnostics_bind_addr=");
        assertThat(Run.muster("check", "--effective", file)).satisfies(run -> assertThat(run.status()).isZero())
                .satisfies(run -> assertThat(run.out()).doesNotContain("sesame"));
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
        assertThat(Run.muster("--help").out()).contains("Exit codes: 0 all well; 1 ", "; 2 wrong call.");
        assertThat(Run.muster("check", "--help").out()).contains("Exit codes: 0 the stack can run, perhaps with warnings; 1 ");
    }
}
