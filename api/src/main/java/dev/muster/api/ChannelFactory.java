package dev.muster.api;

import java.nio.file.Path;
import java.util.Map;

/** What stands behind {@link StackBuilder}: assembles stacks. Found by {@link java.util.ServiceLoader}. */
public interface ChannelFactory {

    /**
     * Check a definition and build a channel on it. Opens no socket.
     *
     * @param definition the stack
     * @param memberName logical name of the member, blank for one made up from host and process
     * @return a channel that is not connected
     * @throws ConfigurationException if the stack can't work
     */
    Channel channel(StackDefinition definition, String memberName);

    /**
     * Check a definition and build a channel on it that shares its threads. Opens no socket.
     *
     * @param definition the stack
     * @param memberName logical name of the member, blank for one made up from host and process
     * @param threads what it runs on
     * @return a channel that is not connected
     * @throws ConfigurationException if the stack can't work
     */
    Channel channel(StackDefinition definition, String memberName, SharedThreads threads);

    /**
     * Check a definition without building anything.
     *
     * @param definition the stack
     * @throws ConfigurationException naming every problem found
     */
    void check(StackDefinition definition);

    /**
     * Read a stack file.
     *
     * @param file the file
     * @param properties values for {@code ${...}}, before system properties and environment
     * @return the definition, not yet checked
     * @throws ConfigurationException if the file can't be read; also if no module that reads it is present
     */
    StackDefinition read(Path file, Map<String, String> properties);

    /**
     * Find a stack that ships with a module, such as {@code default}.
     *
     * @param name its name
     * @param properties values for {@code ${...}}
     * @return the definition
     * @throws ConfigurationException if there is none of that name; the message lists those there are
     */
    StackDefinition named(String name, Map<String, String> properties);
}
