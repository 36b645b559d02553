package dev.muster.core;

import dev.muster.api.LayerDefinition.Assignment;
import dev.muster.api.Setting;
import dev.muster.api.Settings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What somebody assigned to the settings of a layer, or to the options of a stack.
 *
 * @param settings the values, checked one by one
 * @param origins where each of them was written
 */
record Assigned(Settings settings, Map<Setting<?>, String> origins) {

    private static final Logger LOG = LoggerFactory.getLogger(Assigned.class);

    static final Assigned NOTHING = new Assigned(new Settings(), Map.of());

    /**
     * Check assignments.
     *
     * @param whose begins what is said of a value, such as {@code protocol FC: }
     * @param noun such as {@code setting}
     * @param known what may be assigned to
     * @param assignments as somebody wrote them
     * @param problems told what is wrong
     */
    static Assigned of(String whose, String noun, List<Setting<?>> known, List<Assignment> assignments,
            List<String> problems) {
        Assigned assigned = new Assigned(new Settings(), new LinkedHashMap<>());
        for (Assignment assignment : assignments) {
            String where = assignment.origin() + ": " + whose;
            Optional<Setting<?>> setting = find(known, assignment.name());
            if (setting.isEmpty()) {
                problems.add(where + unknown(noun, known, assignment.name()));
            } else if (assigned.origins.putIfAbsent(setting.get(), assignment.origin()) != null) {
                problems.add(where + setting.get() + " is set twice (" + assignment.name()
                        + " names the same " + noun + "); keep one");
            } else {
                assigned.assign(setting.get(), assignment, where, problems);
            }
        }
        return assigned;
    }

    private void assign(Setting<?> setting, Assignment assignment, String where, List<String> problems) {
        try {
            settings.assign(setting, assignment.value());
            setting.inert().ifPresent(why -> LOG.info("{}{} is accepted but has no effect: {}", where, setting, why));
        } catch (IllegalArgumentException e) {
            problems.add(where + e.getMessage());
        }
    }

    private static Optional<Setting<?>> find(List<Setting<?>> known, String name) {
        for (Setting<?> setting : known) {
            if (setting.name().equals(name) || setting.aliases().contains(name)) {
                return Optional.of(setting);
            }
        }
        return Optional.empty();
    }

    private static String unknown(String noun, List<Setting<?>> known, String name) {
        List<String> names = known.stream().map(Setting::name).toList();
        return noun + " " + name + " is unknown"
                + NearestName.of(name, names).map(nearest -> "; did you mean " + nearest + "?").orElse(";")
                + (names.isEmpty() ? " this protocol has no settings" : " known are " + names);
    }
}
