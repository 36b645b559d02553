package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.api.Compatibility;
import dev.muster.api.ConfigurationException;
import dev.muster.api.StackBuilder;
import dev.muster.api.StackDefinition;
import dev.muster.api.StackOptions;
import dev.muster.core.Assembler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Names that protocols and settings have in today's JGroups, and what is said of those that mean something else here. */
class NamesFromElsewhereTest {

    private static final Assembler ASSEMBLER = Assembler.installed();

    @TempDir
    private Path folder;

    private StackDefinition stack(String... lines) throws IOException {
        return ASSEMBLER.read(file("orders.xml", "<config xmlns='urn:org:jgroups'>", String.join("\n", lines), "</config>"),
                Map.of());
    }

    private Path file(String name, String... lines) throws IOException {
        return Files.writeString(folder.resolve(name), String.join("\n", lines));
    }

    private static List<String> protocols(StackDefinition stack) {
        return ASSEMBLER.describe(stack).lines().map(line -> line.split(" ")[0]).toList();
    }

    @ParameterizedTest
    @CsvSource({"NAKACK2,NAKACK", "NAKACK3,NAKACK", "NAKACK4,NAKACK", "pbcast.NAKACK2,NAKACK", "pbcast.NAKACK4,NAKACK",
        "UNICAST2,UNICAST", "UNICAST3,UNICAST", "UNICAST4,UNICAST", "FD_ALL2,FD_ALL", "FD_ALL3,FD_ALL", "FD_SOCK2,FD_SOCK",
        "VERIFY_SUSPECT2,VERIFY_SUSPECT", "MERGE3,MERGE2", "FRAG,FRAG2", "FRAG3,FRAG2", "FRAG4,FRAG2", "TCP_NIO2,TCP",
        "SHARED_LOOPBACK,LOOPBACK", "pbcast.STABLE,STABLE", "pbcast.GMS,GMS", "pbcast.STATE_TRANSFER,STATE_TRANSFER"})
    void todaysNameStandsForTheProtocolOfTheSameJob(String name, String ours) {
        assertThat(ASSEMBLER.provider(name).orElseThrow().type().name()).isEqualTo(ours);
    }

    @Test
    void whatOneProtocolDoesElsewhereAndSeveralDoHereIsAddedAndSaid() throws IOException {
        StackDefinition stack = stack("<TCP/>", "<TCPPING/>", "<pbcast.NAKACK4/>", "<UNICAST4/>", "<pbcast.GMS/>", "<FRAG4/>");

        assertThat(protocols(stack)).containsExactly("TCP", "TCPPING", "NAKACK", "STABLE", "UNICAST", "GMS", "UFC", "MFC",
                "FRAG2");
        assertThat(ASSEMBLER.remarks(stack)).containsExactly(
                "orders.xml:4: protocol pbcast.NAKACK4 does elsewhere what takes STABLE here, which the stack does not name; "
                        + "it is added above NAKACK, with defaults",
                "orders.xml:4: protocol pbcast.NAKACK4 does elsewhere what takes MFC here, which the stack does not name; "
                        + "it is added above GMS, with defaults",
                "orders.xml:5: protocol UNICAST4 does elsewhere what takes UFC here, which the stack does not name; "
                        + "it is added above GMS, with defaults");
    }

    @Test
    void whatTheStackNamesItselfIsNotAdded() throws IOException {
        StackDefinition stack = stack("<TCP/>", "<TCPPING/>", "<NAKACK4/>", "<UNICAST4/>", "<pbcast.STABLE max_bytes='1M'/>",
                "<pbcast.GMS/>", "<FC/>");

        assertThat(ASSEMBLER.remarks(stack)).isEmpty();
        assertThat(ASSEMBLER.describe(stack)).contains("max_bytes=1M");
    }

    @Test
    void onlyTheHalfOfFlowControlThatIsMissingIsAdded() throws IOException {
        StackDefinition olderUnicast = stack("<TCP/>", "<TCPPING/>", "<NAKACK4/>", "<UNICAST3/>", "<pbcast.GMS/>",
                "<UFC max_credits='4m'/>");
        StackDefinition olderNakack = stack("<TCP/>", "<TCPPING/>", "<NAKACK2/>", "<UNICAST4/>", "<pbcast.STABLE/>",
                "<pbcast.GMS/>");

        assertThat(protocols(olderUnicast)).containsExactly("TCP", "TCPPING", "NAKACK", "STABLE", "UNICAST", "GMS", "MFC",
                "UFC");
        assertThat(ASSEMBLER.describe(olderUnicast)).contains("UFC max_credits=4M").contains("MFC max_credits=2M");
        assertThat(protocols(olderNakack)).containsExactly("TCP", "TCPPING", "NAKACK", "UNICAST", "STABLE", "GMS", "UFC");
    }

    @Test
    void nothingIsAddedForOlderNames() throws IOException {
        StackDefinition stack = stack("<TCP/>", "<TCPPING/>", "<pbcast.NAKACK2/>", "<UNICAST3/>", "<pbcast.GMS/>");

        assertThatThrownBy(() -> ASSEMBLER.check(stack)).hasMessageContaining("NAKACK needs stability above it");
    }

    @Test
    void oneIntervalOfRetransmissionIsAListOfOneWait() throws IOException {
        StackDefinition stack = stack("<TCP/>", "<TCPPING/>", "<pbcast.NAKACK4 xmit_interval='0.5s'/>",
                "<UNICAST4 xmit_interval='200'/>", "<pbcast.GMS/>");

        assertThat(ASSEMBLER.describe(stack)).contains("retransmit_timeout=500ms ").contains("UNICAST timeout=200ms");
    }

    @Test
    void whatIsNotNeededHereIsLeftOutAndExplained() throws IOException {
        StackDefinition stack = stack("<TCP diag.enabled='true' bundler_type='pd'", "bundler.capacity='16k'",
                "bundler.max_size='32K'/>", "<BARRIER/>", "<UNICAST3/>");

        assertThat(protocols(stack)).containsExactly("TCP", "UNICAST");
        assertThat(ASSEMBLER.describe(stack)).contains("max_bundle_size=32K");
        assertThat(ASSEMBLER.remarks(stack)).hasSize(4)
                .anyMatch(line -> line.startsWith("orders.xml:2: protocol TCP: setting diag.enabled is accepted but has no effect"))
                .anyMatch(line -> line.startsWith("orders.xml:2: protocol TCP: setting bundler_type is accepted but"))
                .anyMatch(line -> line.startsWith("orders.xml:3: protocol TCP: setting bundler.capacity is accepted but"))
                .anyMatch(line -> line.startsWith("orders.xml:5: protocol BARRIER is not needed and left out: state is cut"));
    }

    @Test
    void anUnknownNameIsAMistakeUnlessTheStackIsLenient() throws IOException {
        String[] lines = {"<TCP start_prt='7800'/>", "<RED/>", "<UNICAST3/>"};
        StackDefinition strict = stack(lines);
        StackDefinition lenient = StackBuilder.of(strict).option(StackOptions.COMPATIBILITY, Compatibility.LENIENT).definition();

        assertThatThrownBy(() -> ASSEMBLER.check(strict)).isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("orders.xml:2: protocol TCP: setting start_prt is unknown; did you mean start_port?")
                .hasMessageContaining("orders.xml:3: protocol RED is unknown");
        assertThat(protocols(lenient)).containsExactly("TCP", "UNICAST");
        assertThat(ASSEMBLER.remarks(lenient)).hasSize(2)
                .allMatch(line -> line.startsWith("warning: orders.xml:") && line.endsWith(" and has no effect, for the stack is "
                        + "lenient"))
                .anyMatch(line -> line.contains("setting start_prt is unknown (did you mean start_port?) and"))
                .anyMatch(line -> line.contains("protocol RED is unknown"));
    }

    @Test
    void aLenientStackIsNoLessStrictWithWhatIsKnown() throws IOException {
        StackDefinition lenient = ASSEMBLER.read(file("orders.xml", "<stack compatibility='Lenient'>", "<TCP start_port='x'/>",
                "<FC/>", "</stack>"), Map.of());

        assertThatThrownBy(() -> ASSEMBLER.check(lenient)).hasMessageContaining("orders.xml:2: ")
                .hasMessageContaining("start_port='x' is not a whole number");
    }

    @Test
    void theFileThatAStackIncludesStandsInItsPlace() throws IOException {
        file("wire.xml", "<config>", "", "<TCP start_port='${port:9000}' oops='1'/>", "</config>");

        StackDefinition stack = stack("<include file='${wire:wire.xml}'/>", "<UNICAST3/>");

        assertThatThrownBy(() -> ASSEMBLER.check(stack)).hasMessageContaining("wire.xml:3: protocol TCP: setting oops");
        assertThat(stack.layers()).hasSize(2);
    }

    @Test
    void aFileThatIncludesItselfIsRefused() throws IOException {
        Path file = file("orders.xml", "<config>", "<include file='orders.xml'/>", "</config>");

        assertThatThrownBy(() -> ASSEMBLER.read(file, Map.of())).isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("orders.xml:2: ").hasMessageContaining("does a file include itself?");
    }

    @Test
    void anIncludedFileThatIsNotThereIsNamedWhereItIsIncluded() {
        assertThatThrownBy(() -> stack("<include file='none.xml'/>")).isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("orders.xml:2: ").hasMessageContaining("none.xml");
        assertThatThrownBy(() -> stack("<include/>")).hasMessageStartingWith("orders.xml:2: <include> has the attributes []");
    }

    @Test
    void checkTellsWhatHasNoEffect() throws IOException {
        Path file = file("orders.xml", "<stack compatibility='lenient'>", "<TCP/>", "<RED/>", "</stack>");

        assertThat(Run.muster("check", file).out()).contains("warning: orders.xml:3: protocol RED is unknown")
                .contains("2 protocols, 1 warning");
        assertThat(Run.muster("check", "--json", file).out()).contains("\"remarks\": [").contains("\"line\": 3");
    }
}
