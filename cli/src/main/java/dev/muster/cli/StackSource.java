package dev.muster.cli;

import dev.muster.api.LayerDefinition;
import dev.muster.api.LayerDefinition.Assignment;
import dev.muster.api.StackBuilder;
import dev.muster.api.StackDefinition;
import dev.muster.core.Assembler;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** The options by which every command that runs a stack is told which. */
final class StackSource {

    private static final String PREFIX = "pbcast.";

    @Spec(Target.MIXEE)
    private CommandSpec command;

    @Option(names = "--stack", paramLabel = "FILE", defaultValue = "default",
            description = "stack file, or the name of a stack that ships with Muster (default: ${DEFAULT-VALUE})")
    private String stack;

    @Option(names = "--set", paramLabel = "PROTOCOL.SETTING=VALUE",
            description = "change one setting of the stack, such as TCP.enable_bundling=false")
    private List<String> changes = new ArrayList<>();

    @Option(names = {"-D", "--property"}, paramLabel = "NAME=VALUE",
            description = "value for $${NAME} in the stack file")
    private Map<String, String> properties = new LinkedHashMap<>();

    StackSource() {}


    /** What the stack is called in headings. */
    String shown() {
        return stack.equals("default") ? "default.xml" : stack;
    }

    /**
     * The stack.
     *
     * @throws dev.muster.api.ConfigurationException if the file can't be read as a stack
     */
    StackDefinition definition() {
        Path file = Path.of(stack);
        if (!Files.isRegularFile(file) && (stack.contains("/") || stack.contains(".") || stack.contains("\\"))) {
            throw new ParameterException(command.commandLine(), "--stack " + stack + ": there is no such file");
        }
        StackBuilder builder = Files.isRegularFile(file)
                ? StackBuilder.read(file, properties) : StackBuilder.named(stack, properties);
        StackDefinition definition = builder.definition();
        for (String change : changes) {
            definition = changed(definition, change);
        }
        return definition;
    }

    /** Another stack that ships with Muster, with the same properties. */
    StackDefinition shipped(String name) {
        return StackBuilder.named(name, properties).definition();
    }

    /**
     * Make sure that the stack can run, before anything is started for it.
     *
     * @throws dev.muster.api.ConfigurationException naming every problem
     */
    void check() {
        Assembler.installed().check(definition());
    }

    /** The same options, for a member in a process of its own. */
    List<String> arguments() {
        List<String> arguments = new ArrayList<>(List.of("--stack", stack));
        changes.forEach(change -> arguments.addAll(List.of("--set", change)));
        properties.forEach((name, value) -> arguments.addAll(List.of("-D", name + "=" + value)));
        return arguments;
    }

    /** A protocol's name as Muster says it. */
    static String plain(String protocol) {
        return protocol.startsWith(PREFIX) ? protocol.substring(PREFIX.length()) : protocol;
    }

    private StackDefinition changed(StackDefinition definition, String change) {
        String text = plain(change);
        int dot = text.indexOf('.');
        int equals = text.indexOf('=');
        if (dot <= 0 || equals < dot + 2) {
            throw new ParameterException(command.commandLine(),
                    "--set " + change + ": expected PROTOCOL.SETTING=VALUE, such as TCP.enable_bundling=false");
        }
        Assignment assignment = new Assignment(text.substring(dot + 1, equals), text.substring(equals + 1), "--set");
        List<LayerDefinition> layers = new ArrayList<>();
        boolean found = false;
        for (LayerDefinition layer : definition.layers()) {
            boolean meant = plain(layer.protocol()).equalsIgnoreCase(text.substring(0, dot));
            found |= meant;
            layers.add(meant ? changed(layer, assignment) : layer);
        }
        if (!found) {
            throw new ParameterException(command.commandLine(), "--set " + change + ": the stack " + shown()
                    + " has no " + text.substring(0, dot) + "; it has "
                    + definition.layers().stream().map(layer -> plain(layer.protocol())).toList());
        }
        return new StackDefinition(definition.origin(), layers, definition.options());
    }

    private static LayerDefinition changed(LayerDefinition layer, Assignment assignment) {
        List<Assignment> assignments = new ArrayList<>(layer.assignments());
        assignments.removeIf(old -> old.name().equals(assignment.name()));
        assignments.add(assignment);
        return new LayerDefinition(layer.protocol(), assignments, layer.origin());
    }
}
