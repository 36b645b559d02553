package dev.muster.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.api.ConfigurationException;
import dev.muster.api.StackDefinition;
import dev.muster.core.Assembler;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The document's {@link Snippets} are right, together and each by itself. */
class VerbatimStackTest {

    private static final Assembler ASSEMBLER = Assembler.installed();

    static Stream<List<String>> stacks() {
        return Snippets.bottoms().flatMap(bottom -> Stream.of(Snippets.FD, Snippets.FD_SOCK)
                .map(detection -> Snippets.whole(bottom, detection)));
    }

    static Stream<String> snippets() {
        return Snippets.all();
    }

    private static List<String> problems(StackDefinition stack) {
        try {
            ASSEMBLER.check(stack);
            return List.of();
        } catch (ConfigurationException e) {
            return e.getMessage().lines().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("stacks")
    void aStackOfTheSnippetsIsPossibleUnderEitherRoot(List<String> layers) {
        assertThat(problems(Snippets.stack("config", layers, Map.of()))).isEmpty();
        assertThat(problems(Snippets.stack("stack", layers, Map.of()))).isEmpty();
    }

    /** By itself a snippet lacks what it needs below and above, and nothing else. */
    @ParameterizedTest
    @MethodSource("snippets")
    void eachSnippetIsRightByItself(String snippet) {
        assertThat(problems(Snippets.stack("config", List.of(snippet), Map.of()))).allMatch(problem ->
                problem.contains("stands at the bottom but is no transport") || problem.contains(" needs "));
    }

    @Test
    void whatHasNoEffectIsSaidOfEachSetting() {
        List<String> remarks = ASSEMBLER.remarks(Snippets.stack("config",
                Snippets.whole(List.of(Snippets.UDP, Snippets.PING), Snippets.FD_SOCK), Map.of()));

        assertThat(remarks).anyMatch(line -> line.startsWith("verbatim.xml:2: protocol UDP: timer_type is accepted but has no "
                + "effect: "));
        assertThat(remarks).noneMatch(line -> line.startsWith("warning"));
    }

    @Test
    void thatItsHostsAreBeyondLoopbackIsWarnedOfAndNoMistake() {
        List<String> remarks = ASSEMBLER.remarks(Snippets.stack("config",
                Snippets.whole(List.of(Snippets.TUNNEL, Snippets.TCPGOSSIP), Snippets.FD_SOCK), Map.of()));

        assertThat(remarks).anyMatch(line -> line.startsWith("warning: verbatim.xml:2: protocol TUNNEL: router_host=192.168.5.1 "
                        + "leads beyond loopback"))
                .anyMatch(line -> line.startsWith("warning: verbatim.xml:3: protocol TCPGOSSIP: initial_hosts=192.168.5.1[12000],"
                        + "192.168.0.2[12000] leads beyond loopback"));
    }
}
