package dev.muster.fuzzing;

import dev.muster.api.ConfigurationException;
import dev.muster.api.StackDefinition;
import dev.muster.config.xml.XmlStackReader;
import dev.muster.core.Assembler;
import dev.muster.testkit.fuzz.Mutator;
import dev.muster.testkit.simulation.SimulatedCluster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Stack files that nobody should have written. Boxed in time: XML takes a hundred times longer than a packet. */
class XmlTest {

    private static final int LONGEST = 20_000;
    static final long PARSER_BYTES = 2_000_000;
    static final long BYTES_PER_BYTE = 1_000;
    /** Each problem on a line of its own, with the place where it is. */
    private static final Pattern PLACED = Pattern.compile("(?s)fuzzed\\.xml:(\\d+): .*");

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

    /**
     * Run what may be refused.
     *
     * @return the line that the refusal names, 0 if there was none
     * @throws AssertionError if it names no line of the file
     */
    static int refusedWithLine(Runnable reading) {
        try {
            reading.run();
            return 0;
        } catch (ConfigurationException e) {
            Matcher placed = PLACED.matcher(e.getMessage());
            if (!placed.matches()) {
                throw new AssertionError("names no line of the file: " + e.getMessage(), e);
            }
            return Integer.parseInt(placed.group(1));
        }
    }

    @Test
    void aBadStackFileIsRefusedWithWordsOnly() throws IOException {
        XmlStackReader reader = new XmlStackReader();
        Assembler assembler = SimulatedCluster.assembler();
        List<byte[]> samples = new ArrayList<>();
        STACKS.forEach(stack -> samples.add(stack.getBytes(StandardCharsets.UTF_8)));
        try (InputStream shipped = reader.open("default").orElseThrow()) {
            samples.add(shipped.readAllBytes());
        }
        Campaign.Report report = Campaign.of("XML", input -> {
            StackDefinition[] read = new StackDefinition[1];
            int line = refusedWithLine(() -> {
                read[0] = reader.read(new ByteArrayInputStream(input), "fuzzed.xml", Map.of());
                assembler.check(read[0]);
            });
            if (line > 0) {
                throw new ConfigurationException("refused");
            }
        }).refusingWith(ConfigurationException.class).allocatingAtMost(PARSER_BYTES, BYTES_PER_BYTE)
                .run(new Mutator(Sizes.SEED, samples, LONGEST), Sizes.INPUTS, Sizes.BOX);
        unsilence();
        Sizes.tell(report);
    }
}
