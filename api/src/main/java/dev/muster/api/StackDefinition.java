package dev.muster.api;

import java.util.List;

/**
 * A stack as somebody wrote it down, in code or in XML: the form in which both meet the same checks.
 *
 * @param origin where it was written, such as {@code orders.xml}; {@code code} for a stack built in code
 * @param layers the protocols, transport first
 * @param options options of the whole stack as somebody wrote them down, one of {@link StackOptions} each
 */
public record StackDefinition(String origin, List<LayerDefinition> layers, List<LayerDefinition.Assignment> options) {

    /**
     * Copy the parts.
     *
     * @param origin not null
     * @param layers copied
     * @param options copied
     */
    public StackDefinition {
        java.util.Objects.requireNonNull(origin, "origin");
        layers = List.copyOf(layers);
        options = List.copyOf(options);
    }
}
