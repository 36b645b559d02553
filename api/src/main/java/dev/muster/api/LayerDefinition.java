package dev.muster.api;

import java.util.List;
import java.util.Objects;

/**
 * One protocol of a stack as somebody wrote it down: not yet checked.
 *
 * @param protocol name of its type
 * @param assignments what was set, in order
 * @param origin where it was written, such as {@code orders.xml:4}; {@code code} for a stack built in code
 */
public record LayerDefinition(String protocol, List<Assignment> assignments, String origin) {

    /**
     * One setting as somebody wrote it down.
     *
     * @param name attribute name
     * @param value text, or an object of the setting's type
     * @param origin where it was written
     */
    public record Assignment(String name, Object value, String origin) {
        /**
         * Check the parts.
         *
         * @param name not null
         * @param value not null
         * @param origin not null
         */
        public Assignment {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(value, "value");
            Objects.requireNonNull(origin, "origin");
        }
    }

    /**
     * Copy the assignments.
     *
     * @param protocol not null
     * @param assignments copied
     * @param origin not null
     */
    public LayerDefinition {
        Objects.requireNonNull(protocol, "protocol");
        Objects.requireNonNull(origin, "origin");
        assignments = List.copyOf(assignments);
    }
}
