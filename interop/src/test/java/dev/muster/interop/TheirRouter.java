package dev.muster.interop;

import java.net.InetSocketAddress;
import java.util.function.UnaryOperator;
import org.jgroups.stack.GossipRouter;

/** The router of JGroups, by the real jar. */
final class TheirRouter implements RestartableRouter {

    private final UnaryOperator<GossipRouter> settings;
    private final int port;
    private GossipRouter router;

    /** Start it on a free port of loopback. */
    TheirRouter() throws Exception {
        this(UnaryOperator.identity());
    }

    TheirRouter(UnaryOperator<GossipRouter> settings) throws Exception {
        this.settings = settings;
        port = RestartableRouter.freePort();
        startAgain();
    }

    @Override
    public InetSocketAddress place() {
        return new InetSocketAddress("127.0.0.1", port);
    }

    @Override
    public void stop() {
        router.stop();
    }

    @Override
    public void startAgain() throws Exception {
        router = settings.apply(new GossipRouter("127.0.0.1", port).jmx(false));
        router.diagHandler().setEnabled(false);
        router.start();
    }

    @Override
    public int registered() {
        return router.numRegisteredClients();
    }
}
