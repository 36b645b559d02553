package dev.muster.simulations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.testkit.simulation.Occurrence;
import dev.muster.testkit.simulation.SimulatedCluster;
import dev.muster.testkit.simulation.Workload;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The shipped stack over UDP: a multicast is lost by each receiver for itself. */
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class MulticastTest {

    @Test
    void threeMembersKeepEveryPromise() throws InterruptedException {
        Workload workload = Workload.LIGHT.every(Duration.ofMillis(200)).withLarge(0.01, 150_000).withOutOfBand(0.1);
        Scenarios.run(40, seed -> Scenarios.usual(seed, 3, "udp", workload)).met(Occurrence.LOSS, Occurrence.DUPLICATE,
                Occurrence.REORDERING, Occurrence.PARTITION, Occurrence.CRASH, Occurrence.RESTART);
    }

    @Test
    void underFaultsOfAnyKindFiveMembersKeepEveryPromise() throws InterruptedException {
        Scenarios.run(40, seed -> Scenarios.swarm(seed, 5, "udp")).met(Occurrence.FUTURE_VERSION, Occurrence.CORRUPTED,
                Occurrence.PAUSE);
    }

    @Test
    void aGroupPacketIsSentOnceForAllMembers() {
        SimulatedCluster cluster = new SimulatedCluster(Stacks.ASSEMBLER, Stacks.UDP, 5, 1)
                .workload(Workload.LIGHT.every(Duration.ofMillis(20)))
                .times(Duration.ofSeconds(4), Duration.ofSeconds(14), Duration.ofSeconds(2)).simulate();
        long sent = counted(cluster, "UDP.packets_sent");
        long received = counted(cluster, "UDP.packets_received");
        assertThat(received).as("received by four others for each that was sent").isGreaterThan(2 * sent);
        cluster.check();
    }

    private static long counted(SimulatedCluster cluster, String counter) {
        return cluster.channels().stream().mapToLong(channel -> channel.counters().get(counter)).sum();
    }
}
