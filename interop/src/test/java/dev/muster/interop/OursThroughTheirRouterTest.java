package dev.muster.interop;

import org.junit.jupiter.api.Test;

/** Our members form their groups through the router of JGroups. */
class OursThroughTheirRouterTest {

    @Test
    void membersWithTunnelFormTheirGroupAndOutliveARestartOfTheRouter() throws Exception {
        try (TheirRouter router = new TheirRouter()) {
            formAndOutlive(router, name -> MusterNode.tunnelled(router.host(), "g", name));
        }
    }

    @Test
    void membersWithTcpAndTcpgossipFormTheirGroupAndOutliveARestartOfTheRouter() throws Exception {
        try (TheirRouter router = new TheirRouter()) {
            formAndOutlive(router, name -> MusterNode.gossiping(router.host(), "g", name));
        }
    }

    private static void formAndOutlive(TheirRouter router, Group.Joining joining) throws Exception {
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
    void itsRouterMayUseASelector() throws Exception {
        try (TheirRouter router = new TheirRouter(settings -> settings.useNio(true));
                Group group = new Group(name -> MusterNode.tunnelled(router.host(), "g", name))) {
            group.mustWork();
        }
    }

    @Test
    void itsRouterMayCloseIdleConnections() throws Exception {
        try (TheirRouter router = new TheirRouter(settings -> settings.expiryTime(20_000).reaperInterval(1_000));
                Group group = new Group(name -> MusterNode.tunnelled(router.host(), "g", name))) {
            group.mustWork();
        }
    }

    @Test
    void ofTwoRoutersEitherIsEnough() throws Exception {
        try (TheirRouter one = new TheirRouter(); TheirRouter other = new TheirRouter()) {
            String both = one.host() + "," + other.host();
            Failover.check(one, other, name -> MusterNode.tunnelled(both, "two", name));
        }
    }
}
