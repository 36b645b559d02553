package dev.muster.cli;

import dev.muster.testkit.simulation.FaultKind;
import dev.muster.testkit.simulation.FaultSchedule;
import dev.muster.testkit.simulation.LinkQuality;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What can be asked to go wrong in a simulation, by the words of the command line: a mixture, or kinds of faults. */
final class SimFault {

    private static final String NONE = "none";
    private static final String USUAL = "usual";
    private static final String SWARM = "swarm";
    private static final List<String> MIXTURES = List.of(NONE, USUAL, SWARM);
    private static final Duration FIRST = Duration.ofSeconds(8);
    /** After the last fault: by then everything is detected, merged and delivered. */
    private static final Duration CALM = Duration.ofSeconds(28);

    private SimFault() {}

    /** The words, for the help. */
    static final class Words implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Stream.concat(MIXTURES.stream(), Arrays.stream(FaultKind.values()).map(FaultKind::word)).iterator();
        }
    }

    /** What is wrong with what was asked for; empty if nothing is. */
    static Optional<String> problem(List<String> words) {
        for (String word : words) {
            if (!MIXTURES.contains(word) && kind(word).isEmpty()) {
                return Optional.of("--faults " + word + ": expected " + String.join(", ", new Words()));
            }
        }
        return words.size() > 1 && words.stream().anyMatch(MIXTURES::contains)
                ? Optional.of("--faults " + String.join(",", words) + ": " + String.join(", ", MIXTURES) + " stand alone")
                : Optional.empty();
    }

    private static Optional<FaultKind> kind(String word) {
        return Arrays.stream(FaultKind.values()).filter(kind -> kind.word().equals(word)).findFirst();
    }

    /** The schedule for a run; the usual one is that of the project's own simulations of small clusters. */
    static FaultSchedule schedule(List<String> words, long seed, int members, Duration length) {
        int times = (int) length.toMinutes();
        Duration last = length.minus(CALM);
        if (words.contains(NONE)) {
            return FaultSchedule.NONE;
        } else if (words.contains(SWARM)) {
            return members > 1 ? FaultSchedule.swarm(seed, members, FIRST, last) : FaultSchedule.NONE;
        } else if (words.contains(USUAL)) {
            return FaultSchedule.draw(seed, members, FIRST, last,
                    new FaultSchedule.Mix(LinkQuality.BAD, times, 0.4, times, seed % 4 == 0 ? times : 0, 0.25));
        }
        Set<FaultKind> kinds = words.stream().map(word -> kind(word).orElseThrow())
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(FaultKind.class)));
        return FaultSchedule.of(kinds, times, seed, members, FIRST, last);
    }
}
