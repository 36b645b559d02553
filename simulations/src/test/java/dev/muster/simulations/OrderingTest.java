package dev.muster.simulations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.api.LayerDefinition;
import dev.muster.api.StackBuilder;
import dev.muster.api.StackDefinition;
import dev.muster.testkit.history.AgreedOrder;
import dev.muster.testkit.history.CausalDelivery;
import dev.muster.testkit.history.Promise;
import dev.muster.testkit.history.PromiseBroken;
import dev.muster.testkit.history.Promises;
import dev.muster.testkit.history.SafeDelivery;
import dev.muster.testkit.simulation.MemberStack;
import dev.muster.testkit.simulation.Occurrence;
import dev.muster.testkit.simulation.Outcome;
import dev.muster.testkit.simulation.SimulatedCluster;
import dev.muster.testkit.simulation.Workload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The default stack with ordering protocols between FC and FRAG2, under the usual faults. */
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class OrderingTest {

    private static final int SEEDS = 40;
    private static final Workload WORKLOAD = Workload.LIGHT.every(Duration.ofMillis(60)).withOutOfBand(0.05)
            .withLarge(0.01, 150_000);

    /** The shipped stack with more layers right above flow control. */
    static MemberStack with(long seed, String... protocols) {
        return (own, all) -> {
            StackDefinition shipped = Stacks.forSeed(seed).of(own, all);
            List<LayerDefinition> layers = new ArrayList<>(shipped.layers());
            int above = 1 + layers.indexOf(layers.stream().filter(layer -> layer.protocol().equals("FC")).findFirst()
                    .orElseThrow());
            for (String protocol : protocols) {
                layers.add(above++, new LayerDefinition(protocol, List.of(), "test"));
            }
            return new StackDefinition(shipped.origin(), layers, shipped.options());
        };
    }

    private static SimulatedCluster cluster(long seed, String... protocols) {
        return new SimulatedCluster(Stacks.ASSEMBLER, with(seed, protocols), 4, seed)
                .workload(WORKLOAD)
                .faults(Scenarios.usualFaults(seed, 4))
                .times(Duration.ofSeconds(4), Duration.ofSeconds(60), Duration.ofSeconds(4));
    }

    /** Which promises these protocols add, the cluster knows by itself. */
    private static void keep(String promised, List<Promise> further, String... protocols) throws InterruptedException {
        assertThat(ids(cluster(0, protocols).judge())).containsAll(List.of(promised.split(" ")));
        Seeds.run(SEEDS, seed -> cluster(seed, protocols).promising(further.toArray(Promise[]::new)))
                .met(Occurrence.PARTITION, Occurrence.CRASH);
    }

    private static List<String> ids(Outcome outcome) {
        return outcome.promises().stream().map(Promise::id).toList();
    }

    @Test
    void withSequencerAllDeliverInOneOrder() throws InterruptedException {
        keep("O3", List.of(), "SEQUENCER");
    }

    @Test
    void withCausalNothingComesBeforeWhatItDependsOn() throws InterruptedException {
        keep("O2", List.of(), "CAUSAL");
    }

    @Test
    void withSafeNothingIsDeliveredThatASurvivorLacks() throws InterruptedException {
        keep("O4", List.of(), "SAFE");
    }

    @Test
    void aSafeTotalOrderIsBothAndCausal() throws InterruptedException {
        keep("O3 O4", List.of(new CausalDelivery()), "SEQUENCER", "SAFE");
    }

    @Test
    void withoutTheseProtocolsNoneOfThesePromisesIsKept() {
        List<SimulatedCluster> plain = LongStream.range(0, 6).mapToObj(seed -> cluster(seed).simulate()).toList();

        for (Promise promise : List.of(new AgreedOrder(), new CausalDelivery(), new SafeDelivery())) {
            long broken = plain.stream().filter(done -> isBroken(promise, done)).count();
            assertThat(broken).as("runs in which %s is broken", promise.id()).isPositive();
        }
    }

    private static boolean isBroken(Promise promise, SimulatedCluster done) {
        try {
            Promises.check(promise, done.history());
            return false;
        } catch (PromiseBroken expected) {
            return true;
        }
    }
}
