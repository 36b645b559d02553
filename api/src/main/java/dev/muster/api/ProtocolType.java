package dev.muster.api;

import java.util.Objects;

/**
 * Name of a kind of protocol: the XML element, the key in code, the word in logs.
 *
 * <p>Names without a hyphen are Muster's; plug-ins call theirs {@code vendor-name}.
 *
 * @param name the name; compared ignoring case
 */
public record ProtocolType(String name) {

    /**
     * Check the name.
     *
     * @param name letters, digits, {@code _}, {@code -} and {@code .}, starting with a letter
     */
    public ProtocolType {
        Objects.requireNonNull(name, "name");
        if (!name.matches("[A-Za-z][A-Za-z0-9_.-]*")) {
            throw new IllegalArgumentException("protocol name '" + name
                    + "' must start with a letter and go on with letters, digits, '_', '-' or '.'");
        }
    }

    /**
     * Create a type.
     *
     * @param name its name
     * @return the type
     */
    public static ProtocolType of(String name) {
        return new ProtocolType(name);
    }

    @Override
    public String toString() {
        return name;
    }
}
