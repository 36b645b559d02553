package dev.muster.spi;

import java.util.ArrayList;
import java.util.List;

/**
 * What must be equal for two stacks to understand each other.
 *
 * @param layers one text per protocol from the bottom: name and wire ids, such as {@code NAKACK:20}
 */
public record StackFingerprint(List<String> layers) {

    /**
     * Copy the layers.
     *
     * @param layers one text per protocol
     */
    public StackFingerprint {
        layers = List.copyOf(layers);
    }

    /**
     * Say in words what differs.
     *
     * @param other another stack's fingerprint
     * @return empty if nothing does
     */
    public String differenceTo(StackFingerprint other) {
        List<String> missing = new ArrayList<>(layers);
        missing.removeAll(other.layers);
        List<String> extra = new ArrayList<>(other.layers);
        extra.removeAll(layers);
        if (missing.isEmpty() && extra.isEmpty()) {
            return layers.equals(other.layers) ? "" : "same protocols in another order: " + layers + " and " + other.layers;
        }
        return "only here: " + missing + ", only there: " + extra;
    }
}
