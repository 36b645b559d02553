package dev.muster.simulations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.api.LayerDefinition;
import dev.muster.api.StackBuilder;
import dev.muster.api.StackDefinition;
import dev.muster.security.Encrypt;
import dev.muster.security.KeyFile;
import dev.muster.security.KeyRing;
import dev.muster.security.PreSharedKey;
import dev.muster.testkit.simulation.MemberStack;
import dev.muster.testkit.simulation.Occurrence;
import dev.muster.testkit.simulation.SimulatedCluster;
import dev.muster.testkit.simulation.Workload;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The default stack with ENCRYPT right above the transport, under the usual faults; with keys that change, too. */
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class EncryptedClusterTest {

    private static final int SEEDS = 20;
    private static final Workload WORKLOAD = Workload.LIGHT.every(Duration.ofMillis(100)).withLarge(0.01, 150_000)
            .withOutOfBand(0.05).withStates();

    @TempDir
    private Path folder;

    private static PreSharedKey key(long seed) {
        byte[] bytes = new byte[PreSharedKey.BYTES];
        new SplittableRandom(seed).nextBytes(bytes);
        return PreSharedKey.of(bytes);
    }

    private static void write(KeyFile file, KeyRing keys) {
        try {
            file.write(keys);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** With ENCRYPT right above the transport. */
    static MemberStack encrypted(MemberStack plain, Path keys) {
        return (own, all) -> {
            StackDefinition definition = plain.of(own, all);
            List<LayerDefinition> layers = new ArrayList<>(definition.layers());
            layers.add(1, new LayerDefinition(Encrypt.TYPE.name(), List.of(), "test"));
            return StackBuilder.of(new StackDefinition(definition.origin(), layers, definition.options()))
                    .configure(Encrypt.TYPE, s -> s.set(Encrypt.KEY_FILE, keys.toString())).definition();
        };
    }

    private SimulatedCluster cluster(long seed, MemberStack plain, Path keys) {
        write(new KeyFile(keys), KeyRing.of(key(1)));
        return new SimulatedCluster(Stacks.ASSEMBLER, encrypted(plain, keys), 3, seed)
                .workload(WORKLOAD)
                .times(Duration.ofSeconds(4), Duration.ofSeconds(60), Duration.ofSeconds(4));
    }

    private SimulatedCluster troubled(long seed, MemberStack plain, String name) {
        return cluster(seed, plain, folder.resolve(name + seed)).faults(Scenarios.usualFaults(seed, 3));
    }

    @Test
    void overDatagramsEveryPromiseIsKept() throws InterruptedException {
        Seeds.run(SEEDS, seed -> troubled(seed, Stacks.DATAGRAM, "datagrams"))
                .met(Occurrence.LOSS, Occurrence.DUPLICATE, Occurrence.REORDERING, Occurrence.PARTITION, Occurrence.RESTART);
    }

    /** Questions of discovery are sealed multicasts, too. */
    @Test
    void overMulticastEveryPromiseIsKept() throws InterruptedException {
        Seeds.run(SEEDS, seed -> troubled(seed, Stacks.UDP, "multicasts"))
                .met(Occurrence.LOSS, Occurrence.DUPLICATE, Occurrence.REORDERING, Occurrence.PARTITION, Occurrence.RESTART);
    }

    @Test
    void overStreamsEveryPromiseIsKept() throws InterruptedException {
        Seeds.run(SEEDS, seed -> troubled(seed, Stacks.TCP, "streams"))
                .met(Occurrence.PARTITION, Occurrence.RESTART, Occurrence.STALL);
    }

    /** The three steps of a rotation, each when all have read the one before; the old key is gone in the end. */
    private SimulatedCluster rotating(long seed, MemberStack plain, String name) {
        Path keys = folder.resolve(name + seed);
        SimulatedCluster cluster = cluster(seed, plain, keys);
        KeyFile file = new KeyFile(keys);
        PreSharedKey next = key(2);
        KeyRing both = KeyRing.of(key(1)).with(next);
        cluster.simulation().at(Duration.ofSeconds(8), () -> write(file, both));
        cluster.simulation().at(Duration.ofSeconds(20), () -> write(file, both.sealingWith(next.id())));
        cluster.simulation().at(Duration.ofSeconds(32), () -> write(file, KeyRing.of(next)));
        return cluster;
    }

    /** No fault here, so whoever was removed, or missed a message, was harmed by the rotation. */
    private static void assertNobodyIsHarmed(SimulatedCluster cluster) {
        AtomicInteger looked = new AtomicInteger();
        cluster.simulation().at(Duration.ofSeconds(59), () -> {
            looked.incrementAndGet();
            assertThat(cluster.channels()).hasSize(3).allSatisfy(channel -> {
                assertThat(channel.view().size()).isEqualTo(3);
                assertThat(channel.view().id().counter()).as("views").isLessThanOrEqualTo(3);
                assertThat(channel.counters()).containsEntry("ENCRYPT.keys", 1L)
                        .containsEntry("ENCRYPT.dropped_unauthenticated", 0L).containsEntry("ENCRYPT.dropped_unknown_key", 0L);
            });
        });
        cluster.run();
        assertThat(looked).hasValue(1);
    }

    @Test
    void keysAreReplacedWhileTheGroupWorksAndNothingIsLost() {
        for (long seed = 0; seed < SEEDS; seed++) {
            assertNobodyIsHarmed(rotating(seed, (seed & 1) == 0 ? Stacks.DATAGRAM : Stacks.TCP, "rotation"));
        }
    }

    @Test
    void keysAreReplacedAmongFaults() throws InterruptedException {
        Seeds.run(SEEDS, seed -> rotating(seed, Stacks.forSeed(seed), "trouble").faults(Scenarios.usualFaults(seed, 3)));
    }
}
