package dev.muster.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.api.Compatibility;
import dev.muster.api.ConfigurationException;
import dev.muster.api.StackBuilder;
import dev.muster.api.StackDefinition;
import dev.muster.api.StackOptions;
import dev.muster.core.Assembler;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The stacks that JGroups ships, as they are in its jar: they load leniently, and what has no effect in them is said. */
class StockStacksTest {

    private static final Assembler ASSEMBLER = Assembler.installed();

    @TempDir
    private Path folder;

    @BeforeEach
    void copyTheFilesOfTheJar() throws IOException {
        for (String name : List.of("udp.xml", "udp-default.xml", "tcp.xml", "tcp-default.xml", "tunnel.xml")) {
            try (InputStream source = org.jgroups.JChannel.class.getResourceAsStream("/" + name)) {
                Files.copy(source, folder.resolve(name));
            }
        }
    }

    private StackDefinition strict(String name) {
        return ASSEMBLER.read(folder.resolve(name + ".xml"), Map.of());
    }

    private StackDefinition lenient(String name) {
        return StackBuilder.of(strict(name)).option(StackOptions.COMPATIBILITY, Compatibility.LENIENT).definition();
    }

    private static List<String> protocols(StackDefinition stack) {
        return ASSEMBLER.describe(stack).lines().map(line -> line.split(" ")[0]).toList();
    }

    @Test
    void udpLoadsWithItsTransportFromTheFileItIncludes() {
        assertThat(protocols(lenient("udp"))).containsSubsequence("UDP", "PING", "MERGE2", "FD_SOCK", "FD_ALL", "VERIFY_SUSPECT",
                "NAKACK", "UNICAST", "STABLE", "GMS", "MFC", "UFC", "FRAG2", "STATE_TRANSFER");
        assertThat(ASSEMBLER.describe(lenient("udp"))).contains("mcast_addr=239.8.8.8").contains("retransmit_timeout=500ms ")
                .contains("MFC max_credits=4M").contains("UFC max_credits=4M");
    }

    @Test
    void tcpLoadsWithItsTransportFromTheFileItIncludes() {
        assertThat(protocols(lenient("tcp"))).containsSubsequence("TCP", "TCPPING", "MERGE2", "FD_SOCK", "FD_ALL",
                "VERIFY_SUSPECT", "NAKACK", "UNICAST", "STABLE", "GMS", "MFC", "UFC", "FRAG2", "STATE_TRANSFER");
        assertThat(ASSEMBLER.describe(lenient("tcp"))).contains("start_port=7800").contains("timeout=40s interval=5s");
    }

    @Test
    void tunnelLoads() {
        assertThat(protocols(lenient("tunnel"))).containsSubsequence("TUNNEL", "PING", "MERGE2", "FD_ALL", "VERIFY_SUSPECT",
                "NAKACK", "UNICAST", "STABLE", "GMS", "UFC", "MFC", "FRAG2", "STATE_TRANSFER");
        assertThat(ASSEMBLER.describe(lenient("tunnel"))).contains("gossip_router_hosts=localhost[12001]");
    }

    @Test
    void theReportNamesWhatIsUnknownAndWhatIsNotNeeded() {
        assertThat(ASSEMBLER.remarks(lenient("udp")))
                .anyMatch(line -> line.startsWith("warning: udp.xml:") && line.contains("protocol RED is unknown"))
                .anyMatch(line -> line.startsWith("warning: udp-default.xml:")
                        && line.contains("setting message_processing_policy is unknown"))
                .anyMatch(line -> line.startsWith("udp-default.xml:") && line.contains("bundler.capacity is accepted but"))
                .anyMatch(line -> line.startsWith("udp-default.xml:") && line.contains("diag.enabled is accepted but"))
                .anyMatch(line -> line.startsWith("udp.xml:") && line.contains("BARRIER is not needed and left out"));
        assertThat(ASSEMBLER.remarks(lenient("tcp")))
                .anyMatch(line -> line.startsWith("warning: tcp.xml:") && line.contains("setting async_discovery is unknown"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"udp", "tcp", "tunnel"})
    void everyLineOfTheReportSaysWhere(String name) {
        assertThat(ASSEMBLER.remarks(lenient(name))).isNotEmpty()
                .allMatch(line -> line.matches("(warning: )?" + name + "(-default)?\\.xml:\\d+: protocol \\S+ .*"));
    }

    @Test
    void withoutLenienceWhatIsUnknownIsAMistake() {
        assertThatThrownBy(() -> ASSEMBLER.check(strict("udp"))).isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("protocol RED is unknown; ");
    }
}
