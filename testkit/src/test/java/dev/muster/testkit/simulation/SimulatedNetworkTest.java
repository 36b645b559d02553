package dev.muster.testkit.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.spi.Network;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SimulatedNetworkTest {

    private static final int PORT = 7800;

    private final Simulation simulation = new Simulation(11);
    private final Recorder server = new Recorder();
    private final Recorder client = new Recorder();
    private SimulatedEnvironment here;
    private SimulatedEnvironment there;

    /** Notes what happens on a stream. */
    private static final class Recorder implements Network.StreamHandler {
        private final List<String> heard = new ArrayList<>();
        private Network.Stream stream;
        private long bytes;
        private byte last = -1;

        @Override
        public void connected() {
            heard.add("connected");
        }

        @Override
        public void received(ByteBuffer part) {
            while (part.hasRemaining()) {
                byte next = part.get();
                assertThat(next).isEqualTo((byte) (last + 1));
                last = next;
                bytes++;
            }
        }

        @Override
        public void writable() {
            heard.add("writable");
        }

        @Override
        public void closed(Network.CloseReason reason, String detail) {
            heard.add(reason.name());
        }
    }

    @BeforeEach
    void startTwoProcesses() {
        here = simulation.addNode().start();
        there = simulation.addNode().start();
    }

    private InetSocketAddress target() {
        return new InetSocketAddress(there.node().address(), PORT);
    }

    private void serve() throws IOException {
        there.network().listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), PORT), stream -> {
            server.stream = stream;
            return server;
        });
    }

    private void connect(Duration timeout) {
        client.stream = here.network().connect(target(), new Network.StreamOptions(true, 0, 0, timeout.toNanos()), client);
    }

    private void run(long millis) {
        simulation.runUntil(simulation.now().plusMillis(millis));
    }

    private static ByteBuffer[] numbers(int from, int count) {
        ByteBuffer buffer = ByteBuffer.allocate(count);
        for (int index = 0; index < count; index++) {
            buffer.put((byte) (from + index));
        }
        return new ByteBuffer[] {buffer.flip()};
    }

    @Test
    void carriesBytesInOrderAlsoOverABadLink() throws IOException {
        simulation.quality(LinkQuality.BAD);
        serve();
        connect(Duration.ofSeconds(2));
        run(500);
        for (int part = 0; part < 50; part++) {
            assertThat(client.stream.write(numbers(part * 7, 7), 1)).isEqualTo(7);
        }
        run(5_000);

        assertThat(client.heard).containsExactly("connected");
        assertThat(server.bytes).isEqualTo(350);
    }

    @Test
    void refusesConnectionsWhereNobodyListens() {
        connect(Duration.ofSeconds(2));
        run(10);

        assertThat(client.heard).containsExactly("REFUSED");
    }

    @Test
    void letsConnectionsTimeOutAcrossAPartition() throws IOException {
        serve();
        simulation.partition(List.of(List.of(0), List.of(1)));
        connect(Duration.ofSeconds(2));
        run(1_999);
        assertThat(client.heard).isEmpty();
        run(2);

        assertThat(client.heard).containsExactly("TIMED_OUT");
    }

    @Test
    void tellsThePeerSoonThatAProcessDied() throws IOException {
        serve();
        connect(Duration.ofSeconds(2));
        run(10);
        there.node().crash();
        run(10);

        assertThat(client.heard).containsExactly("connected", "CLOSED_BY_PEER");
        assertThat(server.heard).isEmpty();
    }

    @Test
    void takesNoMoreThanItsBuffersHoldAndTellsWhenThereIsRoom() throws IOException {
        serve();
        connect(Duration.ofSeconds(2));
        run(10);
        server.stream.wantReadable(false);
        ByteBuffer[] much = numbers(0, 1_000_000);
        long taken = client.stream.write(much, 1);
        client.stream.wantWritable(true);
        run(100);

        assertThat(taken).isBetween(1L, 999_999L);
        assertThat(client.heard).containsExactly("connected");
        server.stream.wantReadable(true);
        run(100);
        assertThat(client.heard).containsExactly("connected", "writable");
        assertThat(server.bytes).isEqualTo(taken);
    }

    @Test
    void standsStillDuringAPartitionAndGoesOnAfterIt() throws IOException {
        serve();
        connect(Duration.ofSeconds(2));
        run(10);
        simulation.partition(List.of(List.of(0), List.of(1)));
        client.stream.write(numbers(0, 10), 1);
        run(3_000);
        assertThat(server.bytes).isZero();
        simulation.heal();
        client.stream.write(numbers(10, 10), 1);
        run(1_000);

        assertThat(server.bytes).isEqualTo(20);
        assertThat(simulation.count(Occurrence.STALL)).isEqualTo(1);
    }

    @Test
    void leavesAStreamHalfOpenAfterALongPartition() throws IOException {
        serve();
        connect(Duration.ofSeconds(2));
        run(10);
        simulation.partition(List.of(List.of(0), List.of(1)));
        client.stream.write(numbers(0, 10), 1);
        run(25_000);
        assertThat(client.heard).containsExactly("connected", "FAILED");
        assertThat(server.heard).isEmpty();

        simulation.heal();
        server.stream.write(numbers(0, 1), 1);
        run(1_000);
        assertThat(server.heard).containsExactly("FAILED");
    }

    @Test
    void holdsEverythingForAPausedProcess() throws IOException {
        serve();
        there.schedule(Duration.ofMillis(50).toNanos(), () -> server.heard.add("timer " + there.nowNanos() / 1_000_000));
        there.node().pause(Duration.ofSeconds(1));
        connect(Duration.ofSeconds(2));
        run(500);
        client.stream.write(numbers(0, 10), 1);
        run(400);
        assertThat(client.heard).containsExactly("connected");
        assertThat(server.heard).isEmpty();
        run(200);

        assertThat(server.heard).containsExactly("timer 2000");
        assertThat(server.bytes).isEqualTo(10);
    }

    @Test
    void losesRepeatsAndReordersDatagrams() throws IOException {
        simulation.quality(LinkQuality.BAD);
        List<Integer> got = new ArrayList<>();
        there.network().openDatagrams(new InetSocketAddress(PORT), (datagram, remote) -> got.add(datagram.getInt()));
        Network.Datagrams socket = here.network().openDatagrams(new InetSocketAddress(0), (datagram, remote) -> { });
        for (int number = 0; number < 1_000; number++) {
            socket.send(ByteBuffer.allocate(4).putInt(number).flip(), target());
        }
        run(1_000);

        assertThat(simulation.count(Occurrence.LOSS)).isBetween(50L, 150L);
        assertThat(simulation.count(Occurrence.DUPLICATE)).isBetween(5L, 50L);
        assertThat(got).hasSize((int) (1_000 - simulation.count(Occurrence.LOSS) + simulation.count(Occurrence.DUPLICATE)));
        assertThat(got).isNotEqualTo(got.stream().sorted().toList());
    }

    @Test
    void keepsDatagramsThatNobodyReadsInOrderAndLosesWhatDoesNotFit() throws IOException {
        List<Integer> got = new ArrayList<>();
        Network.Datagrams receiver = there.network().openDatagrams(new InetSocketAddress(PORT),
                (datagram, remote) -> got.add(datagram.getInt()));
        Network.Datagrams socket = here.network().openDatagrams(new InetSocketAddress(0), (datagram, remote) -> { });
        receiver.wantReadable(false);
        for (int number = 0; number < 3_000; number++) {
            socket.send(ByteBuffer.allocate(4).putInt(number).flip(), target());
            run(1);
        }
        assertThat(got).isEmpty();

        receiver.wantReadable(true);
        socket.send(ByteBuffer.allocate(4).putInt(3_000).flip(), target());
        run(100);

        assertThat(got).hasSize(2_001).isSorted().startsWith(0).endsWith(3_000);
        assertThat(simulation.count(Occurrence.LOSS)).isEqualTo(1_000);
    }

    private static final InetSocketAddress GROUP = new InetSocketAddress("228.11.11.11", 45_588);

    private List<Integer> subscribed(SimulatedEnvironment process) throws IOException {
        List<Integer> got = new ArrayList<>();
        process.network().subscribe(GROUP, process.network().interfaces(), Network.DatagramOptions.NONE,
                (datagram, remote) -> got.add(datagram.getInt()));
        return got;
    }

    private static void multicast(SimulatedEnvironment from, int count) throws IOException {
        Network.Datagrams socket = from.network().openDatagrams(new InetSocketAddress(0), (datagram, remote) -> { });
        for (int number = 0; number < count; number++) {
            socket.send(ByteBuffer.allocate(4).putInt(number).flip(), GROUP);
        }
    }

    @Test
    void oneMulticastReachesEverybodyInTheGroupTheSenderToo() throws IOException {
        SimulatedEnvironment outside = simulation.addNode().start();
        List<Integer> outsider = new ArrayList<>();
        outside.network().subscribe(new InetSocketAddress(GROUP.getAddress(), 1), List.of(outside.node().address()),
                Network.DatagramOptions.NONE, (datagram, remote) -> outsider.add(datagram.getInt()));
        List<Integer> own = subscribed(here);
        List<Integer> other = subscribed(there);
        multicast(here, 1);
        run(10);

        assertThat(own).containsExactly(0);
        assertThat(other).containsExactly(0);
        assertThat(outsider).isEmpty();
    }

    @Test
    void aMulticastIsLostByEachReceiverForItself() throws IOException {
        simulation.quality(LinkQuality.GOOD.withLoss(0.5));
        List<Integer> own = subscribed(here);
        List<Integer> other = subscribed(there);
        multicast(here, 1_000);
        run(1_000);

        assertThat(own).hasSizeBetween(400, 600);
        assertThat(other).hasSizeBetween(400, 600).isNotEqualTo(own);
    }

    @Test
    void whoIsCutOffOrHasLeftTheGroupGetsNoMulticast() throws IOException {
        List<Integer> cutOff = subscribed(there);
        simulation.cut(0, 1);
        multicast(here, 1);
        run(10);
        simulation.mend(0, 1);
        there.node().crash();
        SimulatedEnvironment next = there.node().start();
        multicast(here, 1);
        run(10);
        assertThat(cutOff).isEmpty();

        List<Integer> got = new ArrayList<>();
        next.network().subscribe(GROUP, next.network().interfaces(), Network.DatagramOptions.NONE,
                (datagram, remote) -> got.add(datagram.getInt())).close();
        multicast(here, 1);
        run(10);
        assertThat(got).isEmpty();
    }

    @Test
    void onlyMulticastAddressesCanBeJoined() {
        assertThatThrownBy(() -> here.network().subscribe(new InetSocketAddress("10.0.0.1", 1),
                here.network().interfaces(), Network.DatagramOptions.NONE, (datagram, remote) -> { }))
                .isInstanceOf(IOException.class).hasMessageContaining("no multicast address");
    }

    @Test
    void cutsOneWayOnly() throws IOException {
        List<String> got = new ArrayList<>();
        Network.Datagrams there1 = there.network().openDatagrams(new InetSocketAddress(PORT),
                (datagram, remote) -> got.add("there"));
        Network.Datagrams here1 = here.network().openDatagrams(new InetSocketAddress(PORT),
                (datagram, remote) -> got.add("here"));
        simulation.cut(0, 1);
        here1.send(ByteBuffer.allocate(4), there1.local());
        there1.send(ByteBuffer.allocate(4), here1.local());
        run(10);

        assertThat(got).containsExactly("here");
    }

    @Test
    void crashesAProcessInTheMiddleOfItsSends() throws IOException {
        List<Integer> got = new ArrayList<>();
        there.network().openDatagrams(new InetSocketAddress(PORT), (datagram, remote) -> got.add(datagram.getInt()));
        Network.Datagrams socket = here.network().openDatagrams(new InetSocketAddress(0), (datagram, remote) -> { });
        here.node().crashAfterSends(3);
        for (int number = 0; number < 10; number++) {
            socket.send(ByteBuffer.allocate(4).putInt(number).flip(), target());
        }
        run(10);

        assertThat(got).containsExactlyInAnyOrder(0, 1, 2);
        assertThat(here.isAlive()).isFalse();
        assertThat(simulation.node(0).start().life()).isEqualTo(1);
    }

    @Test
    void spoilsWritesSoThatTheirFirstByteTellsAndBreaksStreams() throws IOException {
        serve();
        connect(Duration.ofSeconds(2));
        run(10);
        simulation.flaws(0, 1, 0, 65_507);
        client.stream.write(numbers(0, 10), 1);
        run(10);
        assertThat(client.heard).containsExactly("connected", "FAILED");
        assertThat(server.heard).containsExactly("FAILED");
        assertThat(server.bytes).isEqualTo(5);
        assertThat(simulation.count(Occurrence.TRUNCATED)).isEqualTo(1);
    }

    @Test
    void spoilsShortensAndRenewsDatagrams() throws IOException {
        List<ByteBuffer> got = new ArrayList<>();
        there.network().openDatagrams(new InetSocketAddress(PORT), (datagram, remote) -> got.add(datagram.slice()));
        Network.Datagrams socket = here.network().openDatagrams(new InetSocketAddress(0), (datagram, remote) -> { });
        byte[] packet = new byte[100];
        simulation.flaws(1, 0, 0, 200);
        socket.send(ByteBuffer.wrap(packet), target());
        run(10);
        assertThat(got.remove(0).get(0)).isNotZero();
        simulation.flaws(0, 1, 0, 200);
        socket.send(ByteBuffer.wrap(packet), target());
        run(10);
        assertThat(got.remove(0).remaining()).isLessThan(30);
        simulation.flaws(0, 0, 1, 200);
        socket.send(ByteBuffer.wrap(packet), target());
        run(10);
        assertThat(got).extracting(datagram -> datagram.get(2)).containsExactlyInAnyOrder((byte) 0, (byte) 1);
        simulation.flaws(0, 0, 0, 99);
        socket.send(ByteBuffer.wrap(packet), target());
        run(10);
        assertThat(got).hasSize(2);
        assertThat(simulation.count(Occurrence.TOO_LARGE_FOR_PATH)).isEqualTo(1);
    }

    @Test
    void closesNothingWhenAHostVanishesAndResetsOnceItIsBack() throws IOException {
        serve();
        connect(Duration.ofSeconds(2));
        run(10);
        there.node().vanish();
        client.stream.write(numbers(0, 10), 1);
        run(5_000);
        assertThat(client.heard).containsExactly("connected");
        connect(Duration.ofSeconds(1));
        run(1_001);
        assertThat(client.heard).containsExactly("connected", "TIMED_OUT");
        assertThat(simulation.count(Occurrence.CONNECT_HANGS)).isEqualTo(1);
        simulation.node(1).start();
        run(1_000);

        assertThat(client.heard).containsExactly("connected", "TIMED_OUT", "FAILED");
        assertThat(server.heard).isEmpty();
    }

    @Test
    void letsASlowProcessTakeItsTimeForEachEvent() {
        List<Long> times = new ArrayList<>();
        here.node().slow(100);
        for (int task = 0; task < 3; task++) {
            here.execute(() -> times.add(here.nowNanos()));
        }
        run(10);

        assertThat(times.get(1) - times.get(0)).isEqualTo(2_000_000);
        assertThat(times.get(2) - times.get(1)).isEqualTo(2_000_000);
    }

    @Test
    void letsTheWallClockJumpAndNothingElse() {
        long before = here.wallMillis();
        here.node().jumpClock(Duration.ofHours(-1));
        assertThat(here.wallMillis()).isEqualTo(before - 3_600_000);
        assertThat(here.nowNanos()).isEqualTo(there.nowNanos());
    }

    @Test
    void bringsBackWhatAFormerLifeSaid() throws IOException {
        List<Integer> got = new ArrayList<>();
        there.network().openDatagrams(new InetSocketAddress(PORT), (datagram, remote) -> got.add(datagram.getInt()));
        here.node().haunt();
        here.network().openDatagrams(new InetSocketAddress(0), (datagram, remote) -> { })
                .send(ByteBuffer.allocate(4).putInt(7).flip(), target());
        run(10);
        here.node().crash();
        here.node().start();
        run(3_000);

        assertThat(got).containsExactly(7, 7);
        assertThat(simulation.count(Occurrence.PREVIOUS_LIFE)).isEqualTo(1);
    }

    @Test
    void refusesToBindTwice() throws IOException {
        serve();
        assertThatThrownBy(this::serve).isInstanceOf(IOException.class).hasMessageContaining("in use");
    }

    @Test
    void givesEqualHashesForEqualSeedsOnly() throws IOException {
        assertThat(hashOf(5)).isEqualTo(hashOf(5)).isNotEqualTo(hashOf(6));
    }

    private static String hashOf(long seed) throws IOException {
        Simulation world = new Simulation(seed);
        world.quality(LinkQuality.BAD);
        SimulatedEnvironment a = world.addNode().start();
        SimulatedEnvironment b = world.addNode().start();
        Network.Datagrams to = b.network().openDatagrams(new InetSocketAddress(PORT), (datagram, remote) -> { });
        Network.Datagrams from = a.network().openDatagrams(new InetSocketAddress(PORT), (datagram, remote) -> { });
        for (int number = 0; number < 100; number++) {
            from.send(ByteBuffer.allocate(8).putLong(a.newRandom().nextLong()).flip(), to.local());
        }
        world.runUntil(Duration.ofSeconds(1));
        return world.hash();
    }
}
