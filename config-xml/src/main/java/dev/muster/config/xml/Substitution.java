package dev.muster.config.xml;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Replaces {@code ${property:default}} in attribute values.
 *
 * <p>A property is looked for in the properties handed in, then among the system properties, then in the environment: by
 * its very name, then in upper case with underscores ({@code muster.bind_addr}, {@code MUSTER_BIND_ADDR}). Name and default
 * may hold further {@code ${…}}. What a property holds is taken as it is.
 */
final class Substitution {

    private static final String OPEN = "${";
    private static final int DEEPEST = 20;
    private static final int SHOWN = 60;

    private final Map<String, String> properties;
    private final Function<String, String> system;
    private final Function<String, String> environment;

    Substitution(Map<String, String> properties, Function<String, String> system, Function<String, String> environment) {
        this.properties = properties;
        this.system = system;
        this.environment = environment;
    }

    /**
     * Replace every property of a text.
     *
     * @throws IllegalArgumentException naming a property that has neither value nor default, or a place that isn't closed
     *     or is too deep
     */
    String apply(String text) {
        StringBuilder result = new StringBuilder();
        int position = 0;
        for (int open = text.indexOf(OPEN); open >= 0; open = text.indexOf(OPEN, position)) {
            int close = closing(text, open);
            result.append(text, position, open).append(value(text.substring(open + OPEN.length(), close)));
            position = close + 1;
        }
        return result.append(text, position, text.length()).toString();
    }

    private static int closing(String text, int open) {
        int depth = 0;
        for (int index = open; index < text.length(); index++) {
            if (text.startsWith(OPEN, index)) {
                depth++;
                if (depth > DEEPEST) {
                    throw new IllegalArgumentException("'" + shown(text.substring(open)) + "' has more than " + DEEPEST
                            + " '${' in one another, at most " + DEEPEST + " are allowed; write fewer");
                }
            } else if (text.charAt(index) == '}' && --depth == 0) {
                return index;
            }
        }
        throw new IllegalArgumentException("'" + shown(text.substring(open)) + "' has no closing '}' for every '${'; "
                + "write ${property:default}");
    }

    /** The value of what stands between the braces. */
    private String value(String body) {
        int colon = colon(body);
        String name = apply(colon < 0 ? body : body.substring(0, colon)).strip();
        if (name.isEmpty()) {
            throw new IllegalArgumentException("'${" + shown(body) + "}' names no property; write ${property:default}");
        }
        return find(name).orElseGet(() -> {
            if (colon < 0) {
                throw new IllegalArgumentException("property '" + name + "' is not set; set it as a property, a system "
                        + "property -D" + name + "=… or an environment variable " + variable(name)
                        + ", or give a default: ${" + name + ":…}");
            }
            return apply(body.substring(colon + 1));
        });
    }

    /** Where the default begins; a colon inside of an inner property is not ours. */
    private static int colon(String body) {
        int depth = 0;
        for (int index = 0; index < body.length(); index++) {
            if (body.startsWith(OPEN, index)) {
                depth++;
            } else if (body.charAt(index) == '}') {
                depth--;
            } else if (body.charAt(index) == ':' && depth == 0) {
                return index;
            }
        }
        return -1;
    }

    private Optional<String> find(String name) {
        return Optional.ofNullable(properties.get(name))
                .or(() -> Optional.ofNullable(system.apply(name)))
                .or(() -> Optional.ofNullable(environment.apply(name)))
                .or(() -> Optional.ofNullable(environment.apply(variable(name))));
    }

    private static String shown(String text) {
        return text.length() > SHOWN ? text.substring(0, SHOWN) + "…" : text;
    }

    private static String variable(String name) {
        return name.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT);
    }
}
