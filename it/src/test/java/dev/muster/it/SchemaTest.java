package dev.muster.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.config.xml.StackSchema;
import dev.muster.config.xml.XmlStackReader;
import dev.muster.core.Assembler;
import dev.muster.spi.ProtocolProvider;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import javax.xml.XMLConstants;
import javax.xml.transform.stream.StreamSource;
import javax.xml.validation.SchemaFactory;
import javax.xml.validation.Validator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.xml.sax.SAXException;

/** The schema against files that people write, as an editor would use it. */
class SchemaTest {

    private static final String SCHEMA = StackSchema.of(Assembler.installed().providers());

    private static javax.xml.validation.Schema compiled;

    @BeforeAll
    static void compile() throws SAXException {
        compiled = SchemaFactory.newInstance(XMLConstants.W3C_XML_SCHEMA_NS_URI)
                .newSchema(new StreamSource(new StringReader(SCHEMA)));
    }

    private static void validate(String xml) throws SAXException, IOException {
        Validator validator = compiled.newValidator();
        validator.validate(new StreamSource(new StringReader(xml)));
    }

    static Stream<String> shippedStacks() {
        return new XmlStackReader().named().stream();
    }

    @ParameterizedTest
    @MethodSource("shippedStacks")
    void theStacksThatShipAreValid(String name) throws IOException {
        try (InputStream source = new XmlStackReader().open(name).orElseThrow()) {
            String xml = new String(source.readAllBytes(), StandardCharsets.UTF_8);
            assertThatCode(() -> validate(xml)).doesNotThrowAnyException();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "<stack><TCP/></stack>",
        "<config insecure='true'><TCP/></config>",
        "<stack insecure='${x:false}'><TCP/></stack>",
        "<stack><TCP_NIO2 bind_port='7800'/></stack>",
        "<stack><TCP/><pbcast.NAKACK2/><pbcast.STABLE/><pbcast.GMS/><GMS/><NAKACK/></stack>",
        "<stack><TCP start_port='${port:7800}' end_port='78${last:09}' tcp_nodelay='True'/></stack>",
        "<stack><TCP recv_buf_size='20M' send_buf_size='64 KiB' sock_conn_timeout='.5s'/></stack>",
        "<stack><TCP/><UNICAST timeout='100,200ms, 1s'/></stack>",
        "<stack><TCP/><TCPPING initial_hosts='a[1],b[2]'/></stack>",
        "<stack><TCP/><TCPPING initial_hosts='${hosts:}' timeout='3000'/></stack>",
        "<stack><include file='wire.xml'/><UNICAST/><include file='${more}'/></stack>",
        "<stack compatibility='lenient'><TCP thread_pool.rejection_policy='Run'/></stack>",
        "<stack xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' xsi:noNamespaceSchemaLocation='muster.xsd'><TCP/></stack>"
    })
    void whatAStackTakesIsValid(String xml) {
        assertThatCode(() -> validate(xml)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "<stacks><TCP/></stacks>",
        "<stack/>",
        "<stack><include/></stack>",
        "<stack compatibility='loose'><TCP/></stack>",
        "<stack><TCP/><TCP/></stack>",
        "<stack><TCPPING/><TCP/></stack>",
        "<stack><TCPP/></stack>",
        "<stack insecrue='true'><TCP/></stack>",
        "<stack><TCP start_prt='7800'/></stack>",
        "<stack><TCP start_port='65536'/></stack>",
        "<stack><TCP start_port='-1'/></stack>",
        "<stack><TCP start_port='78.5'/></stack>",
        "<stack><TCP start_port='7800}'/></stack>",
        "<stack><TCP tcp_nodelay='yes'/></stack>",
        "<stack><TCP recv_buf_size='20 bananas'/></stack>",
        "<stack><TCP sock_conn_timeout='0'/></stack>",
        "<stack><TCP sock_conn_timeout='-1s'/></stack>",
        "<stack><TCP/><FC min_threshold='1.5'/></stack>",
        "<stack><TCP/><UNICAST timeout='100,,200'/></stack>",
        "<stack><TCP/><TCPPING initial_hosts='a:1'/></stack>",
        "<stack><TCP>text</TCP></stack>"
    })
    void aTypingErrorIsNot(String xml) {
        assertThatThrownBy(() -> validate(xml)).isInstanceOf(SAXException.class);
    }

    @Test
    void anEditorShowsWhatEachSettingMeansAndWhatItIsUnlessSet() {
        assertThat(SCHEMA).contains("<xs:documentation>The same as start_port. ").contains("; default 7800)")
                .contains("at most 65535");
    }

    /** So that a schema under version control changes only when the protocols do. */
    @Test
    void itIsTheSameInWhicheverOrderTheProtocolsAreFound() {
        List<ProtocolProvider> reversed = new ArrayList<>(Assembler.installed().providers());
        Collections.reverse(reversed);

        assertThat(StackSchema.of(reversed)).isEqualTo(SCHEMA);
    }
}
