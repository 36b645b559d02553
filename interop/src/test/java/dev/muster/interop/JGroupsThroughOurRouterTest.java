package dev.muster.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.router.RouterCounter;
import org.junit.jupiter.api.Test;

/** Nodes of JGroups form their groups through our router. */
class JGroupsThroughOurRouterTest {

    private static final String TUNNEL = "jgroups-tunnel.xml";
    private static final String TCPGOSSIP = "jgroups-tcpgossip.xml";

    @Test
    void nodesWithTunnelFormTheirGroupAndOutliveARestartOfTheRouter() throws Exception {
        try (OurRouter router = new OurRouter()) {
            formAndOutlive(router, TUNNEL);
            assertThat(router.count(RouterCounter.MULTICASTS)).isPositive();
            assertThat(router.count(RouterCounter.MALFORMED)).isZero();
        }
    }

    @Test
    void nodesWithTcpAndTcpgossipFormTheirGroupAndOutliveARestartOfTheRouter() throws Exception {
        try (OurRouter router = new OurRouter()) {
            formAndOutlive(router, TCPGOSSIP);
            assertThat(router.count(RouterCounter.MULTICASTS)).as("they talk to one another themselves").isZero();
            assertThat(router.count(RouterCounter.MALFORMED)).isZero();
        }
    }

    private static void formAndOutlive(OurRouter router, String file) throws Exception {
        Group.Joining joining = name -> JGroupsNode.join(file, router.host(), file, name);
        try (Group group = new Group(joining)) {
            group.mustWork();
            router.awaitRegistered(3);
            router.restart();
            group.mustWork();
            group.growBy(joining);
            group.mustWork();
        }
    }

    @Test
    void ofTwoRoutersEitherIsEnough() throws Exception {
        try (OurRouter one = new OurRouter(); OurRouter other = new OurRouter()) {
            String both = one.host() + "," + other.host();
            Failover.check(one, other, name -> JGroupsNode.join(TUNNEL, both, "two", name));
        }
    }

    @Test
    void ofTwoRoutersThatTellOfMembersEitherIsEnough() throws Exception {
        try (OurRouter one = new OurRouter(); OurRouter other = new OurRouter()) {
            String both = one.host() + "," + other.host();
            Failover.check(one, other, name -> JGroupsNode.join(TCPGOSSIP, both, "two", name));
        }
    }
}
