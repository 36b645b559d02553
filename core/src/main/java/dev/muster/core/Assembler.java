package dev.muster.core;

import dev.muster.api.Channel;
import dev.muster.api.ConfigurationException;
import dev.muster.api.LayerDefinition;
import dev.muster.api.Setting;
import dev.muster.api.Settings;
import dev.muster.api.StackDefinition;
import dev.muster.spi.Capability;
import dev.muster.spi.Environment;
import dev.muster.spi.HeaderCodec;
import dev.muster.spi.ProtocolProvider;
import dev.muster.spi.StackReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns definitions into stacks, and refuses those that can't work with all the reasons at once.
 *
 * <p>Immutable; safe for use by any thread.
 */
public final class Assembler {

    private static final Logger LOG = LoggerFactory.getLogger(Assembler.class);

    private final Map<String, ProtocolProvider> byName = new TreeMap<>();
    private final List<ProtocolProvider> providers;
    private final List<StackReader> readers;

    /**
     * Assemble from given providers.
     *
     * @param providers kinds of protocols
     * @param readers readers of stack files
     * @throws ConfigurationException if two providers claim one name
     */
    public Assembler(List<ProtocolProvider> providers, List<StackReader> readers) {
        this.providers = List.copyOf(providers);
        this.readers = List.copyOf(readers);
        for (ProtocolProvider provider : this.providers) {
            register(provider.type().name(), provider);
            provider.aliases().forEach(alias -> register(alias, provider));
        }
    }

    /**
     * Assemble from everything on the module path or class path.
     *
     * @return an assembler
     */
    public static Assembler installed() {
        List<ProtocolProvider> providers = new ArrayList<>();
        ServiceLoader.load(ProtocolProvider.class, Assembler.class.getClassLoader()).forEach(providers::add);
        List<StackReader> readers = new ArrayList<>();
        ServiceLoader.load(StackReader.class, Assembler.class.getClassLoader()).forEach(readers::add);
        providers.sort(java.util.Comparator.comparing(provider -> provider.type().name()));
        return new Assembler(providers, readers);
    }

    /**
     * The same, with further kinds of protocols.
     *
     * @param more providers that need not be installed
     * @return an assembler
     * @throws ConfigurationException if two providers claim one name
     */
    public Assembler with(ProtocolProvider... more) {
        List<ProtocolProvider> all = new ArrayList<>(providers);
        all.addAll(List.of(more));
        return new Assembler(all, readers);
    }

    private void register(String name, ProtocolProvider provider) {
        ProtocolProvider other = byName.putIfAbsent(name.toUpperCase(Locale.ROOT), provider);
        if (other != null && other != provider) {
            throw new ConfigurationException("two providers claim the protocol name " + name + ": " + place(other)
                    + " and " + place(provider) + "; remove one of them from the module path or class path");
        }
        LOG.debug("protocol {} comes from {}", name, place(provider));
    }

    /**
     * Where a provider comes from.
     *
     * @param provider a provider
     * @return its class and its module, or the code location of a class without one
     */
    public static String place(ProtocolProvider provider) {
        Class<?> type = provider.getClass();
        Module module = type.getModule();
        return type.getName() + (module.isNamed() ? " in module " + module.getName() : " on the class path");
    }

    /**
     * All kinds of protocols.
     *
     * @return in alphabetical order of their names when installed
     */
    public List<ProtocolProvider> providers() {
        return providers;
    }

    /**
     * Find a kind of protocol by name or alias, with or without the prefix {@code pbcast.}.
     *
     * @param name in any case
     * @return empty if it is unknown
     */
    public Optional<ProtocolProvider> provider(String name) {
        String key = name.toUpperCase(Locale.ROOT);
        ProtocolProvider found = byName.get(key);
        return Optional.ofNullable(found != null ? found : byName.get(key.replaceFirst("^PBCAST\\.", "")));
    }

    /**
     * Check a definition without building anything.
     *
     * @param definition the stack
     * @throws ConfigurationException naming every problem found, one per line
     */
    public void check(StackDefinition definition) {
        plan(definition);
    }

    /**
     * The effective configuration of a stack: every protocol with every setting, defaults included.
     *
     * @param definition the stack
     * @return one line per protocol, transport first; equal for equal stacks however they were written
     */
    public String describe(StackDefinition definition) {
        return plan(definition).describe();
    }

    /**
     * Build a channel with threads and sockets of its own.
     *
     * @param definition the stack
     * @param memberName logical name, blank for one made up
     * @return a channel that is not connected
     */
    public Channel channel(StackDefinition definition, String memberName) {
        StackPlan plan = plan(definition);
        return new GroupChannel(plan, memberName, () -> new LocalEnvironment(plan.transportSettings()));
    }

    /**
     * Build a channel in an environment.
     *
     * @param definition the stack
     * @param memberName logical name, blank for one made up
     * @param environment makes the environment of one life; closed when the life ends
     * @return a channel that is not connected
     */
    public Channel channel(StackDefinition definition, String memberName, Supplier<Environment> environment) {
        return new GroupChannel(plan(definition), memberName, environment);
    }

    /**
     * Read a stack file.
     *
     * @param file the file
     * @param properties values for {@code ${...}}
     * @return its definition, not yet checked
     */
    public StackDefinition read(Path file, Map<String, String> properties) {
        String name = String.valueOf(file.getFileName());
        StackReader reader = readers.stream().filter(candidate -> candidate.reads(name)).findFirst()
                .orElseThrow(() -> new ConfigurationException(file + ": nothing here reads stack files of this kind;"
                        + " for XML add the artifact muster-config-xml"));
        try (InputStream source = Files.newInputStream(file)) {
            return reader.read(source, name, properties);
        } catch (IOException e) {
            throw new ConfigurationException(file + ": can't be read: " + e + "; check path and permissions", e);
        }
    }

    /**
     * Find a stack that ships with a reader.
     *
     * @param name such as {@code default}
     * @param properties values for {@code ${...}}
     * @return its definition, not yet checked
     */
    public StackDefinition named(String name, Map<String, String> properties) {
        Set<String> known = new TreeSet<>();
        for (StackReader reader : readers) {
            known.addAll(reader.named());
            Optional<InputStream> found = reader.open(name);
            if (found.isPresent()) {
                try (InputStream source = found.get()) {
                    return reader.read(source, name + ".xml", properties);
                } catch (IOException e) {
                    throw new ConfigurationException("stack '" + name + "' can't be read: " + e, e);
                }
            }
        }
        throw new ConfigurationException("there is no stack named '" + name + "'; known are " + known
                + (known.isEmpty() ? ", add the artifact muster-config-xml" : ""));
    }

    StackPlan plan(StackDefinition definition) {
        List<String> problems = new ArrayList<>();
        List<StackPlan.PlannedLayer> layers = new ArrayList<>();
        for (LayerDefinition layer : definition.layers()) {
            provider(layer.protocol()).ifPresentOrElse(
                    provider -> layers.add(new StackPlan.PlannedLayer(provider, settings(provider, layer, problems),
                            layer.origin())),
                    () -> problems.add(unknownProtocol(layer)));
        }
        if (layers.size() == definition.layers().size()) {
            checkOrder(definition, layers, problems);
            checkDuplicates(layers, problems);
            checkHeaders(layers, problems);
        }
        if (!problems.isEmpty()) {
            throw new ConfigurationException(String.join("\n", problems));
        }
        return new StackPlan(layers, definition.options());
    }

    private String unknownProtocol(LayerDefinition layer) {
        List<String> names = providers.stream().map(provider -> provider.type().name()).toList();
        return layer.origin() + ": protocol " + layer.protocol() + " is unknown"
                + NearestName.of(layer.protocol(), byName.keySet()).map(name -> "; did you mean " + name + "?").orElse(";")
                + " known are " + names + "; a plug-in must be on the module path or class path";
    }

    private static Settings settings(ProtocolProvider provider, LayerDefinition layer, List<String> problems) {
        Settings settings = new Settings();
        Set<Setting<?>> seen = new LinkedHashSet<>();
        int before = problems.size();
        for (LayerDefinition.Assignment assignment : layer.assignments()) {
            String where = assignment.origin() + ": protocol " + layer.protocol() + ": ";
            Optional<Setting<?>> setting = setting(provider, assignment.name());
            if (setting.isEmpty()) {
                problems.add(where + unknownSetting(provider, assignment.name()));
            } else if (!seen.add(setting.get())) {
                problems.add(where + setting.get() + " is set twice (" + assignment.name()
                        + " names the same setting); keep one");
            } else {
                assign(settings, setting.get(), assignment, where, problems);
            }
        }
        if (problems.size() == before) {
            provider.validate(settings, problem ->
                    problems.add(layer.origin() + ": protocol " + layer.protocol() + ": " + problem));
        }
        return settings;
    }

    private static void assign(Settings settings, Setting<?> setting, LayerDefinition.Assignment assignment,
            String where, List<String> problems) {
        try {
            settings.assign(setting, assignment.value());
            setting.inert().ifPresent(why ->
                    LOG.info("{}{} is accepted but has no effect: {}", where, setting, why));
        } catch (IllegalArgumentException e) {
            problems.add(where + e.getMessage());
        }
    }

    private static Optional<Setting<?>> setting(ProtocolProvider provider, String name) {
        for (Setting<?> setting : provider.settings()) {
            if (setting.name().equals(name) || setting.aliases().contains(name)) {
                return Optional.of(setting);
            }
        }
        return Optional.empty();
    }

    private static String unknownSetting(ProtocolProvider provider, String name) {
        List<String> names = provider.settings().stream().map(Setting::name).toList();
        return "setting " + name + " is unknown"
                + NearestName.of(name, names).map(nearest -> "; did you mean " + nearest + "?").orElse(";")
                + (names.isEmpty() ? " this protocol has no settings" : " known are " + names);
    }

    private static void checkOrder(StackDefinition definition, List<StackPlan.PlannedLayer> layers,
            List<String> problems) {
        if (layers.isEmpty()) {
            problems.add(definition.origin() + ": the stack is empty; begin with a transport such as TCP");
            return;
        }
        for (int index = 0; index < layers.size(); index++) {
            StackPlan.PlannedLayer layer = layers.get(index);
            boolean transport = layer.provider().provides().contains(Capability.TRANSPORT);
            if (transport != (index == 0)) {
                problems.add(layer.origin() + ": protocol " + layer.name() + (transport
                        ? " is a transport but stands above " + layers.get(index - 1).name()
                                + "; a stack has exactly one transport, at the bottom (first)"
                        : " stands at the bottom but is no transport; put one such as TCP first"));
            }
            require(layer, layers.subList(0, index), layer.provider().requiresBelow(), "below it", "before", problems);
            require(layer, layers.subList(index + 1, layers.size()), layer.provider().requiresAbove(), "above it",
                    "after", problems);
        }
    }

    private static void require(StackPlan.PlannedLayer layer, List<StackPlan.PlannedLayer> where,
            Set<Capability> required, String place, String inXml, List<String> problems) {
        for (Capability capability : required) {
            if (where.stream().noneMatch(other -> other.provider().provides().contains(capability))) {
                problems.add(layer.origin() + ": protocol " + layer.name() + " needs " + capability + " " + place
                        + "; insert a protocol that provides it " + inXml + " " + layer.name());
            }
        }
    }

    private static void checkDuplicates(List<StackPlan.PlannedLayer> layers, List<String> problems) {
        Set<ProtocolProvider> seen = new HashSet<>();
        for (StackPlan.PlannedLayer layer : layers) {
            if (!seen.add(layer.provider())) {
                problems.add(layer.origin() + ": protocol " + layer.name() + " is in the stack twice; remove one");
            }
        }
    }

    private static void checkHeaders(List<StackPlan.PlannedLayer> layers, List<String> problems) {
        Map<Integer, StackPlan.PlannedLayer> owners = new HashMap<>();
        for (StackPlan.PlannedLayer layer : layers) {
            for (HeaderCodec<?> codec : layer.provider().headers()) {
                StackPlan.PlannedLayer owner = owners.putIfAbsent(codec.id(), layer);
                if (owner != null && owner.provider() != layer.provider()) {
                    problems.add(layer.origin() + ": protocols " + owner.name() + " (" + place(owner.provider()) + ") and "
                            + layer.name() + " (" + place(layer.provider()) + ") both use header id " + codec.id()
                            + "; one of them must change");
                }
            }
        }
    }
}
