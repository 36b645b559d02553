package dev.muster.cli;

import dev.muster.api.MusterException;
import dev.muster.config.xml.StackSchema;
import dev.muster.core.Assembler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Writes the schema of stack files, for editors. */
@Command(name = "schema", mixinStandardHelpOptions = true,
        description = "Write an XML schema of stack files, made from the protocols that are installed, for editors that "
                + "complete and check.",
        footer = {"In the file: <stack xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"",
            "                    xsi:noNamespaceSchemaLocation=\"muster.xsd\">",
            "Exit codes: 0 done, 1 the file can't be written, 2 wrong call."})
final class Schema implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Option(names = "--out", paramLabel = "FILE", description = "write to this file; without it, to standard output")
    private Path file;

    Schema() {}

    @Override
    public Integer call() {
        String schema = StackSchema.of(Assembler.installed().providers());
        if (file == null) {
            spec.commandLine().getOut().print(schema);
            spec.commandLine().getOut().flush();
            return 0;
        }
        try {
            Files.writeString(file, schema);
        } catch (IOException e) {
            throw new MusterException(file + ": can't be written: " + e + "; check path and permissions", e);
        }
        return 0;
    }
}
