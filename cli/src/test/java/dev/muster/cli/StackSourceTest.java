package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.api.LayerDefinition;
import dev.muster.api.StackDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParameterException;

class StackSourceTest {

    @TempDir
    private Path folder;

    @Command(name = "some")
    static final class Some {
        @Mixin
        private StackSource stack;
    }

    private static StackSource parse(String... args) {
        Some some = new Some();
        new CommandLine(some).parseArgs(args);
        return some.stack;
    }

    private String file(String xml) throws IOException {
        return Files.writeString(folder.resolve("a.xml"), xml).toString();
    }

    private static Object value(StackDefinition stack, int layer, String name) {
        return stack.layers().get(layer).assignments().stream().filter(assignment -> assignment.name().equals(name))
                .map(LayerDefinition.Assignment::value).findFirst().orElseThrow();
    }

    @Test
    void theDefaultStackIsTheDefault() {
        assertThat(parse().definition().layers()).hasSize(13);
        assertThat(parse().shown()).isEqualTo("default.xml");
    }

    @Test
    void propertiesReachTheFile() {
        assertThat(value(parse("-D", "muster.start_port=1234").definition(), 0, "start_port")).isEqualTo("1234");
    }

    @Test
    void oneSettingCanBeChangedOrAdded() throws IOException {
        String file = file("<stack><TCP start_port='1' end_port='2'/><pbcast.NAKACK/></stack>");

        StackDefinition stack = parse("--stack", file, "--set", "tcp.start_port=5", "--set", "NAKACK.gc_lag=7",
                "--set", "pbcast.NAKACK.a.b=c=d").definition();

        assertThat(value(stack, 0, "start_port")).isEqualTo("5");
        assertThat(value(stack, 0, "end_port")).isEqualTo("2");
        assertThat(value(stack, 1, "gc_lag")).isEqualTo("7");
        assertThat(value(stack, 1, "a.b")).isEqualTo("c=d");
    }

    @Test
    void whatIsHandedToAMemberIsTheSameStack() throws IOException {
        String file = file("<stack><TCP start_port='${p}'/></stack>");
        StackSource stack = parse("--stack", file, "--set", "TCP.end_port=7", "-D", "p=3");

        assertThat(parse(stack.arguments().toArray(String[]::new)).definition()).isEqualTo(stack.definition());
    }

    @Test
    void aChangeOfAProtocolThatIsNotThereNamesThoseThatAre() {
        assertThatThrownBy(() -> parse("--set", "UDP.ip_ttl=1").definition()).isInstanceOf(ParameterException.class)
                .hasMessageContaining("has no UDP").hasMessageContaining("NAKACK");
    }

    @Test
    void aChangeInAnotherFormSaysWhichFormIsExpected() {
        for (String change : new String[] {"TCP", "TCP=1", "TCP.=1", "TCP.a", ".a=1"}) {
            assertThatThrownBy(() -> parse("--set", change).definition()).as(change)
                    .isInstanceOf(ParameterException.class).hasMessageContaining("PROTOCOL.SETTING=VALUE");
        }
    }

    @Test
    void aFileThatIsNotThereIsAWrongCall() {
        assertThatThrownBy(() -> parse("--stack", "none.xml").definition()).isInstanceOf(ParameterException.class)
                .hasMessageContaining("none.xml: there is no such file");
    }
}
