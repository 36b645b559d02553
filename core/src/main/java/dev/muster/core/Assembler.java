package dev.muster.core;

import dev.muster.api.Channel;
import dev.muster.api.ConfigurationException;
import dev.muster.api.LayerDefinition;
import dev.muster.api.SharedThreads;
import dev.muster.api.StackDefinition;
import dev.muster.spi.Environment;
import dev.muster.spi.ProtocolProvider;
import dev.muster.spi.StackReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
import org.slf4j.event.Level;

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
        return Optional.ofNullable(found != null ? found : byName.get(plain(key)));
    }

    /** A name in upper case without the prefix that the source puts before some. */
    static String plain(String name) {
        return name.toUpperCase(Locale.ROOT).replaceFirst("^PBCAST\\.", "");
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
     * What is worth knowing of a stack that is possible: what has no effect in it, and what was added to it.
     *
     * @param definition the stack
     * @return one line each, beginning with where it was written; warnings begin so
     * @throws ConfigurationException naming every problem found
     */
    public List<String> remarks(StackDefinition definition) {
        return texts(plan(definition));
    }

    /**
     * Find out whether a stack would start on this machine, as far as that can be told without opening a socket: files that
     * its settings name are opened.
     *
     * @param definition the stack
     * @return {@link #remarks}, and what should be mended on this machine
     * @throws ConfigurationException naming every problem found
     */
    public List<String> inspect(StackDefinition definition) {
        return texts(new Planner(this, definition).inspecting().plan());
    }

    private static List<String> texts(StackPlan plan) {
        return plan.remarks().stream().map(remark -> remark.isWarning() ? "warning: " + remark.text() : remark.text()).toList();
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
        StackPlan plan = announced(definition);
        return new GroupChannel(plan, memberName, () -> new LocalEnvironment(plan.transportSettings()),
                SharedTransports.OF_THIS_PROCESS);
    }

    /**
     * Build a channel with sockets of its own on threads that others use, too.
     *
     * @param definition the stack
     * @param memberName logical name, blank for one made up
     * @param threads what it runs on
     * @return a channel that is not connected
     */
    public Channel channel(StackDefinition definition, String memberName, SharedThreads threads) {
        StackPlan plan = announced(definition);
        return new GroupChannel(plan, memberName, () -> Crew.environment(threads, plan.transportSettings()),
                SharedTransports.OF_THIS_PROCESS);
    }

    /**
     * Build a channel in an environment. It shares its transport with nobody.
     *
     * @param definition the stack
     * @param memberName logical name, blank for one made up
     * @param environment makes the environment of one life; closed when the life ends
     * @return a channel that is not connected
     */
    public Channel channel(StackDefinition definition, String memberName, Supplier<Environment> environment) {
        return channel(definition, memberName, environment, new SharedTransports());
    }

    /**
     * Build a channel in an environment, that may share its transport.
     *
     * @param definition the stack
     * @param memberName logical name, blank for one made up
     * @param environment makes the environment of one life, or of all lives above one transport; closed when the last ends
     * @param shared what the channels of this process share
     * @return a channel that is not connected
     */
    public Channel channel(StackDefinition definition, String memberName, Supplier<Environment> environment,
            SharedTransports shared) {
        return new GroupChannel(announced(definition), memberName, environment, shared);
    }

    /**
     * Read a stack file, and those that it includes.
     *
     * @param file the file
     * @param properties values for {@code ${...}}
     * @return its definition, not yet checked
     */
    public StackDefinition read(Path file, Map<String, String> properties) {
        return new Includes(each -> readOne(each, properties)).read(file);
    }

    private StackDefinition readOne(Path file, Map<String, String> properties) {
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
        return new Planner(this, definition).plan();
    }

    /** The plan of a stack that somebody wants to use, who is told now what else there is to say about it. */
    private StackPlan announced(StackDefinition definition) {
        StackPlan plan = plan(definition);
        for (Remark remark : plan.remarks()) {
            LOG.atLevel(remark.isWarning() ? Level.WARN : Level.INFO).log(remark.text());
        }
        return plan;
    }

    /** The name that is most like an unknown one. */
    Optional<String> nearest(String name) {
        return NearestName.of(plain(name), byName.keySet());
    }
}
