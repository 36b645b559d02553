package dev.muster.interop;

import dev.muster.api.Settings;
import dev.muster.router.Router;
import dev.muster.router.RouterCounter;
import dev.muster.router.RouterSettings;
import org.junit.jupiter.api.Test;

/** Our members through our router, on real sockets. */
class OursThroughOurRouterTest {

    @FunctionalInterface
    private interface Kind {
        Node join(int port, String name) throws Exception;
    }

    private static String hosts(int port) {
        return "127.0.0.1[" + port + "]";
    }

    @Test
    void membersWithTunnelAndTcpgossip() throws Exception {
        formAndOutlive((port, name) -> MusterNode.tunnelled(hosts(port), "g", name));
    }

    @Test
    void membersWithTunnelAndPing() throws Exception {
        formAndOutlive((port, name) -> MusterNode.tunnelledWithPing(hosts(port), "g", name));
    }

    @Test
    void membersWithTcpAndTcpgossip() throws Exception {
        formAndOutlive((port, name) -> MusterNode.gossiping(hosts(port), "g", name));
    }

    @Test
    void membersWithTcpAndPing() throws Exception {
        formAndOutlive((port, name) -> MusterNode.pinging(port, "g", name));
    }

    private static void formAndOutlive(Kind kind) throws Exception {
        Router router = new Router(new Settings().set(RouterSettings.PORT, 0));
        int port = router.start().getPort();
        try (Group group = new Group(name -> kind.join(port, name))) {
            group.mustWork();
            router.close();
            router = new Router(new Settings().set(RouterSettings.PORT, port));
            router.start();
            Router again = router;
            Patience.await(() -> "all have registered anew: " + again.counters(),
                    () -> again.counters().get(RouterCounter.MEMBERS) == 3);
            group.mustWork();
            group.growBy(name -> kind.join(port, name));
            group.mustWork();
        } finally {
            router.close();
        }
    }
}
