package dev.muster.core;

import dev.muster.api.LayerDefinition.Assignment;
import dev.muster.api.Setting;
import dev.muster.api.Settings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What somebody assigned to the settings of a layer, or to the options of a stack.
 *
 * @param settings the values, checked one by one
 * @param origins where each of them was written
 */
record Assigned(Settings settings, Map<Setting<?>, String> origins) {

    static final Assigned NOTHING = new Assigned(new Settings(), Map.of());

    /**
     * Check assignments.
     *
     * @param whose begins what is said of a value, such as {@code protocol FC: }
     * @param noun such as {@code setting}
     * @param known what may be assigned to
     * @param assignments as somebody wrote them
     * @param findings told what is wrong or has no effect
     */
    static Assigned of(String whose, String noun, List<Setting<?>> known, List<Assignment> assignments,
            Findings findings) {
        Assigned assigned = new Assigned(new Settings(), new LinkedHashMap<>());
        for (Assignment assignment : assignments) {
            String where = assignment.origin() + ": " + whose;
            Optional<Setting<?>> setting = find(known, assignment.name());
            if (setting.isEmpty()) {
                findings.unknown(where + noun + " " + assignment.name() + " is unknown",
                        NearestName.of(assignment.name(), known.stream().map(Setting::name).toList()), known(known));
            } else if (assigned.origins.putIfAbsent(setting.get(), assignment.origin()) != null) {
                findings.problem(where + setting.get() + " is set twice (" + assignment.name()
                        + " names the same " + noun + "); keep one");
            } else {
                assigned.assign(setting.get(), assignment, where, findings);
            }
        }
        return assigned;
    }

    private void assign(Setting<?> setting, Assignment assignment, String where, Findings findings) {
        try {
            settings.assign(setting, assignment.value());
            setting.inert().ifPresent(why -> findings.explain(where + setting + " is accepted but has no effect: "
                    + why));
        } catch (IllegalArgumentException e) {
            findings.problem(where + e.getMessage());
        }
    }

    /** The setting of a name or alias. */
    static Optional<Setting<?>> find(List<Setting<?>> known, String name) {
        for (Setting<?> setting : known) {
            if (setting.name().equals(name) || setting.aliases().contains(name)) {
                return Optional.of(setting);
            }
        }
        return Optional.empty();
    }

    private static String known(List<Setting<?>> known) {
        return known.isEmpty() ? "this protocol has no settings"
                : "known are " + known.stream().map(Setting::name).toList();
    }
}
