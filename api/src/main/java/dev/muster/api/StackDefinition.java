package dev.muster.api;

import java.util.List;
import java.util.Map;

/**
 * A stack as somebody wrote it down, in code or in XML: the form in which both meet the same checks.
 *
 * @param origin where it was written, such as {@code orders.xml}; {@code code} for a stack built in code
 * @param layers the protocols, transport first
 * @param options options of the whole stack, such as {@code insecure} and {@code compatibility}
 */
public record StackDefinition(String origin, List<LayerDefinition> layers, Map<String, String> options) {

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
        options = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(options));
    }
}
