package dev.muster.protocols.membership;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Of each sender the most that anybody has, from whoever has it. */
class FlushTargetsTest {

    private static Progress progress(int rank, long upTo, Long... beyond) {
        return new Progress(rank, upTo, new TreeSet<>(List.of(beyond)));
    }

    @Test
    void theTargetIsTheMostOfEachSenderFromWhoeverHasIt() {
        Map<Integer, List<Progress>> reports = new TreeMap<>(Map.of(
                0, List.of(progress(0, 5), progress(1, 3)),
                1, List.of(progress(0, 4), progress(1, 9)),
                2, List.of(progress(0, 2), progress(2, 1), progress(1, 9))));

        assertThat(FlushTargets.compute(reports)).containsExactly(
                new FlushTargets.Goal(0, 5, new TreeSet<>(), 0),
                new FlushTargets.Goal(1, 9, new TreeSet<>(), 1),
                new FlushTargets.Goal(2, 1, new TreeSet<>(), 2));
    }

    @Test
    void whatWasDeliveredOutOfBandAnywhereIsWantedEverywhereUnlessItIsInOrderAnyway() {
        Map<Integer, List<Progress>> reports = new TreeMap<>(Map.of(
                0, List.of(progress(2, 3, 6L, 9L)),
                1, List.of(progress(2, 7, 12L))));

        assertThat(FlushTargets.compute(reports))
                .containsExactly(new FlushTargets.Goal(2, 7, new TreeSet<>(List.of(9L, 12L)), 1));
    }
}
