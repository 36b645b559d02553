package dev.muster.config.xml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.muster.api.ConfigurationException;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Files that people write by mistake, or to do harm: each is refused with its line, with what is wrong and what to do. */
class BadFilesTest {

    static Stream<Arguments> files() {
        return Stream.of(
                file("nothing at all", "", 1, "empty", "expected <stack>"),
                file("blanks only", "\n  \n", 1, "empty", "expected <stack>"),
                file("a comment only", "<!-- -->\n", 2, "not well-formed"),
                file("no XML", "start_port: 7800\n", 1, "not well-formed"),
                file("another root", "\n<beans>\n<TCP/>\n</beans>", 2, "root element is <beans>", "expected <stack> or <config>"),
                file("a protocol as root", "<TCP\n/>", 2, "root element is <TCP>", "put the protocols into <stack>"),
                file("a root in another case", "<Stack><TCP/></Stack>", 1, "root element is <Stack>"),
                file("no protocol", "<stack>\n</stack>", 1, "no protocol", "transport first"),
                file("no protocol in a short form", "<?xml version='1.0'?>\n<config/>", 2, "<config> has no protocol"),
                file("a protocol that is not closed", "<stack>\n<TCP>\n<PING/>\n</stack>", 3, "<PING> stands inside of protocol TCP",
                        "close <TCP …/>"),
                file("a protocol inside of another", "<stack>\n<TCP>\n  <bind_addr/></TCP>\n</stack>", 3, "attributes only"),
                file("the end tag of another", "<stack>\n<TCP></UDP>\n</stack>", 2, "not well-formed", "TCP"),
                file("no end", "<stack>\n<TCP/>\n", 3, "ends before every element is closed"),
                file("an end in the midst of a tag", "<stack>\n<TCP start_port=", 2, "not well-formed"),
                file("two roots", "<stack>\n<TCP/>\n</stack>\n<stack/>", 4, "not well-formed"),
                file("text behind the root", "<stack><TCP/></stack>\nmore", 2, "not well-formed"),
                file("text between protocols", "<stack>\n<TCP/>\n\n  oops\n<PING/></stack>", 4, "text 'oops'", "<!-- … -->"),
                file("text in a protocol", "<stack>\n<TCP>start_port=1</TCP></stack>", 2, "text 'start_port=1'", "remove it"),
                file("long text", "<stack>\nThis is a very long text that goes on\nand on<TCP/></stack>", 2,
                        "text 'This is a very long …'"),
                file("text in CDATA", "<stack>\n<![CDATA[x]]><TCP/></stack>", 2, "text 'x'"),
                file("an attribute twice", "<stack>\n<TCP start_port='1' start_port='2'/></stack>", 2, "start_port", "already"),
                file("a value without quotes", "<stack>\n<TCP start_port=1/></stack>", 2, "not well-formed", "start_port"),
                file("an attribute without value", "<stack>\n<TCP enable_bundling/></stack>", 2, "enable_bundling"),
                file("no blank between attributes", "<stack>\n<TCP a='1'b='2'/></stack>", 2, "not well-formed"),
                file("a lonely ampersand", "<stack>\n<TCP a='x&y'/></stack>", 2, "not well-formed"),
                file("a lonely angle bracket", "<stack>\n<TCP a='<'/></stack>", 2, "not well-formed", "<"),
                file("two hyphens in a comment", "<stack>\n<!-- a -- b -->\n<TCP/></stack>", 2, "not well-formed", "--"),
                file("a name with a blank", "<stack>\n<TCP num _initial='1'/></stack>", 2, "not well-formed", "num"),
                file("a prefix that nobody declared", "<stack>\n<a:TCP/></stack>", 2, "prefix 'a'", "not declared"),
                file("a prefix of an attribute that nobody declared", "<stack>\n<TCP a:b='1'/></stack>", 2, "prefix 'a'",
                        "attribute a:b"),
                file("an attribute of a foreign namespace", "<stack xmlns:a='urn:a'>\n<TCP a:b='1'/></stack>", 2,
                        "<TCP>: attribute b has the namespace 'urn:a'", "remove its prefix"),
                file("an encoding that is a lie", "<?xml version='1.0' encoding='UTF-8'?>\n<stack><TCP a='\u00e4'/></stack>",
                        StandardCharsets.ISO_8859_1, 2, "not well-formed", "UTF-8"),
                file("an encoding that does not exist", "<?xml version='1.0' encoding='UTF-9'?>\n<stack/>", 1, "UTF-9"),
                file("a property that is not set", "<stack>\n<TCP\n  a='1'\n  start_port='${muster.test.none}'/></stack>", 4,
                        "<TCP>: start_port: property 'muster.test.none' is not set", "MUSTER_TEST_NONE"),
                file("a property without an end", "<stack>\n<TCP start_port='${a'/></stack>", 2, "start_port", "no closing '}'"),
                file("a property without a name", "<stack>\n<TCP start_port='${}'/></stack>", 2, "names no property"),
                file("an option that is not set", "<stack\n  insecure='${muster.test.none}'><TCP/></stack>", 2,
                        "<stack>: insecure: property"),
                file("a document type", "<?xml version='1.0'?>\n<!DOCTYPE stack>\n<stack><TCP/></stack>", 2,
                        "document type", "remove it"),
                file("a document type from elsewhere", "<!DOCTYPE stack SYSTEM 'file:///etc/passwd'>\n<stack><TCP/></stack>", 1,
                        "document type"),
                file("an entity that reads a file",
                        "<!DOCTYPE stack [\n<!ENTITY x SYSTEM 'file:///etc/passwd'>\n]><stack><TCP a='&x;'/></stack>", 3,
                        "document type"),
                file("an entity bomb", "<!DOCTYPE stack [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;'>"
                        + "<!ENTITY c '&b;&b;&b;&b;'>]>\n<stack><TCP a='&c;'/></stack>", 1, "document type"),
                file("an entity that nobody declared", "<stack>\n<TCP/>&x;</stack>", 2, "x"));
    }

    private static Arguments file(String what, String xml, int line, String... words) {
        return file(what, xml, StandardCharsets.UTF_8, line, words);
    }

    private static Arguments file(String what, String xml, java.nio.charset.Charset charset, int line, String... words) {
        return arguments(what, xml.getBytes(charset), line, words);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("files")
    void isRefusedWithItsLineAndARemedy(String what, byte[] source, int line, String[] words) {
        ConfigurationException refusal = catchThrowableOfType(ConfigurationException.class,
                () -> new XmlStackReader().read(new ByteArrayInputStream(source), "orders.xml", Map.of()));

        assertThat(refusal).as(what).isNotNull();
        assertThat(refusal.getMessage()).startsWith("orders.xml:" + line + ": ").contains(words).doesNotContain("\n");
    }
}
