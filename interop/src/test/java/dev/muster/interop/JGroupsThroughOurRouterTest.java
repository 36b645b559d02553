package dev.muster.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.api.Settings;
import dev.muster.router.Router;
import dev.muster.router.RouterCounter;
import dev.muster.router.RouterSettings;
import org.junit.jupiter.api.Test;

/** Nodes of JGroups form their groups through our router. */
class JGroupsThroughOurRouterTest {

    private static Router router(int port) {
        Router router = new Router(new Settings().set(RouterSettings.PORT, port));
        router.start();
        return router;
    }

    private static String hosts(int port) {
        return "127.0.0.1[" + port + "]";
    }

    @Test
    void nodesWithTunnelFormTheirGroupAndOutliveARestartOfTheRouter() throws Exception {
        formAndOutlive("jgroups-tunnel.xml", true);
    }

    @Test
    void nodesWithTcpAndTcpgossipFormTheirGroupAndOutliveARestartOfTheRouter() throws Exception {
        formAndOutlive("jgroups-tcpgossip.xml", false);
    }

    private static void formAndOutlive(String file, boolean throughTheRouter) throws Exception {
        Router router = new Router(new Settings().set(RouterSettings.PORT, 0));
        int port = router.start().getPort();
        Group.Joining joining = name -> JGroupsNode.join(file, hosts(port), file, name);
        try (Group group = new Group(joining)) {
            group.mustWork();
            assertThat(router.counters().get(RouterCounter.MEMBERS)).isEqualTo(3);
            assertThat(router.counters().get(RouterCounter.MULTICASTS) > 0).isEqualTo(throughTheRouter);
            assertThat(router.counters().get(RouterCounter.MALFORMED)).isZero();
            router.close();
            router = router(port);
            Router again = router;
            Patience.await(() -> "all have registered anew: " + again.counters(),
                    () -> again.counters().get(RouterCounter.MEMBERS) == 3);
            group.mustWork();
            group.growBy(joining);
            group.mustWork();
        } finally {
            router.close();
        }
    }
}
