package dev.muster.config.xml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.api.ConfigurationException;
import dev.muster.api.LayerDefinition;
import dev.muster.api.LayerDefinition.Assignment;
import dev.muster.api.StackDefinition;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class XmlStackReaderTest {

    private final XmlStackReader reader = new XmlStackReader();

    private StackDefinition read(String xml) {
        return read(xml, StandardCharsets.UTF_8);
    }

    private StackDefinition read(String xml, Charset charset) {
        return reader.read(new ByteArrayInputStream(xml.getBytes(charset)), "orders.xml", Map.of());
    }

    @Test
    void everyElementBecomesALayerInOrderWithItsNameAndItsSettingsInOrder() {
        StackDefinition stack = read("""
                <stack>
                    <TCP start_port="7800" end_port="7809"/>
                    <pbcast.NAKACK retransmit_timeout="50,100"
                                   gc_lag="20"
                                   use_mcast_xmit="false"/>
                    <acme-order/>
                </stack>
                """);

        assertThat(stack.origin()).isEqualTo("orders.xml");
        assertThat(stack.options()).isEmpty();
        assertThat(stack.layers()).containsExactly(
                new LayerDefinition("TCP", List.of(new Assignment("start_port", "7800", "orders.xml:2"),
                        new Assignment("end_port", "7809", "orders.xml:2")), "orders.xml:2"),
                new LayerDefinition("pbcast.NAKACK", List.of(
                        new Assignment("retransmit_timeout", "50,100", "orders.xml:3"),
                        new Assignment("gc_lag", "20", "orders.xml:4"),
                        new Assignment("use_mcast_xmit", "false", "orders.xml:5")), "orders.xml:3"),
                new LayerDefinition("acme-order", List.of(), "orders.xml:6"));
    }

    @Test
    void aLayerThatBeginsBelowACommentOfSeveralLinesHasItsOwnLine() {
        StackDefinition stack = read("<stack>\n<!-- one\n two\n three -->\n\n  <TCP\n    start_port='1'\n  />\n</stack>");

        assertThat(stack.layers().get(0).origin()).isEqualTo("orders.xml:6");
        assertThat(stack.layers().get(0).assignments().get(0).origin()).isEqualTo("orders.xml:7");
    }

    @Test
    void twoLayersOnOneLineShareIt() {
        assertThat(read("<stack>\n<TCP/><PING/></stack>").layers())
                .extracting(LayerDefinition::origin).containsExactly("orders.xml:2", "orders.xml:2");
    }

    @Test
    void windowsLineEndsCountOnce() {
        assertThat(read("<stack>\r\n<TCP\r\nstart_port='1'/>\r\n</stack>").layers().get(0).assignments().get(0).origin())
                .isEqualTo("orders.xml:3");
    }

    @Test
    void aFileOfTheEstablishedToolkitIsReadWithItsNamespaceAndItsSchema() {
        StackDefinition stack = read("""
                <?xml version="1.0" encoding="UTF-8"?>
                <!-- from elsewhere -->
                <config xmlns="urn:org:jgroups" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
                        xsi:schemaLocation="urn:org:jgroups http://www.jgroups.org/schema/jgroups.xsd">
                    <TCP bind_port="7800"></TCP>
                </config>
                """);

        assertThat(stack.layers()).extracting(LayerDefinition::protocol).containsExactly("TCP");
        assertThat(stack.options()).isEmpty();
    }

    @Test
    void attributesOfTheRootAreOptionsOfTheStack() {
        assertThat(read("<stack insecure='true'\n  other='${user.none:x}'><TCP/></stack>").options()).containsExactly(
                new Assignment("insecure", "true", "orders.xml:1"), new Assignment("other", "x", "orders.xml:2"));
    }

    @Test
    void prefixesOfElementsArePassedOver() {
        assertThat(read("<m:stack xmlns:m='urn:x'><m:TCP start_port='1'/></m:stack>").layers().get(0).protocol())
                .isEqualTo("TCP");
    }

    @Test
    void settingsWithADotAndWithEscapedTextAreReadAsTheyAre() {
        assertThat(read("<stack><TCP thread_pool.enabled='&quot;a&#10;b&lt;'/></stack>").layers().get(0).assignments())
                .containsExactly(new Assignment("thread_pool.enabled", "\"a\nb<", "orders.xml:1"));
    }

    @Test
    void protocolsCalledLikeTheNamesUsedInsideAreProtocols() {
        assertThat(read("<stack><stack/><layer a='1'/><config/></stack>").layers())
                .extracting(LayerDefinition::protocol).containsExactly("stack", "layer", "config");
    }

    @Test
    void commentsAndProcessingInstructionsMayStandAnywhereBetweenElements() {
        assertThat(read("<?a b?><!-- x --><stack><!-- ${no.property} --><?c d?><TCP><!-- y --></TCP></stack><!-- z -->")
                .layers()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-8", "UTF-16", "ISO-8859-1"})
    void theEncodingIsTheOneTheFileNames(String charset) {
        StackDefinition stack = read("<?xml version=\"1.0\" encoding=\"" + charset + "\"?>\n<stack><TCP a='ä'/></stack>",
                Charset.forName(charset));

        assertThat(stack.layers().get(0).assignments()).containsExactly(new Assignment("a", "ä", "orders.xml:2"));
    }

    @Test
    void aByteOrderMarkIsPassedOver() {
        assertThat(read("\uFEFF<stack><TCP/></stack>").layers()).hasSize(1);
    }

    @Test
    void itReadsFilesThatEndInXmlInAnyCase() {
        assertThat(reader.reads("orders.xml")).isTrue();
        assertThat(reader.reads("ORDERS.XML")).isTrue();
        assertThat(reader.reads("orders.yaml")).isFalse();
    }

    @Test
    void aSourceThatFailsIsNamed() {
        InputStream broken = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("the disk is gone");
            }
        };

        assertThatThrownBy(() -> reader.read(broken, "orders.xml", Map.of()))
                .isInstanceOf(ConfigurationException.class).hasMessage("orders.xml: can't be read: the disk is gone");
    }

    @Test
    void aFileThatIsFarTooLargeIsRefusedBeforeItIsParsed() {
        assertThatThrownBy(() -> read("<stack>" + " ".repeat(1 << 20) + "<TCP/></stack>"))
                .isInstanceOf(ConfigurationException.class).hasMessageContaining("orders.xml: has more than 1 MiB");
    }

    @Test
    void theShippedStacksAreReadAndNothingElseIsNamed() throws IOException {
        assertThat(reader.named()).containsExactly("default", "udp");
        assertThat(reader.open("nothing")).isEmpty();
        assertThat(reader.open("../xml/default")).isEmpty();
        try (InputStream source = reader.open("default").orElseThrow()) {
            assertThat(reader.read(source, "default.xml", Map.of("muster.start_port", "9000")).layers())
                    .extracting(LayerDefinition::protocol).containsExactly("TCP", "TCPPING", "MERGE2", "FD_SOCK", "FD_ALL",
                            "VERIFY_SUSPECT", "pbcast.NAKACK", "UNICAST", "pbcast.STABLE", "pbcast.GMS", "FC", "FRAG2",
                            "pbcast.STATE_TRANSFER");
        }
        try (InputStream source = reader.open("udp").orElseThrow()) {
            assertThat(reader.read(source, "udp.xml", Map.of()).layers()).hasSize(13).first()
                    .extracting(LayerDefinition::protocol).isEqualTo("UDP");
        }
    }

    @Test
    void severalThreadsMayReadAtOnce() {
        List<StackDefinition> stacks = java.util.stream.IntStream.range(0, 64).parallel()
                .mapToObj(index -> read("<stack>\n<TCP start_port='" + index + "'/></stack>")).toList();

        for (int index = 0; index < stacks.size(); index++) {
            assertThat(stacks.get(index).layers().get(0).assignments())
                    .containsExactly(new Assignment("start_port", String.valueOf(index), "orders.xml:2"));
        }
    }

    /** The JDK's parser raises a MissingResourceException here: it lacks the text of its own message. */
    @Test
    void aDocumentTypeThatTheParserChokesOnIsRefusedLikeAnyOtherMistake() {
        assertThatThrownBy(() -> read("<!DOCTYPE stack [<!ENTITY a \"b\"><!ENTITY c &a;>]><stack><TCP/></stack>",
                StandardCharsets.UTF_8)).isInstanceOf(ConfigurationException.class).hasMessageContaining("orders.xml");
        byte[] broken = HexFormat.of().parseHex("3c21444f435459504520737461636b205b3c21454e544954592061202262223e3c21454e"
                + "544954592063202226613b26613b13613b223e5d3e3c737461636b3e3c5443502f3e3c2f737461636b3e");
        assertThatThrownBy(() -> reader.read(new ByteArrayInputStream(broken), "orders.xml", Map.of()))
                .isInstanceOf(ConfigurationException.class).hasMessageContaining("orders.xml");
    }
}
