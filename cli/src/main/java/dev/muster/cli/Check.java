package dev.muster.cli;

import dev.muster.api.ConfigurationException;
import dev.muster.api.StackDefinition;
import dev.muster.core.Assembler;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Says whether a stack file could run, without opening a socket. */
@Command(name = "check", mixinStandardHelpOptions = true,
        description = {"Find out whether a stack would start on this machine, without opening a socket.",
            "Files that it names are opened. Told as well: what has no effect, what is added, what leads beyond loopback."},
        footer = "Exit codes: 0 the stack can run, perhaps with warnings; 1 it can't; 2 wrong call.")
final class Check implements Callable<Integer> {

    private static final Pattern WITH_LINE = Pattern.compile("(.+?):(\\d+): (.*)", Pattern.DOTALL);

    private static final String WARNING = "warning: ";

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "the stack file")
    private Path file;

    @Option(names = {"-D", "--property"}, paramLabel = "NAME=VALUE", description = "value for $${NAME} in the file")
    private Map<String, String> properties = new LinkedHashMap<>();

    @Option(names = "--effective", description = "print every setting that would be in force as well")
    private boolean effective;

    @Option(names = "--json", description = "print JSON")
    private boolean json;

    Check() {}

    @Override
    public Integer call() {
        if (!Files.isRegularFile(file)) {
            throw new ParameterException(spec.commandLine(), file + ": there is no such file");
        }
        List<String> problems = new ArrayList<>();
        List<String> effectiveLines = List.of();
        List<String> remarks = List.of();
        int layers = 0;
        try {
            Assembler assembler = Assembler.installed();
            StackDefinition definition = assembler.read(file, properties);
            layers = definition.layers().size();
            effectiveLines = assembler.describe(definition).lines().toList();
            remarks = assembler.inspect(definition);
        } catch (ConfigurationException e) {
            e.getMessage().lines().filter(line -> !line.isBlank()).forEach(problems::add);
        }
        if (json) {
            spec.commandLine().getOut().println(Json.of(values(problems, remarks, effectiveLines)));
        } else {
            print(problems, remarks, effectiveLines, layers);
        }
        return problems.isEmpty() ? 0 : 1;
    }

    private void print(List<String> problems, List<String> remarks, List<String> effectiveLines, int layers) {
        PrintWriter out = spec.commandLine().getOut();
        problems.forEach(out::println);
        if (!problems.isEmpty()) {
            out.println(problems.size() == 1 ? "1 problem" : problems.size() + " problems");
            return;
        }
        remarks.forEach(out::println);
        long warnings = remarks.stream().filter(Check::isWarning).count();
        out.println(file + ": " + layers + " protocols, " + (warnings == 0 ? "all well"
                : warnings == 1 ? "1 warning" : warnings + " warnings"));
        if (effective) {
            effectiveLines.forEach(out::println);
        }
    }

    private Map<String, Object> values(List<String> problems, List<String> remarks, List<String> effectiveLines) {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("file", file.toString());
        values.put("ok", problems.isEmpty());
        values.put("problems", problems.stream().map(Check::values).toList());
        values.put("remarks", remarks.stream().map(Check::remark).toList());
        if (effective) {
            values.put("effective", effectiveLines);
        }
        return values;
    }

    private static boolean isWarning(String remark) {
        return remark.startsWith(WARNING);
    }

    private static Map<String, Object> remark(String remark) {
        Map<String, Object> values = values(isWarning(remark) ? remark.substring(WARNING.length()) : remark);
        values.put("warning", isWarning(remark));
        return values;
    }

    private static Map<String, Object> values(String problem) {
        Map<String, Object> values = new LinkedHashMap<>();
        Matcher matcher = WITH_LINE.matcher(problem);
        boolean located = matcher.matches();
        values.put("line", located ? Integer.valueOf(matcher.group(2)) : null);
        values.put("message", located ? matcher.group(3) : problem);
        return values;
    }
}
