package dev.muster.simulations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.api.Address;
import dev.muster.api.Channel;
import dev.muster.api.ProtocolType;
import dev.muster.api.StackBuilder;
import dev.muster.api.StackDefinition;
import dev.muster.spi.PoolSettings;
import dev.muster.spi.PoolSettings.RejectionPolicy;
import dev.muster.spi.TransportSettings;
import dev.muster.testkit.simulation.FaultSchedule;
import dev.muster.testkit.simulation.FaultSchedule.Crash;
import dev.muster.testkit.simulation.FaultSchedule.Restart;
import dev.muster.testkit.simulation.FaultSchedule.SlowConsumer;
import dev.muster.testkit.simulation.MemberStack;
import dev.muster.testkit.simulation.Outcome;
import dev.muster.testkit.simulation.SimulatedCluster;
import dev.muster.testkit.simulation.Workload;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A member whose application hardly returns from its callbacks, while the others send and one of them dies and comes back: far
 * more waits for it than its queue may hold. It stays a member, the views change, and in the end every promise is kept.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class ApplicationBehindTest {

    private static final int SIZE = 4;
    private static final int SLOW = SIZE - 1;
    private static final int QUEUE = 20;
    private static final Duration BEHIND = Duration.ofSeconds(10);
    private static final Duration BACK = Duration.ofSeconds(40);

    private final Map<String, Long> counters = new LinkedHashMap<>();
    private final List<Address> lives = new ArrayList<>();

    private static MemberStack stack(String transport, RejectionPolicy policy) {
        MemberStack usual = transport.equals("TCP") ? Stacks.TCP : Stacks.DATAGRAM;
        return (own, all) -> withQueues(usual, own, all, policy);
    }

    private static StackDefinition withQueues(MemberStack usual, InetAddress own, List<InetAddress> all,
            RejectionPolicy policy) {
        StackDefinition definition = usual.of(own, all);
        return StackBuilder.of(definition).configure(ProtocolType.of(definition.layers().get(0).protocol()), settings -> {
            for (PoolSettings pool : List.of(TransportSettings.THREAD_POOL, TransportSettings.OOB_THREAD_POOL)) {
                settings.set(pool.queueEnabled(), true).set(pool.queueMaxSize(), QUEUE).set(pool.rejectionPolicy(), policy);
            }
        }).definition();
    }

    private void look(SimulatedCluster cluster) {
        List<Channel> channels = cluster.channels();
        Channel slow = channels.get(channels.size() - 1);
        lives.add(slow.address());
        counters.putAll(slow.counters());
    }

    private Outcome run(String transport, RejectionPolicy policy, long seed) {
        Workload workload = Workload.LIGHT.every(Duration.ofMillis(20)).withOutOfBand(0.3);
        SimulatedCluster cluster = new SimulatedCluster(Stacks.ASSEMBLER, stack(transport, policy), SIZE, seed)
                .workload(workload).faults(new FaultSchedule(List.of(new SlowConsumer(BEHIND, SLOW, Duration.ofSeconds(8)),
                        new Crash(Duration.ofSeconds(16), 1), new Restart(Duration.ofSeconds(24), 1),
                        new SlowConsumer(BACK, SLOW, Duration.ofNanos(20_000)))));
        cluster.simulation().at(BEHIND, () -> look(cluster));
        cluster.simulation().at(BACK, () -> look(cluster));
        Duration end = Duration.ofSeconds(90);
        cluster.simulation().at(end.minusSeconds(1), () -> look(cluster));
        return cluster.times(Duration.ofSeconds(4), end, Duration.ofSeconds(30)).run();
    }

    @ParameterizedTest
    @CsvSource({"TCP,DISCARD", "TCP,ABORT", "TCP,BLOCK", "TCP,RUN", "DATAGRAM,DISCARD", "DATAGRAM,ABORT", "DATAGRAM,BLOCK",
        "DATAGRAM,RUN"})
    void staysAMemberAndGetsEverythingInTheEnd(String transport, RejectionPolicy policy) {
        Outcome outcome = run(transport, policy, 7);

        assertThat(outcome.isInOneView()).isTrue();
        assertThat(lives).as("it never had to come back as another").hasSize(3).containsOnly(lives.get(0));
        boolean refuses = policy == RejectionPolicy.DISCARD || policy == RejectionPolicy.ABORT;
        assertThat(counters.get("CHANNEL.refused_packets") > 0).as("packets were refused").isEqualTo(refuses);
        assertThat(counters.get("CHANNEL.reading_stops") > 0).as("reading stopped").isEqualTo(!refuses);
    }
}
