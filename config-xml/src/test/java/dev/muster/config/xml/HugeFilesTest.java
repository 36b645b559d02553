package dev.muster.config.xml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.muster.api.ConfigurationException;
import dev.muster.api.StackDefinition;
import java.io.ByteArrayInputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of a megabyte that are made to be slow, deep or many; and files in the encodings that XML knows. */
class HugeFilesTest {

    private static final int NEARLY_A_MEGABYTE = 1_000_000;

    private static StackDefinition read(String xml, Charset charset) {
        return new XmlStackReader().read(new ByteArrayInputStream(xml.getBytes(charset)), "orders.xml", Map.of());
    }

    private static String refusal(String xml) {
        ConfigurationException refusal = catchThrowableOfType(ConfigurationException.class,
                () -> read(xml, StandardCharsets.UTF_8));
        assertThat(refusal).isNotNull();
        return refusal.getMessage();
    }

    @Test
    void elementsInElementsAreRefusedHoweverDeep() {
        assertThat(refusal("<stack>\n" + "<a>".repeat(NEARLY_A_MEGABYTE / 3))).startsWith("orders.xml:2: ")
                .contains("attributes only");
    }

    @Test
    void propertiesInPropertiesAreRefusedWhenTheyAreDeep() {
        assertThat(refusal("<stack>\n<TCP a='" + "${x:".repeat(NEARLY_A_MEGABYTE / 5) + "}".repeat(NEARLY_A_MEGABYTE / 5)
                + "'/></stack>")).startsWith("orders.xml:2: <TCP>: a: ").contains("at most 20").hasSizeLessThan(500);
        assertThat(refusal("<stack>\n<TCP a='" + "${x".repeat(NEARLY_A_MEGABYTE / 3) + "'/></stack>"))
                .startsWith("orders.xml:2: <TCP>: a: ").hasSizeLessThan(500);
    }

    @Test
    void thousandsOfProtocolsAreRefused() {
        assertThat(refusal("<stack>\n" + "<A/>\n".repeat(NEARLY_A_MEGABYTE / 5))).startsWith("orders.xml:1002: ")
                .contains("more than 1000 protocols");
    }

    @Test
    void thousandsOfAttributesAreReadWithTheirLines() {
        StringBuilder xml = new StringBuilder("<stack>\n<TCP");
        for (int number = 0; number < 9_000; number++) {
            xml.append(number % 2 == 0 ? "\n" : " ").append("attribute_with_a_name_").append(number).append("='x'");
        }
        StackDefinition stack = read(xml.append("/>\n</stack>").toString(), StandardCharsets.UTF_8);

        assertThat(stack.layers().get(0).assignments()).hasSize(9_000).last()
                .extracting(last -> last.origin()).isEqualTo("orders.xml:4502");
    }

    @Test
    void aHugeValueIsReadAsItIs() {
        String value = "x".repeat(NEARLY_A_MEGABYTE);

        assertThat(read("<stack><TCP a='" + value + "'/></stack>", StandardCharsets.UTF_8).layers().get(0).assignments())
                .singleElement().extracting(assignment -> assignment.value()).isEqualTo(value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-8", "UTF-16", "UTF-16LE", "UTF-16BE", "ISO-8859-1", "US-ASCII", "windows-1252"})
    void everyEncodingThatIsDeclaredIsRead(String encoding) {
        String declared = encoding.startsWith("UTF-16") ? "UTF-16" : encoding;
        String mark = encoding.endsWith("LE") || encoding.endsWith("BE") ? "\uFEFF" : "";
        StackDefinition stack = read(mark + "<?xml version='1.0' encoding='" + declared + "'?>\n<stack>\n<TCP a='1'/></stack>",
                Charset.forName(encoding));

        assertThat(stack.layers().get(0).assignments()).singleElement().extracting(a -> a.value()).isEqualTo("1");
    }

    @Test
    void aMarkOfTheByteOrderIsNoText() {
        assertThat(read("\uFEFF<stack><TCP/></stack>", StandardCharsets.UTF_8).layers()).hasSize(1);
    }

    @Test
    void bytesThatAreNoTextAreRefusedWithTheirLine() {
        byte[] bytes = "<stack>\n<TCP a='?'/></stack>".getBytes(StandardCharsets.UTF_8);
        bytes[16] = (byte) 0xC0;

        assertThatThrownBy(() -> new XmlStackReader().read(new ByteArrayInputStream(bytes), "orders.xml", Map.of()))
                .isInstanceOf(ConfigurationException.class).hasMessageStartingWith("orders.xml:2: ");
    }
}
