package dev.muster.it.hosts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.it.Patience;
import dev.muster.it.ToldProcess;
import dev.muster.it.ToldView;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Groups of processes on hosts of their own, between which something happens. How long things took is told, and never asserted,
 * since build machines are shared.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class HostsTest {

    /** Members meet again sooner than they do by default, so that the test takes less time. */
    private static final String MEETING_SOON = "MERGE2 MERGE2 min_interval=500ms,max_interval=2s";
    /** As large as the system likes them, they take all that is sent to a peer that is half-dead. */
    private static final String SMALL_BUFFERS = "TCP TCP send_buf_size=16KiB";
    private static final String BY_MULTICAST = "TCPPING MPING mcast_port=7555";
    private static final String[] ALL = {"ann", "bob", "cid"};
    private static final int WARM_UP = 2_000;
    private static final int TO_ALL = 500;
    private static final int TO_ONE = 5_000;

    private static void took(String what, long from, long to) {
        System.out.println("hosts: " + what + " after " + (to - from) / 1_000 + " ms");
    }

    @Test
    void membersFindOneAnotherByMulticastAndWhoeverIsCutOffOneWayOrBothIsLeftOutUntilItIsBack() throws IOException {
        try (HostNetwork network = HostNetwork.of(ALL);
                HostedGroup group = new HostedGroup("cut-off", List.of("udp", MEETING_SOON))) {
            group.form(network.hosts());
            group.talk(100, ALL);
            outAndBack(group, "deaf", () -> network.deafen("cid"), () -> network.letHear("cid"));
            outAndBack(group, "unplugged", () -> network.unplug("cid"), () -> network.plugIn("cid"));
        }
    }

    private static void outAndBack(HostedGroup group, String what, Runnable cut, Runnable mend) {
        long began = ToldView.now();
        cut.run();
        took("UDP, one host " + what + ": a view without it", began, group.awaitView("ann", "bob"));
        group.talk(100, "ann", "bob");

        began = ToldView.now();
        mend.run();
        took("UDP, no longer " + what + ": one view of all", began, group.awaitView(ALL));
        group.talk(100, ALL);
    }

    /** Its connections are half-dead: nobody says that they are, and whatever is sent to it stays in buffers. */
    @Test
    void overTcpAHostThatIsSwallowedHoldsUpNobodyAndComesBack() throws IOException {
        try (HostNetwork network = HostNetwork.of(ALL); HostedGroup group = new HostedGroup("swallowed",
                List.of("default", SMALL_BUFFERS, BY_MULTICAST, MEETING_SOON, "FD_ALL FD_ALL timeout=4s,interval=1s"))) {
            group.form(network.hosts());
            ToldProcess bob = group.member("bob");
            String before = delays(group, WARM_UP, 0);
            long heardInOneView = bob.number("heard.with.3");

            long began = ToldView.now();
            network.swallow("cid");
            String meanwhile = delays(group, TO_ALL, TO_ONE);
            assertThat(bob.number("heard.with.3")).as("heard while cid was in the view")
                    .isEqualTo(heardInOneView + TO_ALL + TO_ONE);
            System.out.println("hosts: from ann to bob, count, median, worst in microseconds: before " + before
                    + ", while cid is half-dead " + meanwhile);
            took("TCP, one host swallowed, of which 5.5 s are FD_ALL's and VERIFY_SUSPECT's: a view without it", began,
                    group.awaitView("ann", "bob"));
            group.talk(100, "ann", "bob");

            began = ToldView.now();
            network.carryAgain("cid");
            took("TCP, it is carried again: one view of all", began, group.awaitView(ALL));
            group.talk(100, ALL);
        }
    }

    /** How long messages of ann take to bob. */
    private static String delays(HostedGroup group, int toAll, int toOne) {
        ToldProcess bob = group.member("bob");
        long before = bob.number("heard.ann");
        bob.order("delays");
        group.member("ann").order("send " + toAll + " 1000");
        if (toOne > 0) {
            group.member("ann").order("send " + toOne + " 1000 bob");
        }
        Patience.await(() -> "what ann sends to bob: " + group, () -> bob.number("heard.ann") == before + toAll + toOne);
        bob.order("delays");
        Patience.await(() -> "bob to tell delays", () -> bob.told("delays").startsWith(toAll + toOne + " "));
        return bob.told("delays");
    }

    @Test
    void whoeverTakesTheAddressOfAHostThatDiedIsAnotherMember() throws IOException {
        try (HostNetwork network = HostNetwork.of("ann", "bob", "cid", "dee");
                HostedGroup group = new HostedGroup("replaced", List.of("default", BY_MULTICAST, MEETING_SOON))) {
            Host cid = network.host("cid");
            for (String name : ALL) {
                group.start(name, network.host(name), network.host(name).address());
            }
            group.connectAll();
            group.talk(100, ALL);
            ToldProcess dee = group.start("dee", network.host("dee"), cid.address());
            group.awaitReady("dee");

            long began = ToldView.now();
            network.unplug("cid");
            network.host("dee").takeAddressOf(cid);
            dee.order("connect");
            took("TCP, another host has taken the address of one: a view with it", began,
                    group.awaitView("ann", "bob", "dee"));
            group.talk(100, "ann", "bob", "dee");
            assertThat(group.member("ann").number("heard.cid")).as("heard of cid, which is no more").isEqualTo(100);
        }
    }

    @Test
    void connectionsLeaveFromTheAddressThatIsBoundToAlsoWhereTheSystemWouldChooseAnother() throws IOException {
        try (HostNetwork network = HostNetwork.of("ann", "bob"); HostedGroup group = new HostedGroup("two-addresses",
                List.of("default", "muster.initial_hosts=10.77.0.2[7800]"))) {
            Host bob = network.host("bob");
            group.start("bob", bob, bob.address());
            group.connectAll();
            group.start("ann", network.host("ann"), network.host("ann").anotherAddress());
            group.awaitReady("ann");
            group.member("ann").order("connect");
            group.awaitView("ann", "bob");
            assertThat(bob.peersAt(7800)).isNotEmpty().allMatch(peer -> peer.contains("10.77.0.101"));
        }
    }
}
