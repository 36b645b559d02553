package dev.muster.interop;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

/** Our members form their groups through the router of JGroups. */
class OursThroughTheirRouterTest {

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static String hosts(int port) {
        return "127.0.0.1[" + port + "]";
    }

    @Test
    void membersWithTunnelFormTheirGroupAndOutliveARestartOfTheRouter() throws Exception {
        int port = freePort();
        formAndOutlive(port, name -> MusterNode.tunnelled(hosts(port), "g", name));
    }

    @Test
    void membersWithTcpAndTcpgossipFormTheirGroupAndOutliveARestartOfTheRouter() throws Exception {
        int port = freePort();
        formAndOutlive(port, name -> MusterNode.gossiping(hosts(port), "g", name));
    }

    private static void formAndOutlive(int port, Group.Joining joining) throws Exception {
        TheirRouter router = new TheirRouter(port);
        try (Group group = new Group(joining)) {
            group.mustWork();
            router.close();
            router = new TheirRouter(port);
            group.mustWork();
            group.growBy(joining);
            group.mustWork();
        } finally {
            router.close();
        }
    }
}
