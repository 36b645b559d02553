package dev.muster.cli;

import dev.muster.cli.perf.Contestant;
import dev.muster.cli.perf.MusterContestant;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Who can be measured: Muster in its forms, and whatever else is installed. */
final class Contestants {

    /** Muster with the stack of the command line, received in batches. */
    static final String MUSTER = "muster";

    private Contestants() {}

    static boolean isMuster(String name) {
        return name.equals(MUSTER) || name.startsWith(MUSTER + "-");
    }

    /**
     * Whoever is called so, ready to join.
     *
     * @param name such as {@code muster-udp}
     * @param source the stack of {@code muster}
     * @param failures told of what Muster's callbacks throw
     * @throws IllegalArgumentException if there is none of that name, saying which there are
     */
    static Contestant of(String name, StackSource source, Consumer<Throwable> failures) {
        if (!isMuster(name)) {
            return named(name);
        }
        MusterForm form = MusterForm.of(name);
        return new MusterContestant(form.stack(source), form.reception(), form.threads(), failures);
    }

    /**
     * One that is installed.
     *
     * @throws IllegalArgumentException if there is none of that name, saying which there are
     */
    static Contestant named(String name) {
        Map<String, Contestant> installed = installed();
        Contestant found = installed.get(name);
        if (found == null) {
            throw new IllegalArgumentException("no contestant is called " + name + "; there are "
                    + List.of(MUSTER, MUSTER + "-plain", MUSTER + "-inline", MUSTER + "-udp") + " and " + installed.keySet()
                    + "; others come with module benchmarks, see docs/performance.md");
        }
        return found;
    }

    private static Map<String, Contestant> installed() {
        Map<String, Contestant> installed = new TreeMap<>();
        ServiceLoader.load(Contestant.class).forEach(contestant -> installed.put(contestant.name(), contestant));
        return installed;
    }
}
