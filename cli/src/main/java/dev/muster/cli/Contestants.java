package dev.muster.cli;

import dev.muster.api.StackDefinition;
import dev.muster.cli.perf.Contestant;
import java.util.List;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.Map;

/** Who can be measured: Muster in its forms, and whatever else is installed. */
final class Contestants {

    /** Muster with the stack of the command line, received in batches. */
    static final String MUSTER = "muster";

    private Contestants() {}

    static boolean isMuster(String name) {
        return name.equals(MUSTER) || name.startsWith(MUSTER + "-");
    }

    /** {@code muster} and {@code muster-plain} run the stack of the command line, others one that ships: {@code muster-udp}. */
    static StackDefinition stack(String name, StackSource source) {
        String shipped = name.substring(MUSTER.length()).replace("-plain", "").replace("-", "");
        return shipped.isEmpty() ? source.definition() : source.shipped(shipped);
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
                    + List.of(MUSTER, MUSTER + "-plain", MUSTER + "-udp") + " and " + installed.keySet()
                    + "; others come with module benchmarks, see docs/performance.md");
        }
        return found;
    }

    static Map<String, Contestant> installed() {
        Map<String, Contestant> installed = new TreeMap<>();
        ServiceLoader.load(Contestant.class).forEach(contestant -> installed.put(contestant.name(), contestant));
        return installed;
    }
}
