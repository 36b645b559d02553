package dev.muster.simulations;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.api.StackBuilder;
import dev.muster.core.Assembler;
import dev.muster.spi.ProtocolProvider;
import dev.muster.testkit.history.AgreedSuccession;
import dev.muster.testkit.history.AtMostOnce;
import dev.muster.testkit.history.BoundedMemory;
import dev.muster.testkit.history.NothingInvented;
import dev.muster.testkit.history.Promise;
import dev.muster.testkit.history.PromiseBroken;
import dev.muster.testkit.history.Promises;
import dev.muster.testkit.history.SameViewDelivery;
import dev.muster.testkit.history.SenderOrder;
import dev.muster.testkit.history.VirtualSynchrony;
import dev.muster.testkit.simulation.MemberStack;
import dev.muster.testkit.simulation.SimulatedCluster;
import dev.muster.testkit.simulation.Workload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A check that has never failed says little: here a stack is broken on purpose, and the right check has to notice. */
class SabotageTest {

    private static final long SEED = 4;

    private static Promise broken(Saboteur.Bug bug) {
        return switch (bug) {
            case LOSES -> new VirtualSynchrony();
            case REPEATS -> new AtMostOnce();
            case SWAPS -> new SenderOrder();
            case LETS_VIEWS_OVERTAKE -> new SameViewDelivery();
            case MAKES_UP_VIEWS -> new AgreedSuccession();
            case SPOILS -> new NothingInvented();
            case HOARDS, FORGETS_TIMERS -> new BoundedMemory();
        };
    }

    private static SimulatedCluster sabotaged(Saboteur.Bug bug) {
        List<ProtocolProvider> providers = new ArrayList<>(Stacks.ASSEMBLER.providers());
        providers.add(new Saboteur.Provider(bug));
        Assembler assembler = new Assembler(providers, List.of());
        MemberStack stack = (own, all) -> StackBuilder.of(Stacks.DATAGRAM.of(own, all))
                .add(Saboteur.Provider.TYPE.name(), Map.of()).definition();
        return new SimulatedCluster(assembler, stack, 4, SEED)
                .workload(Workload.LIGHT.every(Duration.ofMillis(100)))
                .faults(Scenarios.usualFaults(SEED, 4))
                .simulate();
    }

    @ParameterizedTest
    @EnumSource(Saboteur.Bug.class)
    void noticesWhatIsBroken(Saboteur.Bug bug) {
        SimulatedCluster cluster = sabotaged(bug);
        Promise promise = broken(bug);

        assertThatThrownBy(() -> Promises.check(promise, cluster.history()))
                .isInstanceOf(PromiseBroken.class)
                .hasMessageContaining(promise.id() + " broken in seed " + SEED + " with 4 members")
                .hasMessageContaining("members: [life 0");
    }

    @Test
    void findsNothingWhereNothingIsBroken() {
        SimulatedCluster cluster = new SimulatedCluster(Stacks.ASSEMBLER, Stacks.DATAGRAM, 4, SEED)
                .workload(Workload.LIGHT.every(Duration.ofMillis(100)))
                .faults(Scenarios.usualFaults(SEED, 4));

        assertThatCode(cluster::run).doesNotThrowAnyException();
    }
}
