package dev.muster.simulations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.api.StackBuilder;
import dev.muster.core.Assembler;
import dev.muster.spi.ProtocolProvider;
import dev.muster.testkit.simulation.FaultSchedule;
import dev.muster.testkit.simulation.FaultSchedule.Crash;
import dev.muster.testkit.simulation.FaultSchedule.CrashAfterSends;
import dev.muster.testkit.simulation.FaultSchedule.Fault;
import dev.muster.testkit.simulation.FaultSchedule.Heal;
import dev.muster.testkit.simulation.FaultSchedule.Partition;
import dev.muster.testkit.simulation.FaultSchedule.Restart;
import dev.muster.testkit.simulation.LinkQuality;
import dev.muster.testkit.simulation.MemberStack;
import dev.muster.testkit.simulation.SimulatedCluster;
import dev.muster.testkit.simulation.Workload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * How long senders wait for a view, compared with the formula in docs/decisions/agreed-views.md. The figures it prints are
 * those of docs/reference/GMS.md.
 */
class PauseTest {

    private static final int SIZE = 10;
    private static final Duration DELAY = Duration.ofMillis(10);
    private static final LinkQuality FIXED = new LinkQuality(DELAY, Duration.ZERO, 0, 0, 0, 0, Duration.ZERO);
    private static final Duration PREPARE_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration ROUNDING = Duration.ofMillis(1);
    private static final Duration BEFORE = Duration.ofSeconds(10);
    private static final Duration CHANGE = Duration.ofSeconds(25);

    /** What makes a view necessary. */
    private enum Change {
        DEATH(SIZE - 1, new Crash(CHANGE, 4)),
        /** Some have its last message, and the others fetch it from them. */
        DEATH_IN_THE_MIDST_OF_SENDING(SIZE - 1, new CrashAfterSends(CHANGE, 4, 5)),
        DEATH_OF_THE_COORDINATOR(SIZE - 1, new Crash(CHANGE, 0)),
        JOIN(SIZE - 1, new Crash(BEFORE, 4), new Restart(CHANGE, 4)),
        /** A simulated member that left comes back as a new life, so there are two views. */
        LEAVE(2 * (SIZE - 1)) {
            @Override
            void schedule(SimulatedCluster cluster) {
                cluster.simulation().at(CHANGE, () -> cluster.channels().get(4).disconnectAsync());
            }
        },
        LEAVE_OF_THE_COORDINATOR(2 * (SIZE - 1)) {
            @Override
            void schedule(SimulatedCluster cluster) {
                cluster.simulation().at(CHANGE, () -> cluster.channels().get(0).disconnectAsync());
            }
        },
        /** Each half hears of the silence of the other member by member, and waits for those who are not suspected yet. */
        PARTITION(SIZE, new Partition(CHANGE, List.of(nodes(0, SIZE / 2), nodes(SIZE / 2, SIZE)))),

        /** Words that were lost while the groups were parted go along with the first that is not. */
        MERGE(SIZE, new Partition(BEFORE, List.of(nodes(0, SIZE / 2), nodes(SIZE / 2, SIZE))), new Heal(CHANGE));

        private final int pausing;
        private final List<Fault> faults;

        Change(int pausing, Fault... faults) {
            this.pausing = pausing;
            this.faults = List.of(faults);
        }

        void schedule(SimulatedCluster cluster) {}

        Duration beyondTheRound() {
            return this == PARTITION ? PREPARE_TIMEOUT : Duration.ZERO;
        }

        private static List<Integer> nodes(int from, int to) {
            return IntStream.range(from, to).boxed().toList();
        }
    }

    /** A group of ten sees one change; all pauses of all members that were for it. */
    private static List<Duration> pauses(Change change, Workload workload) {
        List<Long> pauses = new ArrayList<>();
        List<ProtocolProvider> providers = new ArrayList<>(Stacks.ASSEMBLER.providers());
        providers.add(new PauseRecorder.Provider(pauses));
        MemberStack stack = (own, all) -> StackBuilder.of(Stacks.DATAGRAM.of(own, all))
                .add(PauseRecorder.Provider.TYPE.name(), Map.of()).definition();
        SimulatedCluster cluster = new SimulatedCluster(new Assembler(providers, List.of()), stack, SIZE, 3)
                .workload(workload).faults(new FaultSchedule(change.faults));
        cluster.simulation().quality(FIXED);
        cluster.simulation().at(CHANGE.minusSeconds(1), pauses::clear);
        change.schedule(cluster);
        cluster.times(Duration.ofSeconds(4), Duration.ofSeconds(45), Duration.ofSeconds(4)).simulate();
        return pauses.stream().map(Duration::ofNanos).toList();
    }

    @ParameterizedTest
    @EnumSource
    void withNothingToFetchItIsFourWays(Change change) {
        check(change, pauses(change, Workload.SILENT), 4);
    }

    @ParameterizedTest
    @EnumSource
    void withMessagesUnderWayItIsTwoWaysMoreAtMost(Change change) {
        check(change, pauses(change, Workload.LIGHT.every(Duration.ofMillis(20))), 6);
    }

    private static void check(Change change, List<Duration> pauses, int ways) {
        Duration most = DELAY.multipliedBy(ways).plus(change.beyondTheRound());
        System.out.printf("%s: %d pauses of %d to %d ms, %d ms are allowed%n", change, pauses.size(),
                pauses.stream().min(Duration::compareTo).orElseThrow().toMillis(),
                pauses.stream().max(Duration::compareTo).orElseThrow().toMillis(), most.toMillis());
        assertThat(pauses).hasSize(change.pausing)
                .allSatisfy(pause -> assertThat(pause).isLessThanOrEqualTo(most.plus(ROUNDING)));
    }
}
