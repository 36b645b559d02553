package dev.muster.spi;

import dev.muster.api.StackDefinition;
import java.io.InputStream;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads stacks from files of some format. Found by {@link java.util.ServiceLoader}. */
public interface StackReader {

    /**
     * Tell whether it reads files of this name.
     *
     * @param fileName without folders
     * @return true if so
     */
    boolean reads(String fileName);

    /**
     * Read a stack.
     *
     * @param source the bytes; the caller closes it
     * @param origin name of the source for messages
     * @param properties values for {@code ${...}}, before system properties and environment
     * @return the definition, its values not yet checked
     * @throws dev.muster.api.ConfigurationException naming source and line
     */
    StackDefinition read(InputStream source, String origin, Map<String, String> properties);

    /**
     * Names of the stacks that ship with the reader.
     *
     * @return in alphabetical order
     */
    Set<String> named();

    /**
     * Open a stack that ships with the reader.
     *
     * @param name one of {@link #named}
     * @return empty if there is none of that name
     */
    Optional<InputStream> open(String name);
}
