package dev.muster.api;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.function.Consumer;

/**
 * Builds a stack, transport first, and a channel on it.
 *
 * <pre>{@code
 * Channel channel = StackBuilder.create()
 *         .add(TcpTransport.TYPE, s -> s.set(TcpTransport.START_PORT, 7800))
 *         .add("TCPPING", Map.of("initial_hosts", "127.0.0.1[7800]"))
 *         …
 *         .build();
 * }</pre>
 *
 * <p>Whatever XML can say, code can, and the reverse. Not for concurrent use.
 */
public final class StackBuilder {

    private static final String CODE = "code";

    private final String origin;
    private final List<LayerDefinition> layers = new ArrayList<>();
    private final List<LayerDefinition.Assignment> options = new ArrayList<>();
    private String memberName = "";
    private SharedThreads threads;

    private StackBuilder(StackDefinition start) {
        this.origin = start.origin();
        layers.addAll(start.layers());
        options.addAll(start.options());
    }

    /**
     * Begin with an empty stack.
     *
     * @return a builder
     */
    public static StackBuilder create() {
        return new StackBuilder(new StackDefinition(CODE, List.of(), List.of()));
    }

    /**
     * Begin with a definition.
     *
     * @param definition any stack
     * @return a builder
     */
    public static StackBuilder of(StackDefinition definition) {
        return new StackBuilder(definition);
    }

    /**
     * Begin with a stack that ships with a module, such as {@code default}.
     *
     * @param name its name
     * @return a builder
     */
    public static StackBuilder named(String name) {
        return named(name, Map.of());
    }

    /**
     * Begin with a stack that ships with a module, such as {@code default}.
     *
     * @param name its name
     * @param properties values for {@code ${...}}, before system properties and environment
     * @return a builder
     */
    public static StackBuilder named(String name, Map<String, String> properties) {
        return new StackBuilder(factory().named(name, properties));
    }

    /**
     * Begin with a stack file.
     *
     * @param file the file
     * @return a builder
     */
    public static StackBuilder read(Path file) {
        return read(file, Map.of());
    }

    /**
     * Begin with a stack file.
     *
     * @param file the file
     * @param properties values for {@code ${...}}, before system properties and environment
     * @return a builder
     */
    public static StackBuilder read(Path file, Map<String, String> properties) {
        return new StackBuilder(factory().read(file, properties));
    }

    /**
     * Put a protocol on top, with defaults.
     *
     * @param type its type
     * @return this
     */
    public StackBuilder add(ProtocolType type) {
        return add(type.name(), Map.of());
    }

    /**
     * Put a protocol on top.
     *
     * @param type its type
     * @param configuration sets its settings
     * @return this
     * @throws ConfigurationException if a value is out of range
     */
    public StackBuilder add(ProtocolType type, Consumer<Settings> configuration) {
        layers.add(new LayerDefinition(type.name(), assignments(type.name(), configuration), CODE));
        return this;
    }

    /**
     * Put a protocol on top that this application was perhaps never compiled against.
     *
     * @param protocol name of its type
     * @param settings attribute names and values, as in XML
     * @return this
     */
    public StackBuilder add(String protocol, Map<String, String> settings) {
        List<LayerDefinition.Assignment> assignments = new ArrayList<>();
        settings.forEach((name, value) -> assignments.add(new LayerDefinition.Assignment(name, value, CODE)));
        layers.add(new LayerDefinition(protocol, assignments, CODE));
        return this;
    }

    /**
     * Change settings of a protocol that is in the stack already; others keep their values.
     *
     * @param type its type
     * @param configuration sets settings
     * @return this
     * @throws ConfigurationException if the stack has no such protocol, or a value is out of range
     */
    public StackBuilder configure(ProtocolType type, Consumer<Settings> configuration) {
        int index = indexOf(type);
        LayerDefinition layer = layers.get(index);
        List<LayerDefinition.Assignment> assignments = new ArrayList<>(layer.assignments());
        for (LayerDefinition.Assignment changed : assignments(type.name(), configuration)) {
            assignments.removeIf(old -> old.name().equals(changed.name()));
            assignments.add(changed);
        }
        layers.set(index, new LayerDefinition(layer.protocol(), assignments, layer.origin()));
        return this;
    }

    /**
     * Take a protocol out.
     *
     * @param type its type
     * @return this
     * @throws ConfigurationException if the stack has no such protocol
     */
    public StackBuilder remove(ProtocolType type) {
        layers.remove(indexOf(type));
        return this;
    }

    /**
     * Put a protocol in the place of another.
     *
     * @param old type of the one to take out
     * @param replacement name of the type to put in
     * @param settings attribute names and values of the new one
     * @return this
     * @throws ConfigurationException if the stack has no such protocol
     */
    public StackBuilder replace(ProtocolType old, String replacement, Map<String, String> settings) {
        int index = indexOf(old);
        add(replacement, settings);
        layers.set(index, layers.remove(layers.size() - 1));
        return this;
    }

    /**
     * Name the member for people.
     *
     * @param name logical name
     * @return this
     */
    public StackBuilder name(String name) {
        memberName = name;
        return this;
    }

    /**
     * Let the channel run on threads that others use, too, instead of threads of its own.
     *
     * @param shared given to all that share
     * @return this
     */
    public StackBuilder sharing(SharedThreads shared) {
        threads = java.util.Objects.requireNonNull(shared, "shared");
        return this;
    }

    /**
     * Set an option of the whole stack, in the place of what was said of it before.
     *
     * @param name of one of {@link StackOptions}; checked with the stack
     * @param value as in XML, such as {@code true}
     * @return this
     */
    public StackBuilder option(String name, String value) {
        options.removeIf(before -> before.name().equals(name));
        options.add(new LayerDefinition.Assignment(name, value, CODE));
        return this;
    }

    /**
     * Set an option of the whole stack, in the place of what was said of it before.
     *
     * @param option one of {@link StackOptions}
     * @param value its value
     * @param <T> its type
     * @return this
     */
    public <T> StackBuilder option(Setting<T> option, T value) {
        return option(option.name(), option.format(option.accept(value)));
    }

    /**
     * What has been said so far.
     *
     * @return an unchecked definition
     */
    public StackDefinition definition() {
        return new StackDefinition(origin, layers, options);
    }

    /**
     * Check the stack and build a channel on it. Opens no socket: {@link Channel#connect} does.
     *
     * @return a channel
     * @throws ConfigurationException naming every problem found
     */
    public Channel build() {
        return threads == null ? factory().channel(definition(), memberName)
                : factory().channel(definition(), memberName, threads);
    }

    private int indexOf(ProtocolType type) {
        for (int index = 0; index < layers.size(); index++) {
            if (layers.get(index).protocol().equalsIgnoreCase(type.name())) {
                return index;
            }
        }
        throw new ConfigurationException(origin + ": protocol " + type + " is not in the stack "
                + layers.stream().map(LayerDefinition::protocol).toList() + "; add it first");
    }

    private static List<LayerDefinition.Assignment> assignments(String protocol, Consumer<Settings> configuration) {
        Settings settings = new Settings();
        try {
            configuration.accept(settings);
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException(CODE + ": protocol " + protocol + ": " + e.getMessage(), e);
        }
        List<LayerDefinition.Assignment> assignments = new ArrayList<>();
        settings.assigned().forEach((setting, value) ->
                assignments.add(new LayerDefinition.Assignment(setting.name(), value, CODE)));
        return assignments;
    }

    private static ChannelFactory factory() {
        return Installed.FACTORY.or(() -> load(Thread.currentThread().getContextClassLoader()))
                .orElseThrow(() -> new ConfigurationException(
                        "no channel factory was found on the module path or class path; add the artifact muster-core"));
    }

    private static Optional<ChannelFactory> load(ClassLoader loader) {
        return ServiceLoader.load(ChannelFactory.class, loader).findFirst();
    }

    /** Beside this module: looked for once, since whoever builds hundreds of channels would spend most of the time with it. */
    private static final class Installed {
        static final Optional<ChannelFactory> FACTORY = load(StackBuilder.class.getClassLoader());

        private Installed() {}
    }
}
