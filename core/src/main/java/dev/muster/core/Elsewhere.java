package dev.muster.core;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What stacks of JGroups say and ours need not: known, so that such a stack loads, and explained, so that nobody takes it for
 * something that works here.
 */
final class Elsewhere {

    private static final String PACKING = "packets are packed as long as more waits for the same destination, and leave as soon "
            + "as the stack is idle; only max_bundle_size (bundler.max_size) and enable_bundling have an effect here";

    private static final String DIAGNOSTICS = "diagnostics are set up by enable_diagnostics and the settings beginning with "
            + "diagnostics_, and are off unless asked for";

    private static final Map<String, String> PROTOCOLS = Map.of("BARRIER",
            "state is cut exactly where a view begins, so nothing needs to be held back while it is read");

    /** Beginnings of settings of transports. */
    private static final Map<String, String> SETTINGS = Map.of("bundler.", PACKING, "bundler_type", PACKING,
            "diag.", DIAGNOSTICS);

    /** What does by itself what takes further protocols here. */
    private static final Map<String, List<String>> PARTS = Map.of("NAKACK4", List.of("STABLE", "MFC"),
            "UNICAST4", List.of("UFC"));

    private Elsewhere() {}

    /** Why a protocol is not needed here. */
    static Optional<String> protocol(String plainName) {
        return Optional.ofNullable(PROTOCOLS.get(plainName));
    }

    /** Why a setting of a transport is not needed here. */
    static Optional<String> transportSetting(String name) {
        return SETTINGS.entrySet().stream().filter(known -> name.startsWith(known.getKey())).map(Map.Entry::getValue)
                .findFirst();
    }

    /** Protocols that are needed beside ours for what the one of this name does alone. */
    static List<String> parts(String plainName) {
        return PARTS.getOrDefault(plainName, List.of());
    }
}
