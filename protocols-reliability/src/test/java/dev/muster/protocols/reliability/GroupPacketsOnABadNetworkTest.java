package dev.muster.protocols.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.api.Flag;
import dev.muster.api.Settings;
import dev.muster.api.View;
import dev.muster.protocols.reliability.TestCluster.Member;
import dev.muster.spi.Packet;
import dev.muster.testkit.ProtocolHarness;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class GroupPacketsOnABadNetworkTest {

    private static final int SEEDS = 200;

    private static void layers(ProtocolHarness harness) {
        harness.above(new Unicast.Provider(), new Settings());
        harness.above(new Stable.Provider(), new Settings().set(Stable.MAX_BYTES, 20_000L));
        harness.above(new TestMembership.Provider(), new Settings());
    }

    private static TestCluster cluster(long seed, int size) {
        TestCluster cluster = new TestCluster(seed, size, GroupPacketsOnABadNetworkTest::layers,
                new Settings().set(Nakack.GC_LAG, (int) (seed % 4)).set(Nakack.USE_MCAST_XMIT, seed % 2 == 0));
        cluster.loss = (seed % 5) * 0.08;
        cluster.mostDelay = 1 + (int) (seed % 13);
        return cluster;
    }

    private static void send(TestCluster cluster, Member member, long number) {
        boolean outOfBand = number % 7 == 3;
        Packet packet = TestCluster.numbered(Packet.toGroup(), number, 8 + cluster.random.nextInt(200))
                .withFlags(Packet.DATA | (outOfBand ? Flag.OOB.bit() : 0));
        member.harness.down(packet);
    }

    private static List<Long> inOrder(List<Long> numbers) {
        return numbers.stream().filter(number -> number % 7 != 3).toList();
    }

    @Test
    void everyMemberDeliversEveryPacketOnceAndInOrderWhateverTheNetworkDoes() {
        for (long seed = 1; seed <= SEEDS; seed++) {
            TestCluster cluster = cluster(seed, 3);
            cluster.install(cluster.members);
            for (long number = 1; number <= 100; number++) {
                for (Member member : cluster.members) {
                    send(cluster, member, number);
                }
                cluster.steps(cluster.random.nextInt(3));
            }
            cluster.steps(8_000);
            List<Long> all = LongStream.rangeClosed(1, 100).boxed().toList();
            for (Member receiver : cluster.members) {
                for (Member sender : cluster.members) {
                    List<Long> got = TestCluster.numbers(receiver, sender.address(), null);
                    assertThat(got).as("seed %d", seed).containsExactlyInAnyOrderElementsOf(all);
                    assertThat(inOrder(got)).as("seed %d", seed).isEqualTo(inOrder(all));
                }
                assertThat(receiver.isPaused(null)).isFalse();
            }
        }
    }

    @Test
    void survivorsOfAViewHaveDeliveredTheSameInItWhoeverFailedAndSendGoesOn() {
        int refilled = 0;
        for (long seed = 1; seed <= SEEDS; seed++) {
            TestCluster cluster = cluster(seed, 5);
            List<Member> present = new ArrayList<>(cluster.members.subList(0, 4));
            cluster.install(present);
            long[] sent = {0};
            cluster.eachStep = member -> {
                if (member.view != null && sent[0] < 1_200 && cluster.random.nextInt(3) == 0) {
                    sent[0]++;
                    send(cluster, member, sent[0]);
                }
            };
            cluster.steps(50 + cluster.random.nextInt(100));
            List<View> views = new ArrayList<>(List.of(present.get(0).view));
            Member victim = present.get(cluster.random.nextInt(4));
            cluster.crash(victim);
            present.remove(victim);
            cluster.steps(cluster.random.nextInt(100));
            cluster.change(present);
            views.add(present.get(0).view);
            cluster.steps(50 + cluster.random.nextInt(100));
            present.add(cluster.members.get(4));
            cluster.change(present);
            views.add(present.get(0).view);
            cluster.steps(8_000);
            for (View view : views) {
                Set<String> first = TestCluster.inView(present.get(0), view);
                for (Member member : present) {
                    if (view.contains(member.address())) {
                        assertThat(TestCluster.inView(member, view)).as("seed %d, %s", seed, view).isEqualTo(first);
                    }
                }
            }
            for (Member receiver : present.subList(0, 3)) {
                for (Member sender : present.subList(0, 3)) {
                    List<Long> got = inOrder(TestCluster.numbers(receiver, sender.address(), null));
                    assertThat(got).as("seed %d", seed).isSorted().doesNotHaveDuplicates()
                            .isEqualTo(inOrder(TestCluster.numbers(sender, sender.address(), null)));
                }
                refilled += receiver.harness.counter("retransmissions_sent") > 0 ? 1 : 0;
                assertThat(receiver.isPaused(null)).isFalse();
            }
        }
        assertThat(refilled).isPositive();
    }
}
