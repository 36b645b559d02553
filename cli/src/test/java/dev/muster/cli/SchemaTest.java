package dev.muster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.config.xml.StackSchema;
import dev.muster.core.Assembler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command; what the schema accepts is tested beside the shipped stacks, in the module it. */
class SchemaTest {

    private static final String SCHEMA = StackSchema.of(Assembler.installed().providers());

    @TempDir
    private Path folder;

    @Test
    void theCommandWritesItToAFileOrToStandardOutput() throws IOException {
        Path file = folder.resolve("muster.xsd");

        assertThat(Run.muster("schema", "--out", file).status()).isZero();
        assertThat(Files.readString(file)).isEqualTo(SCHEMA);
        assertThat(Run.muster("schema").out()).isEqualTo(SCHEMA);
    }

    @Test
    void aFileThatCannotBeWrittenIsNamedWithARemedy() {
        Run run = Run.muster("schema", "--out", folder.resolve("none").resolve("muster.xsd"));

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).contains("muster.xsd: can't be written").contains("check path");
    }
}
