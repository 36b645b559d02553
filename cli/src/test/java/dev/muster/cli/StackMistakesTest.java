package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.muster.api.ConfigurationException;
import dev.muster.config.xml.XmlStackReader;
import dev.muster.core.Assembler;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Stack files that are right as XML and wrong as stacks: each mistake is named with its line, with what was written, what
 * was expected and what to do. What is wrong as XML is in config-xml's own table, BadFilesTest.
 */
class StackMistakesTest {

    private static final Assembler ASSEMBLER = Assembler.installed();

    /** One protocol per line, so that the number of a line is easy to tell. */
    private static final List<String> GOOD = List.of("<stack>", // 1
            "<TCP/>", // 2
            "<TCPPING initial_hosts='127.0.0.1[7800]'/>", // 3
            "<MERGE2/>", // 4
            "<FD_SOCK/>", // 5
            "<FD_ALL/>", // 6
            "<VERIFY_SUSPECT/>", // 7
            "<pbcast.NAKACK/>", // 8
            "<UNICAST/>", // 9
            "<pbcast.STABLE/>", // 10
            "<pbcast.GMS/>", // 11
            "<FC/>", // 12
            "<FRAG2/>", // 13
            "<pbcast.STATE_TRANSFER/>", // 14
            "</stack>"); // 15

    static Stream<Arguments> namesThatNobodyKnows() {
        return Stream.of(
                mistake("a protocol with a typing error", 13, "<FRAGG2/>", "protocol FRAGG2 is unknown", "did you mean FRAG2?"),
                mistake("a protocol with a prefix and a typing error", 8, "<pbcast.NAKAK/>", "protocol pbcast.NAKAK is unknown",
                        "did you mean NAKACK?"),
                mistake("a protocol that is like none", 4, "<TELEPATHY/>", "protocol TELEPATHY is unknown", "known are [",
                        "on the module path or class path"),
                mistake("a setting with a typing error", 6, "<FD_ALL intervall='1s'/>", "protocol FD_ALL: setting intervall is "
                        + "unknown", "did you mean interval?"),
                mistake("a setting in another case", 6, "<FD_ALL Timeout='1s'/>", "setting Timeout is unknown",
                        "did you mean timeout?"),
                mistake("a setting with a hyphen", 2, "<TCP start-port='7800'/>", "setting start-port is unknown",
                        "did you mean start_port?"),
                mistake("a setting of another protocol", 7, "<VERIFY_SUSPECT max_credits='2M'/>",
                        "setting max_credits is unknown", "known are [timeout"),
                mistake("a setting on a line of its own", 6, "<FD_ALL\n timeout='9s'\n\n intervall='1s'/>", 9,
                        "setting intervall is unknown"),
                mistake("an option with a typing error", 1, "<stack insecrue='true'>", "option insecrue is unknown",
                        "did you mean insecure?"),
                mistake("an option that is a setting", 1, "<stack bind_addr='loopback'>", "option bind_addr is unknown",
                        "known are [insecure"));
    }

    static Stream<Arguments> valuesThatAreNone() {
        return Stream.of(
                mistake("a time with an unknown unit", 6, "<FD_ALL interval='5 bananas'/>", "interval='5 bananas' has the unknown unit "
                        + "'bananas'", "expected a time such as 500ms, 2s or 5m"),
                mistake("a time without a number", 6, "<FD_ALL interval='ms'/>", "interval='ms'", "500ms"),
                mistake("a time that is empty", 6, "<FD_ALL interval=''/>", "interval=''", "is not a time"),
                mistake("a time of a size", 6, "<FD_ALL interval='64K'/>", "interval='64K' has the unknown unit 'K'"),
                mistake("a size with an unknown unit", 12, "<FC max_credits='2Q'/>", "max_credits='2Q' has the unknown unit 'Q'",
                        "expected a size such as 60000, 64K or 2MiB"),
                mistake("a size of a time", 12, "<FC max_credits='2s'/>", "max_credits='2s' has the unknown unit 's'"),
                mistake("a size beyond all memory", 12, "<FC max_credits='99999999999G'/>", "max_credits='99999999999G'"),
                mistake("a list of times with a hole", 9, "<UNICAST timeout='100,,400'/>", "timeout=''", "is not a time"),
                mistake("a list of times with a comma behind", 9, "<UNICAST timeout='100,'/>", "timeout=''", "is not a time"),
                mistake("a whole number with a fraction", 2, "<TCP start_port='78.5'/>",
                        "start_port='78.5' is not a whole number"),
                mistake("a whole number in words", 2, "<TCP start_port='any'/>", "start_port='any' is not a whole number"),
                mistake("a whole number that is too long", 2, "<TCP start_port='99999999999'/>", "start_port='99999999999'"),
                mistake("a decimal number with a comma", 12, "<FC min_threshold='0,5'/>", "min_threshold='0,5' is not a number"),
                mistake("a decimal number that is none", 12, "<FC min_threshold='NaN'/>", "'NaN' is not a finite number"),
                mistake("a flag of another language", 2, "<TCP tcp_nodelay='yes'/>",
                        "tcp_nodelay='yes' is neither true nor false"),
                mistake("an option that is no flag", 1, "<stack insecure='perhaps'>",
                        "insecure='perhaps' is neither true nor false"),
                mistake("a host without a port", 3, "<TCPPING initial_hosts='127.0.0.1'/>", "initial_hosts='127.0.0.1'",
                        "host[port]"),
                mistake("a host with a port that is none", 3, "<TCPPING initial_hosts='127.0.0.1[http]'/>",
                        "initial_hosts='127.0.0.1[http]'"),
                mistake("a host with a port out of range", 3, "<TCPPING initial_hosts='127.0.0.1[70000]'/>", "70000"),
                mistake("a bracket that is not closed", 3, "<TCPPING initial_hosts='127.0.0.1[7800'/>", "127.0.0.1[7800"));
    }

    static Stream<Arguments> valuesOutOfRange() {
        return Stream.of(
                mistake("a time of nothing", 6, "<FD_ALL interval='0'/>", "interval=0", "must be more than 0"),
                mistake("a negative time", 6, "<FD_ALL timeout='-1s'/>", "timeout=-1s must be more than 0ms"),
                mistake("one time of a list that is nothing", 9, "<UNICAST timeout='100,0,400'/>", "must be more than 0"),
                mistake("a negative size", 12, "<FC max_credits='-2M'/>", "max_credits=-2M must be at least 1K"),
                mistake("a port above all ports", 2, "<TCP start_port='65536'/>", "start_port=65536", "at most 65535"),
                mistake("a negative port", 2, "<TCP start_port='-1'/>", "start_port=-1", "at least 0"),
                mistake("a threshold above one", 12, "<FC min_threshold='1.5'/>", "min_threshold=1.5", "at most 0."),
                mistake("a packet that holds next to nothing", 2, "<TCP max_bundle_size='10'/>", "max_bundle_size=10",
                        "at least 1K"),
                mistake("no threads at all", 2, "<TCP thread_pool.max_threads='0'/>", "thread_pool.max_threads=0", "at least 1"),
                mistake("nobody to wait for", 3, "<TCPPING initial_hosts='127.0.0.1[7800]' num_initial_members='-3'/>",
                        "num_initial_members=-3", "at least"));
    }

    static Stream<Arguments> valuesThatContradictEachOther() {
        return Stream.of(
                mistake("a timeout shorter than its interval", 6, "<FD_ALL timeout='1s' interval='2s'/>", "timeout=1s must be "
                        + "longer than interval=2s", "raise timeout"),
                mistake("an interval that ends before it begins", 4, "<MERGE2 min_interval='20s' max_interval='10s'/>",
                        "min_interval=20s must not be longer than max_interval=10s", "lower min_interval"),
                mistake("a range of ports that ends before it begins", 2, "<TCP start_port='7810' end_port='7800'/>",
                        "end_port=7800 must not be less than start_port=7810", "raise end_port"),
                mistake("a packet larger than a frame", 2, "<TCP max_bundle_size='1G'/>", "max_bundle_size=1G", "lower it"),
                mistake("fewest credits above most", 12, "<FC max_credits='1M' min_credits='2M'/>",
                        "min_credits=2M must be less than max_credits=1M", "lower min_credits"),
                mistake("diagnostics for everybody", 2, "<TCP enable_diagnostics='true' diagnostics_bind_addr='0.0.0.0'/>",
                        "diagnostics_bind_addr=0.0.0.0 lets other hosts read this member", "set diagnostics_passcode"),
                mistake("credits above the heap", 12, "<FC max_credits='999999M'/>", "max_credits=999999M must not exceed the heap",
                        "lower max_credits or raise -Xmx"),
                mistake("fragments larger than the credits below", 13, "<FRAG2 frag_size='5M'/>",
                        "frag_size=5M must not exceed max_credits=2M of FC", "lower frag_size"),
                mistake("fragments larger than the credits for group data", List.of(12), "<UFC/><MFC max_credits='1M'/>", 13,
                        "<FRAG2 frag_size='1500K'/>", 13, "frag_size=1500K must not exceed max_credits=1M of MFC"),
                mistake("fragments larger than the credits for data to one member", List.of(12),
                        "<UFC max_credits='1M'/><MFC/>", 13, "<FRAG2 frag_size='1500K'/>", 13,
                        "frag_size=1500K must not exceed max_credits=1M of UFC"),
                mistake("credits for group data above the heap", 12, "<MFC max_credits='999999M'/>",
                        "max_credits=999999M must not exceed the heap"),
                mistake("credits for data to one member above the heap", 12, "<UFC max_credits='999999M'/>",
                        "max_credits=999999M must not exceed the heap"),
                mistake("one setting by its name and by its alias", 2, "<TCP start_port='7800' bind_port='7801'/>",
                        "start_port is set twice (bind_port names the same setting)", "keep one"));
    }

    static Stream<Arguments> protocolsInTheWrongPlace() {
        return Stream.of(
                mistake("no transport", 2, "<!-- none -->", 3, "TCPPING stands at the bottom but is no transport",
                        "put one such as TCP first"),
                mistake("two transports", 3, "<LOOPBACK/><TCPPING/>", "LOOPBACK is a transport but stands above TCP",
                        "exactly one transport, at the bottom"),
                mistake("the same transport twice", 3, "<TCP/><TCPPING/>", "protocol TCP is in the stack twice", "remove one"),
                mistake("a transport on top", 14, "<TCP/>", "is a transport but stands above FRAG2"),
                mistake("no discovery", 3, "", 4, "MERGE2 needs discovery below it", "insert a protocol that provides it"),
                mistake("membership without discovery", List.of(3, 4), "", 11, "GMS needs discovery below it"),
                mistake("discovery above membership", List.of(3, 4), "", 14, "<TCPPING/>", 11, "GMS needs discovery below it"),
                mistake("no reliable group packets", 8, "", 11, "GMS needs reliable-multicast below it"),
                mistake("no reliable packets to one member", 9, "", 11, "GMS needs reliable-unicast below it"),
                mistake("nothing that tells what is stable", 10, "", 8, "NAKACK needs stability above it", "after NAKACK"),
                mistake("no membership", 11, "", 12, "FC needs membership below it"),
                mistake("verification without detection", List.of(5, 6), "", 7, "VERIFY_SUSPECT needs failure-detection below it"),
                mistake("flow control below membership", List.of(12), "", 10, "<FC/><pbcast.STABLE/>", 10,
                        "FC needs membership below it"),
                mistake("state transfer below membership", List.of(14), "", 9, "<UNICAST/>\n<pbcast.STATE_TRANSFER/>", 10,
                        "STATE_TRANSFER needs membership below it"),
                mistake("encryption far above the transport", 4, "<ENCRYPT/>", "right above the transport TCP"),
                mistake("a protocol twice", 6, "<FD_ALL/><FD_ALL/>", "protocol FD_ALL is in the stack twice", "remove one"),
                mistake("a protocol twice, once by today's name", 9, "<UNICAST/>\n<UNICAST3/>", 10,
                        "UNICAST is in the stack twice"),
                mistake("flow control and half of it once more", 12, "<FC/>\n<MFC/>", 13,
                        "MFC provides flow-control, and so does FC (orders.xml:12)", "remove MFC or FC"),
                mistake("flow control above its other half", 12, "<UFC/>\n<FC/>", 13,
                        "FC provides unicast-flow-control, and so does UFC (orders.xml:12)", "remove FC or UFC"),
                mistake("two discoveries", 3, "<TCPPING initial_hosts='127.0.0.1[7800]'/>\n<MPING/>", 4,
                        "MPING provides discovery, and so does TCPPING (orders.xml:3)"),
                mistake("a total order with the wrong half of flow control", List.of(12, 13), "<UFC/>", 14, "<SEQUENCER/>", 14,
                        "SEQUENCER needs flow-control below it"),
                mistake("a total order without flow control", List.of(12, 13), "", 14, "<SEQUENCER/>", 14,
                        "SEQUENCER needs flow-control below it"));
    }

    private static Arguments mistake(String what, int line, String text, String... words) {
        return arguments(what, List.of(line), text, 0, "", line, words);
    }

    private static Arguments mistake(String what, int line, String text, int expected, String... words) {
        return arguments(what, List.of(line), text, 0, "", expected, words);
    }

    private static Arguments mistake(String what, List<Integer> lines, String text, int expected, String... words) {
        return arguments(what, lines, text, 0, "", expected, words);
    }

    private static Arguments mistake(String what, List<Integer> lines, String text, int other, String otherText, int expected,
            String... words) {
        return arguments(what, lines, text, other, otherText, expected, words);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"namesThatNobodyKnows", "valuesThatAreNone", "valuesOutOfRange", "valuesThatContradictEachOther",
        "protocolsInTheWrongPlace"})
    void isNamedWithItsLineAndARemedy(String what, List<Integer> lines, String text, int other, String otherText, int expected,
            String[] words) {
        List<String> file = new ArrayList<>(GOOD);
        lines.forEach(line -> file.set(line - 1, text));
        if (other > 0) {
            file.set(other - 1, otherText);
        }

        ConfigurationException refusal = catchThrowableOfType(ConfigurationException.class, () -> check(file));

        assertThat(refusal).as(what).isNotNull();
        String begin = "orders.xml:" + expected + ": ";
        assertThat(refusal.getMessage().lines()).as(refusal.getMessage())
                .anySatisfy(problem -> assertThat(problem).startsWith(begin).contains(words))
                .allSatisfy(problem -> assertThat(problem).startsWith("orders.xml:"));
    }

    @Test
    void theFileInWhichTheMistakesAreMadeHasNone() {
        assertThatCode(() -> check(GOOD)).doesNotThrowAnyException();
    }

    /** Whoever corrects a file wants to see all that is to be done. */
    @Test
    void severalMistakesAreNamedAtOnce() {
        List<String> file = new ArrayList<>(GOOD);
        file.set(1, "<TCP start_port='-1' tcp_nodelay='yes'/>");
        file.set(5, "<FD_ALL intervall='1s'/>");
        file.set(12, "<FRAGG2/>");

        ConfigurationException refusal = catchThrowableOfType(ConfigurationException.class, () -> check(file));

        assertThat(refusal.getMessage().lines().map(problem -> problem.split(": ")[0])).containsExactly(
                "orders.xml:2", "orders.xml:2", "orders.xml:6", "orders.xml:13");
    }

    private static void check(List<String> file) {
        byte[] source = String.join("\n", file).getBytes(StandardCharsets.UTF_8);
        ASSEMBLER.check(new XmlStackReader().read(new ByteArrayInputStream(source), "orders.xml", Map.of()));
    }
}
