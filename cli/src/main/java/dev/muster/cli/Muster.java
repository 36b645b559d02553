package dev.muster.cli;

import dev.muster.api.MusterException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintWriter;
import java.lang.module.ModuleDescriptor;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/**
 * The {@code muster} command; each thing that it can do is a subcommand with a class of its own.
 *
 * <p>Exit codes: 0 all well, 1 it did not work or problems were found, 2 the command was called wrongly.
 */
@Command(name = "muster", mixinStandardHelpOptions = true, versionProvider = Muster.Version.class,
        description = "Run, check and explore groups.",
        footer = "Exit codes: 0 all well; 1 it did not work, or problems were found; 2 wrong call.",
        subcommands = {Demo.class, Node.class, Check.class, Describe.class, Schema.class, Probe.class, Perf.class, Sim.class,
            Key.class, DemoMember.class, PerfMember.class, PerfForming.class})
public final class Muster implements Runnable {

    static final String LOG_LEVEL = "org.slf4j.simpleLogger.defaultLogLevel";

    @Spec
    private CommandSpec spec;

    @Option(names = {"-v", "--verbose"}, scope = ScopeType.INHERIT, description = "log what the stack does, to standard error")
    private boolean verbose;

    /** Create the command without its subcommands running. */
    public Muster() {}

    /**
     * Run the command and exit with its status.
     *
     * @param args as typed
     */
    public static void main(String[] args) {
        // JSON is UTF-8 whatever the terminal's locale is
        PrintWriter out = new PrintWriter(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
        int status = commandLine().setOut(out).setErr(err).execute(args);
        out.flush();
        System.exit(status);
    }

    /** The command as tests run it: it prints where it is told to, and returns. */
    static CommandLine commandLine() {
        Muster muster = new Muster();
        CommandLine line = new CommandLine(muster);
        line.addSubcommand("router", RouterCommand.specification());
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setExecutionStrategy(parsed -> {
            muster.setUpLogging();
            return new CommandLine.RunLast().execute(parsed);
        });
        line.setExecutionExceptionHandler(Muster::explain);
        return line;
    }

    /** Before anybody asks for a logger: the binding reads this once. */
    private void setUpLogging() {
        setIfAbsent(LOG_LEVEL, verbose ? "info" : "warn");
        setIfAbsent("org.slf4j.simpleLogger.showDateTime", "true");
        setIfAbsent("org.slf4j.simpleLogger.dateTimeFormat", "HH:mm:ss.SSS");
        setIfAbsent("org.slf4j.simpleLogger.showShortLogName", "true");
    }

    private static void setIfAbsent(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }

    /** What users can act on needs no stack trace; anything else is our mistake and needs one. */
    private static int explain(Exception e, CommandLine line, ParseResult parsed) throws Exception {
        if (!(e instanceof MusterException)) {
            throw e;
        }
        line.getErr().println("muster: " + e.getMessage());
        line.getErr().flush();
        return CommandLine.ExitCode.SOFTWARE;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which command? see muster --help");
    }

    static final class Version implements CommandLine.IVersionProvider {

        Version() {}

        @Override
        public String[] getVersion() {
            // the version stands in the module descriptor; on the class path there is none to ask
            ModuleDescriptor descriptor = Muster.class.getModule().getDescriptor();
            Optional<String> version = descriptor == null ? Optional.empty() : descriptor.rawVersion();
            return new String[] {"muster " + version.orElse("(version unknown on the class path)")};
        }
    }
}
