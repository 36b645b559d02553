package dev.muster.simulations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.api.Channel;
import dev.muster.api.ChannelState;
import dev.muster.api.LayerDefinition;
import dev.muster.api.StackDefinition;
import dev.muster.testkit.history.PrimaryChain;
import dev.muster.testkit.history.PromiseBroken;
import dev.muster.testkit.history.Promises;
import dev.muster.testkit.simulation.FaultSchedule;
import dev.muster.testkit.simulation.LinkQuality;
import dev.muster.testkit.simulation.MemberStack;
import dev.muster.testkit.simulation.Occurrence;
import dev.muster.testkit.simulation.SimulatedCluster;
import dev.muster.testkit.simulation.Workload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Networks that fall apart again and again: at most one part acts, and at the end all do. */
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class PrimaryPartitionTest {

    private static final int SEEDS = 60;

    private static MemberStack stack(long seed, String setting, int value) {
        return (own, all) -> {
            StackDefinition shipped = Stacks.forSeed(seed).of(own, all);
            List<LayerDefinition> layers = new ArrayList<>(shipped.layers());
            int above = 1 + layers.indexOf(layers.stream().filter(layer -> layer.protocol().equals("FC")).findFirst()
                    .orElseThrow());
            layers.add(above, new LayerDefinition("PRIMARY_PARTITION", List.of(
                    new LayerDefinition.Assignment(setting, String.valueOf(value), "test")), "test"));
            return new StackDefinition(shipped.origin(), layers, shipped.options());
        };
    }

    private static SimulatedCluster cluster(long seed, String setting, int value) {
        return new SimulatedCluster(Stacks.ASSEMBLER, stack(seed, setting, value), 5, seed)
                .workload(Workload.LIGHT.every(Duration.ofMillis(150)))
                .faults(FaultSchedule.draw(seed, 5, Duration.ofSeconds(8), Duration.ofSeconds(50),
                        new FaultSchedule.Mix(LinkQuality.BAD, (int) (seed % 2), 1, 4, (int) (seed % 3), 0.25)))
                .times(Duration.ofSeconds(3), Duration.ofSeconds(80), Duration.ofSeconds(4));
    }

    @Test
    void thereAreNeverTwoPrimaryParts() throws InterruptedException {
        AtomicLong others = new AtomicLong();
        List<SimulatedCluster> clusters = Collections.synchronizedList(new ArrayList<>());
        Seeds.run(SEEDS, seed -> {
            SimulatedCluster cluster = cluster(seed, "first_quorum", 3);
            clusters.add(cluster);
            return cluster;
        }).met(Occurrence.PARTITION, Occurrence.CRASH);

        for (SimulatedCluster cluster : clusters) {
            others.addAndGet(cluster.history().lives().stream()
                    .mapToLong(life -> life.views().size() - life.primaryViews().size()).sum());
        }
        assertThat(others.get()).as("views that were not primary").isPositive();
    }

    @Test
    void whenPartitionsHaveHealedAllActAgain() {
        for (long seed = 0; seed < 20; seed++) {
            SimulatedCluster cluster = cluster(seed, "first_quorum", 3).simulate();
            assertThat(cluster.channels()).as("seed %d", seed).extracting(Channel::state)
                    .containsOnly(ChannelState.CONNECTED);
        }
    }

    @Test
    void noticesAQuorumOfLessThanHalf() {
        long broken = LongStream.range(0, 10).filter(seed -> {
            SimulatedCluster cluster = cluster(seed, "quorum", 2).simulate();
            try {
                Promises.check(new PrimaryChain(), cluster.history());
                return false;
            } catch (PromiseBroken expected) {
                return true;
            }
        }).count();

        assertThat(broken).as("runs with two primary parts").isPositive();
    }
}
