package dev.muster.simulations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.api.ProtocolType;
import dev.muster.api.Settings;
import dev.muster.api.StackBuilder;
import dev.muster.router.Router;
import dev.muster.router.RouterCounter;
import dev.muster.router.RouterSettings;
import dev.muster.security.KeyFile;
import dev.muster.security.KeyRing;
import dev.muster.security.PreSharedKey;
import dev.muster.testkit.simulation.FaultSchedule;
import dev.muster.testkit.simulation.LinkQuality;
import dev.muster.testkit.simulation.MemberStack;
import dev.muster.testkit.simulation.SimulatedCluster;
import dev.muster.testkit.simulation.SimulatedNode;
import dev.muster.testkit.simulation.Workload;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Members that know nothing but routers, which run in the same simulation and suffer with them. */
class TunnelTest {

    private static final int MEMBERS = 3;
    private static final int PORT = 12_001;

    private final List<Router> routers = new ArrayList<>();
    /** Of routers that members with ENCRYPT go through. */
    private Path keys;

    /** The nodes of routers come after those of members and one that the cluster keeps for itself. */
    private static String host(int router) {
        return "127.1.0." + (MEMBERS + 2 + router);
    }

    private static MemberStack stack(int count) {
        List<String> hosts = new ArrayList<>();
        for (int router = 0; router < count; router++) {
            hosts.add(host(router) + "[" + PORT + "]");
        }
        String all = String.join(",", hosts);
        return (own, contacts) -> StackBuilder.of(Stacks.TCP.of(own, contacts))
                .replace(ProtocolType.of("TCP"), "TUNNEL", Map.of("bind_addr", own.getHostAddress(),
                        "gossip_router_hosts", all))
                .replace(ProtocolType.of("TCPPING"), "TCPGOSSIP", Map.of("initial_hosts", all)).definition();
    }

    private SimulatedCluster cluster(long seed, int routerCount) {
        return cluster(seed, routerCount, stack(routerCount));
    }

    private SimulatedCluster cluster(long seed, int routerCount, MemberStack stack) {
        SimulatedCluster cluster = new SimulatedCluster(Stacks.ASSEMBLER, stack, MEMBERS, seed)
                .workload(Workload.LIGHT).times(Duration.ofSeconds(3), Duration.ofSeconds(70), Duration.ofSeconds(5));
        for (int router = 0; router < routerCount; router++) {
            SimulatedNode node = cluster.simulation().addNode();
            assertThat(node.address().getHostAddress()).isEqualTo(host(router));
            routers.add(null);
            start(node, router);
        }
        return cluster;
    }

    private void start(SimulatedNode node, int router) {
        Settings settings = new Settings().set(RouterSettings.PORT, PORT).set(RouterSettings.BIND_ADDR, host(router));
        if (keys != null) {
            settings.set(RouterSettings.KEY_FILE, keys.toString());
        }
        routers.set(router, new Router(settings, node.start()));
        routers.get(router).startAsync();
    }

    /** A router dies, and comes back some time later. */
    private void restart(SimulatedCluster cluster, int router, Duration at, Duration away) {
        SimulatedNode node = cluster.simulation().node(MEMBERS + 1 + router);
        cluster.simulation().at(at, node::crash);
        cluster.simulation().at(at.plus(away), () -> start(node, router));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void aGroupFormsWorksAndOutlivesCrashesThroughARouter(long seed) {
        FaultSchedule.Mix mix = new FaultSchedule.Mix(LinkQuality.GOOD, 1, 0, 0, 0, 0);
        SimulatedCluster cluster = cluster(seed, 1)
                .faults(FaultSchedule.draw(seed, MEMBERS, Duration.ofSeconds(10), Duration.ofSeconds(30), mix));
        assertThat(cluster.run().isInOneView()).isTrue();
        assertThat(routers.get(0).counters().get(RouterCounter.MULTICASTS)).isPositive();
        assertThat(routers.get(0).counters().get(RouterCounter.MALFORMED)).isZero();
    }

    @Test
    void aShortAbsenceOfTheOnlyRouterRemovesNobody() {
        SimulatedCluster cluster = cluster(11, 1);
        restart(cluster, 0, Duration.ofSeconds(20), Duration.ofMillis(200));
        cluster.simulation().at(Duration.ofSeconds(19), () -> assertThat(cluster.isInOneView()).isTrue());
        long[] before = new long[1];
        cluster.simulation().at(Duration.ofSeconds(19), () -> before[0] = cluster.channels().get(0).view().id().counter());
        cluster.simulation().at(Duration.ofSeconds(60), () ->
                assertThat(cluster.channels().get(0).view().id().counter()).isEqualTo(before[0]));
        cluster.run();
    }

    /** TUNNEL writes nothing while it has no router, and does not know what was on its way when it lost it. */
    @Test
    void whatGoesToOneMemberWhileTheOnlyRouterIsAwayArrivesWhenItIsBack() {
        SimulatedCluster cluster = cluster(12, 1).workload(ReconnectTest.TO_ONE_MEMBER);
        restart(cluster, 0, Duration.ofSeconds(20), Duration.ofMillis(500));
        ReconnectTest.demandResends(cluster, Duration.ofMillis(19_900), Duration.ofSeconds(30));
        cluster.run();
    }

    @ParameterizedTest
    @ValueSource(longs = {21, 22, 23})
    void afterALongAbsenceOfTheOnlyRouterMembersMeetAgain(long seed) {
        SimulatedCluster cluster = cluster(seed, 1);
        restart(cluster, 0, Duration.ofSeconds(15), Duration.ofSeconds(12));
        assertThat(cluster.run().isInOneView()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(longs = {31, 32, 33})
    void oneOfTwoRoutersIsEnoughWhicheverIsAway(long seed) {
        SimulatedCluster cluster = cluster(seed, 2);
        restart(cluster, 0, Duration.ofSeconds(12), Duration.ofSeconds(12));
        restart(cluster, 1, Duration.ofSeconds(32), Duration.ofSeconds(12));
        long[] before = new long[1];
        cluster.simulation().at(Duration.ofSeconds(11), () -> before[0] = cluster.channels().get(0).view().id().counter());
        cluster.simulation().at(Duration.ofSeconds(60), () ->
                assertThat(cluster.channels().get(0).view().id().counter()).isEqualTo(before[0]));
        assertThat(cluster.run().isInOneView()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(longs = {41, 42, 43})
    void aRouterThatIsStuckDelaysNobodyWhoHasAnother(long seed) {
        SimulatedCluster cluster = cluster(seed, 2);
        cluster.simulation().at(Duration.ofSeconds(12), () -> cluster.simulation().node(MEMBERS + 1).pause(Duration.ofSeconds(9)));
        cluster.simulation().at(Duration.ofSeconds(32), () -> cluster.simulation().node(MEMBERS + 2).pause(Duration.ofSeconds(25)));
        long[] before = new long[1];
        cluster.simulation().at(Duration.ofSeconds(11), () -> before[0] = cluster.channels().get(0).view().id().counter());
        cluster.simulation().at(Duration.ofSeconds(60), () ->
                assertThat(cluster.channels().get(0).view().id().counter()).isEqualTo(before[0]));
        assertThat(cluster.run().isInOneView()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(longs = {51, 52})
    void aGroupWithAKeyGoesThroughRoutersThatHaveIt(long seed, @TempDir Path folder) throws IOException {
        keys = folder.resolve("group.key");
        byte[] key = new byte[PreSharedKey.BYTES];
        new SplittableRandom(seed).nextBytes(key);
        new KeyFile(keys).write(KeyRing.of(PreSharedKey.of(key)));
        SimulatedCluster cluster = cluster(seed, 2, EncryptedClusterTest.encrypted(stack(2), keys));
        restart(cluster, 0, Duration.ofSeconds(12), Duration.ofSeconds(12));
        assertThat(cluster.run().isInOneView()).isTrue();
        assertThat(routers.get(1).counters().get(RouterCounter.MULTICASTS)).isPositive();
        assertThat(routers.get(1).counters().get(RouterCounter.STRANGERS_REFUSED)).isZero();
    }

    @Test
    void oneSeedIsOneHistory() {
        String first = cluster(5, 2).simulate().simulation().hash();
        routers.clear();
        assertThat(cluster(5, 2).simulate().simulation().hash()).isEqualTo(first);
    }
}
