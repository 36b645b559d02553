package dev.muster.protocols.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.api.Address;
import dev.muster.api.Settings;
import dev.muster.api.View;
import dev.muster.protocols.reliability.TestCluster.Delivery;
import dev.muster.protocols.reliability.TestCluster.Member;
import dev.muster.spi.Event;
import dev.muster.spi.Packet;
import dev.muster.testkit.ProtocolHarness;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * FC, or MFC and UFC in either order, and FRAG2 above reliable layers, with applications that consume at their own pace.
 */
class FlowOnABadNetworkTest {

    private static final int SEEDS = 200;
    private static final long CREDITS = 20_000;
    private static final int FRAGMENT = 2_000;

    /** What the channel does: keeps what came until the application takes it, and says so. */
    private static final class Application {
        int taken;
        int slowness;
        boolean asleep;
        long mostWaiting;
        long sentToGroup;
        final Map<Address, Long> sentTo = new TreeMap<>();
    }

    private final Map<Member, Application> applications = new HashMap<>();
    private boolean sending = true;

    private static final List<FlowControlKind> KINDS =
            List.of(FlowControlKind.FC, FlowControlKind.MFC_ABOVE_UFC, FlowControlKind.UFC_ABOVE_MFC);

    private static void layers(ProtocolHarness harness, FlowControlKind kind) {
        harness.above(new Unicast.Provider(), new Settings());
        harness.above(new Stable.Provider(), new Settings().set(Stable.MAX_BYTES, 20_000L));
        harness.above(new TestMembership.Provider(), new Settings());
        kind.above(harness, CREDITS);
        harness.above(new Fragmentation.Provider(), new Settings().set(Fragmentation.FRAG_SIZE, (long) FRAGMENT));
    }

    private TestCluster cluster(long seed, int size) {
        FlowControlKind kind = KINDS.get((int) (seed % KINDS.size()));
        TestCluster cluster = new TestCluster(seed, size, harness -> layers(harness, kind), new Settings());
        cluster.loss = (seed % 4) * 0.06;
        cluster.mostDelay = 1 + (int) (seed % 9);
        applications.clear();
        sending = true;
        for (Member member : cluster.members) {
            Application application = new Application();
            application.slowness = cluster.random.nextInt(4);
            applications.put(member, application);
        }
        cluster.eachStep = member -> live(cluster, member, applications.get(member));
        return cluster;
    }

    private void live(TestCluster cluster, Member member, Application application) {
        long waiting = 0;
        for (Delivery delivery : member.deliveries.subList(application.taken, member.deliveries.size())) {
            waiting += delivery.packet().credit();
        }
        application.mostWaiting = Math.max(application.mostWaiting, waiting);
        if (!application.asleep && cluster.random.nextInt(1 + application.slowness) == 0) {
            int some = cluster.random.nextInt(1, 8);
            for (; some > 0 && application.taken < member.deliveries.size(); some--) {
                Packet packet = member.deliveries.get(application.taken).packet();
                application.taken++;
                if (packet.credit() > 0) {
                    member.harness.eventFromAbove(
                            new Event.Consumed(packet.source(), packet.isToGroup(), packet.credit()));
                }
            }
        }
        if (sending && member.view != null) {
            sendSome(cluster, member, application);
        }
    }

    private void sendSome(TestCluster cluster, Member member, Application application) {
        if (!member.isPaused(null) && cluster.random.nextInt(3) == 0) {
            application.sentToGroup++;
            member.harness.down(packet(cluster, Packet.toGroup(), application.sentToGroup));
            cluster.collect(member);
        }
        List<Address> others = member.view.members();
        Address to = others.get(cluster.random.nextInt(others.size()));
        if (!member.isPaused(to) && cluster.random.nextInt(6) == 0) {
            long number = application.sentTo.merge(to, 1L, Long::sum);
            member.harness.down(packet(cluster, Packet.to(to), number));
        }
    }

    private static Packet packet(TestCluster cluster, Packet packet, long number) {
        boolean large = cluster.random.nextInt(10) == 0;
        int length = large ? FRAGMENT + cluster.random.nextInt(30_000) : 8 + cluster.random.nextInt(FRAGMENT - 100);
        return TestCluster.numbered(packet, number, length).withFlags(Packet.DATA | (large ? Packet.SINGLE : 0));
    }

    private void settle(TestCluster cluster) {
        sending = false;
        applications.values().forEach(application -> {
            application.slowness = 0;
            application.asleep = false;
        });
        cluster.steps(8_000);
    }

    private void assertAllIsWell(TestCluster cluster, List<Member> survivors, List<Member> always, long seed) {
        for (Member member : survivors) {
            assertThat(member.pauses.values()).as("pauses left, seed %d, %s", seed, member.address()).allMatch(count -> count == 0);
            assertThat(applications.get(member).taken).isEqualTo(member.deliveries.size());
        }
        for (Member receiver : always) {
            for (Member sender : always) {
                List<Long> group = TestCluster.numbers(receiver, sender.address(), null);
                assertThat(group).as("group, seed %d", seed).hasSize((int) applications.get(sender).sentToGroup);
                assertThat(group).as("group, seed %d", seed).isSorted().doesNotHaveDuplicates();
                List<Long> alone = receiver.deliveries.stream().map(Delivery::packet)
                        .filter(packet -> !packet.isToGroup() && packet.source().equals(sender.address()))
                        .map(TestCluster::number).toList();
                assertThat(alone).as("alone, seed %d", seed).isSorted().doesNotHaveDuplicates()
                        .hasSize(applications.get(sender).sentTo.getOrDefault(receiver.address(), 0L).intValue());
            }
        }
    }

    @Test
    void sendersWaitForSlowReceiversAndEverythingArrives() {
        long waited = 0;
        for (long seed = 1; seed <= SEEDS; seed++) {
            TestCluster cluster = cluster(seed, 3);
            cluster.install(cluster.members);
            cluster.steps(100);
            applications.get(cluster.members.get(1)).asleep = true;
            cluster.steps(300);
            settle(cluster);
            assertAllIsWell(cluster, cluster.members, cluster.members, seed);
            for (Member member : cluster.members) {
                waited += member.harness.counter("credit_waits");
                // Per sender and kind: all credit, one packet more, and joined messages up to their own bound.
                assertThat(applications.get(member).mostWaiting).as("seed %d", seed)
                        .isLessThan(3 * 2 * (CREDITS + FRAGMENT + 2_000_000));
            }
        }
        assertThat(waited).isPositive();
    }

    @Test
    void viewsCrashesAndJoinersLeaveNoSenderWaitingAndNoMessageHalf() {
        long restarted = 0;
        for (long seed = 1; seed <= SEEDS; seed++) {
            TestCluster cluster = cluster(seed, 5);
            List<Member> present = new ArrayList<>(cluster.members.subList(0, 4));
            cluster.install(present);
            cluster.steps(60 + cluster.random.nextInt(60));
            Member victim = present.get(cluster.random.nextInt(4));
            applications.get(victim).asleep = true;
            cluster.steps(100);
            cluster.crash(victim);
            present.remove(victim);
            cluster.steps(cluster.random.nextInt(150));
            List<View> views = new ArrayList<>(List.of(present.get(0).view));
            cluster.change(present);
            views.add(present.get(0).view);
            cluster.steps(cluster.random.nextInt(150));
            present.add(cluster.members.get(4));
            cluster.change(present);
            views.add(present.get(0).view);
            cluster.steps(100);
            settle(cluster);
            assertAllIsWell(cluster, present, present.subList(0, 3), seed);
            for (View view : views) {
                for (Member member : present) {
                    if (view.contains(member.address())) {
                        assertThat(TestCluster.inView(member, view)).as("seed %d, %s", seed, view)
                                .isEqualTo(TestCluster.inView(present.get(0), view));
                    }
                }
            }
            for (Member member : present) {
                restarted += member.harness.counter("messages_restarted");
            }
        }
        assertThat(restarted).isPositive();
    }

    @Test
    void partsThatMergeAgainGoOnSendingWithinTheirCredit() {
        for (long seed = 1; seed <= SEEDS; seed++) {
            TestCluster cluster = cluster(seed, 4);
            cluster.install(cluster.members);
            cluster.steps(60 + cluster.random.nextInt(60));
            applications.get(cluster.members.get(3)).asleep = seed % 2 == 0;
            List<Member> left = cluster.members.subList(0, 2);
            List<Member> right = cluster.members.subList(2, 4);
            cluster.connected = (one, other) -> left.contains(one) == left.contains(other);
            cluster.steps(cluster.random.nextInt(200));
            cluster.change(left);
            cluster.steps(cluster.random.nextInt(200));
            cluster.change(right);
            cluster.steps(cluster.random.nextInt(200));
            cluster.connected = (one, other) -> true;
            cluster.merge(List.of(left, right));
            View merged = left.get(0).view;
            cluster.steps(200);
            settle(cluster);
            for (Member member : cluster.members) {
                assertThat(member.pauses.values()).as("pauses left, seed %d", seed).allMatch(count -> count == 0);
                assertThat(TestCluster.inView(member, merged)).as("seed %d", seed).isNotEmpty()
                        .isEqualTo(TestCluster.inView(left.get(0), merged));
                for (Member sender : cluster.members) {
                    List<Long> numbers = TestCluster.numbers(member, sender.address(), null);
                    assertThat(numbers).as("seed %d", seed).isSorted().doesNotHaveDuplicates();
                    assertThat(numbers.get(numbers.size() - 1)).isEqualTo(applications.get(sender).sentToGroup);
                }
            }
            assertAllIsWell(cluster, cluster.members, left, seed);
            assertAllIsWell(cluster, cluster.members, right, seed);
        }
    }
}
