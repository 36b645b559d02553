package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Members whose standard input is no terminal. */
class NodeTest {

    private final List<Process> started = new ArrayList<>();

    /** A node with pipes for a terminal. */
    private final class Terminal {
        private final PrintWriter input;
        private final BufferedReader output;
        private final Process process;

        Terminal(String name, String... options) throws IOException {
            List<String> arguments = new ArrayList<>(List.of("node", "--cluster", "test-" + ProcessHandle.current().pid(),
                    "--name", name, "-D", "muster.start_port=31320", "-D", "muster.end_port=31329",
                    "-D", "muster.initial_hosts=127.0.0.1[31320],127.0.0.1[31321],127.0.0.1[31322]"));
            arguments.addAll(List.of(options));
            process = new ProcessBuilder(MemberProcess.command(List.of("-Xmx128m"), arguments))
                    .redirectError(ProcessBuilder.Redirect.INHERIT).start();
            started.add(process);
            input = new PrintWriter(process.outputWriter(StandardCharsets.UTF_8), true);
            output = process.inputReader(StandardCharsets.UTF_8);
        }

        void type(String line) {
            input.println(line);
        }

        /** Read on until a line holds a text; the end of the output is a failure. */
        String readTo(String text) throws IOException {
            List<String> read = new ArrayList<>();
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                if (line.contains(text)) {
                    return line;
                }
                read.add(line);
            }
            throw new AssertionError("'" + text + "' never came, but " + read);
        }

        int end() throws InterruptedException {
            input.close();
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            return process.exitValue();
        }
    }

    @AfterEach
    void endAll() {
        started.forEach(Process::destroyForcibly);
    }

    @Test
    void linesGoToAllMembersAndANewcomerLearnsWhatWasSaidBefore() throws Exception {
        Terminal anna = new Terminal("anna");
        anna.readTo("view ");
        anna.type("grüß dich");
        anna.readTo("anna: grüß dich");

        Terminal bert = new Terminal("bert");
        bert.readTo("1 line has been said before");
        anna.readTo("bert");
        bert.type("hello");
        anna.readTo("bert: hello");
        bert.readTo("bert: hello");

        bert.type("/state");
        bert.readTo("2 lines kept");
        bert.readTo("| anna: grüß dich");
        bert.type("/view");
        assertThat(bert.readTo("(2)")).contains("anna").contains("bert");
        bert.type("/stack");
        bert.readTo("TCP ");
        bert.type("/nonsense");
        bert.readTo("unknown: /nonsense");
        bert.type("/quit");
        assertThat(bert.end()).isEqualTo(0);
        anna.readTo("(1)");
        assertThat(anna.end()).isEqualTo(0);
    }
}
