package dev.muster.fuzzing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.api.ProtocolType;
import dev.muster.spi.MalformedException;
import dev.muster.spi.Network;
import dev.muster.spi.PacketCodec;
import dev.muster.testkit.fuzz.Mutator;
import dev.muster.testkit.fuzz.WireTap;
import dev.muster.testkit.history.Promises;
import dev.muster.testkit.simulation.DatagramTransport;
import dev.muster.testkit.simulation.SimulatedCluster;
import dev.muster.testkit.simulation.SimulatedEnvironment;
import dev.muster.testkit.simulation.Workload;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/**
 * A group at work while a stranger sends it garbage. Of bytes that are no packet, and of packets that are none of its
 * business: every promise holds, nobody is removed, no protocol fails. Of packets in the name of members, damaged or sent
 * again: that is a forgery, which nobody can tell without a key, so it may break promises; but no protocol fails.
 */
class LiveGroupTest {

    private static final int MEMBERS = 3;
    private static final int PORT = 7800;
    private static final int LONGEST = 2_000;
    private static final int CLUSTER_OFFSET = 4;
    private static final int FORGERIES = 5;
    private static final int LISTENED_EVERY = 1_000;
    private static final Duration LENGTH = Duration.ofSeconds(30);
    private static final Duration BETWEEN = Duration.ofMillis(10);

    private final Mutator mutator = new Mutator(Sizes.SEED, Material.TAP.packets(), LONGEST);
    private final PacketCodec codec = Material.TAP.codec();
    private final long perTick = Math.max(1, Sizes.INPUTS / 20 / (LENGTH.toMillis() / BETWEEN.toMillis()));

    /** What can be read is made to belong to another cluster. */
    private byte[] garbage() {
        byte[] bytes = mutator.next();
        try {
            codec.decode(bytes, 0, bytes.length);
            bytes[CLUSTER_OFFSET] ^= 0x55;
        } catch (MalformedException e) {
            return bytes;
        }
        return bytes;
    }

    private SimulatedCluster group(ProtocolType transport) {
        return new SimulatedCluster(Material.ASSEMBLER, Material.on(transport), MEMBERS, Sizes.SEED)
                .workload(Workload.LIGHT.every(Duration.ofMillis(20)).withLarge(0.01, 150_000))
                .times(Duration.ofSeconds(1), LENGTH, Duration.ofSeconds(3));
    }

    private void disturb(SimulatedCluster group, Consumer<SimulatedEnvironment> tick) {
        simulate(group, BETWEEN, tick);
        Promises.check(group.history());
        assertThat(group.isInOneView()).isTrue();
        assertThat(group.channels()).hasSize(MEMBERS).allSatisfy(channel ->
                assertThat(channel.view().id().counter()).as("views: joins only").isLessThanOrEqualTo(MEMBERS));
    }

    private static void simulate(SimulatedCluster group, Duration from, Consumer<SimulatedEnvironment> tick) {
        SimulatedEnvironment stranger = group.simulation().addNode().start();
        for (Duration at = from; at.compareTo(LENGTH) < 0; at = at.plus(BETWEEN)) {
            group.simulation().at(at, () -> tick.accept(stranger));
        }
        group.simulate();
        group.channels().forEach(channel -> channel.counters().forEach((name, value) -> {
            if (name.endsWith(".failures")) {
                assertThat(value).as(name).isZero();
            }
        }));
    }

    private static InetSocketAddress member(SimulatedCluster group, int index) {
        return new InetSocketAddress(group.simulation().node(index).address(), PORT);
    }

    @Test
    void datagramsOfGarbageDoNotDisturbAGroup() throws IOException {
        SimulatedCluster group = group(DatagramTransport.TYPE);
        Network.Datagrams[] socket = new Network.Datagrams[1];
        disturb(group, stranger -> {
            socket[0] = socket[0] == null ? opened(stranger) : socket[0];
            for (int count = 0; count < perTick; count++) {
                socket[0].send(ByteBuffer.wrap(garbage()), member(group, count % MEMBERS));
            }
        });
    }

    @Test
    void packetsInTheNameOfMembersMakeNoProtocolFail() {
        for (long seed = 1; seed <= FORGERIES; seed++) {
            WireTap tap = new WireTap();
            SimulatedCluster group = new SimulatedCluster(Material.ASSEMBLER.with(tap), Material.on(WireTap.TYPE), MEMBERS, seed)
                    .workload(Workload.LIGHT.every(Duration.ofMillis(20)).withLarge(0.01, 150_000).withStates())
                    .times(Duration.ofSeconds(1), LENGTH, Duration.ofSeconds(3));
            Forger forger = new Forger(tap, seed);
            simulate(group, Duration.ofSeconds(5), stranger -> {
                for (int count = 0; count < perTick; count++) {
                    forger.send(stranger, member(group, count % MEMBERS));
                }
            });
            assertThat(forger.sent).isPositive();
        }
    }

    /** Sends what members have sent, damaged a little: right cluster, known source, views of this very group. */
    private static final class Forger {
        private final WireTap tap;
        private final long seed;
        private Network.Datagrams socket;
        private Mutator mutator;
        private long sent;

        Forger(WireTap tap, long seed) {
            this.tap = tap;
            this.seed = seed;
        }

        void send(SimulatedEnvironment from, InetSocketAddress to) {
            if (sent % LISTENED_EVERY == 0) {
                mutator = new Mutator(seed + sent, tap.packets(), LONGEST);
            }
            socket = socket == null ? opened(from) : socket;
            socket.send(ByteBuffer.wrap(mutator.next()), to);
            sent++;
        }
    }

    private static Network.Datagrams opened(SimulatedEnvironment stranger) {
        try {
            return stranger.network().openDatagrams(new InetSocketAddress(0), (datagram, remote) -> { });
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void streamsOfGarbageDoNotDisturbAGroup() {
        SimulatedCluster group = group(ProtocolType.of("TCP"));
        Network.StreamOptions options = new Network.StreamOptions(true, 0, 0, Duration.ofSeconds(1).toNanos());
        disturb(group, stranger -> {
            for (int count = 0; count < Math.max(1, perTick / 10); count++) {
                Talker talker = new Talker(garbage());
                talker.stream = stranger.network().connect(member(group, count % MEMBERS), options, talker);
            }
        });
    }

    /** Says one thing and hangs up. */
    private static final class Talker implements Network.StreamHandler {
        private final byte[] bytes;
        private Network.Stream stream;

        Talker(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public void connected() {
            stream.write(new ByteBuffer[] {ByteBuffer.wrap(bytes)}, 1);
            stream.close();
        }

        @Override
        public void received(ByteBuffer ignored) {
            ignored.position(ignored.limit());
        }

        @Override
        public void closed(Network.CloseReason reason, String detail) {
            stream = null;
        }
    }
}
