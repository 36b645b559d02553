package dev.muster.fuzzing;

import dev.muster.api.ConfigurationException;
import dev.muster.api.StackDefinition;
import dev.muster.config.xml.XmlStackReader;
import dev.muster.testkit.fuzz.Mutator;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Stack files that nobody should have written. Boxed in time: XML takes a hundred times longer than a packet. */
class XmlTest {

    private static final int LONGEST = 20_000;
    private static final long PARSER_BYTES = 2_000_000;
    private static final long BYTES_PER_BYTE = 1_000;

    private static final List<String> STACKS = List.of(
            "<stack><TCP start_port=\"${a.b:7800}\"/><TCPPING initial_hosts=\"h[1],127.0.0.1[2]\"/></stack>",
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<config xmlns=\"urn:x\" insecure=\"true\">\n <!-- c -->\n"
                    + " <LOOPBACK max_bundle_size=\"${x:${y:64K}}\"/>\n <pbcast.GMS shun=\"false\"/>\n</config>\n",
            "<!DOCTYPE stack [<!ENTITY a \"b\"><!ENTITY c \"&a;&a;&a;\">]><stack><TCP bind_addr=\"&c;\"/></stack>",
            "<stack><TCP bind_addr=\"&#x41;&amp;&lt;\"><![CDATA[x]]></TCP></stack>");

    private final PrintStream systemErr = System.err;
    private final PrintStream systemOut = System.out;

    /** The JDK's parser prints a line for each file in a broken encoding. */
    @BeforeEach
    void silence() {
        System.setErr(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
        System.setOut(System.err);
    }

    @AfterEach
    void unsilence() {
        System.setErr(systemErr);
        System.setOut(systemOut);
    }

    @Test
    void aBadStackFileIsRefusedWithWordsOnly() throws IOException {
        XmlStackReader reader = new XmlStackReader();
        List<byte[]> samples = new ArrayList<>();
        STACKS.forEach(stack -> samples.add(stack.getBytes(StandardCharsets.UTF_8)));
        try (InputStream shipped = reader.open("default").orElseThrow()) {
            samples.add(shipped.readAllBytes());
        }
        Campaign.Report report = Campaign.of("XML", input -> {
            StackDefinition read = reader.read(new ByteArrayInputStream(input), "fuzzed.xml", Map.of());
            Material.ASSEMBLER.check(read);
        }).refusingWith(ConfigurationException.class).allocatingAtMost(PARSER_BYTES, BYTES_PER_BYTE)
                .run(new Mutator(Sizes.SEED, samples, LONGEST), Sizes.INPUTS, Sizes.BOX);
        unsilence();
        Sizes.tell(report);
    }
}
