package dev.muster.interop;

import org.jgroups.stack.GossipRouter;

/** The router of JGroups, by the real jar. */
final class TheirRouter implements AutoCloseable {

    private final GossipRouter router;

    /** Start it on a port of loopback. */
    TheirRouter(int port) throws Exception {
        router = new GossipRouter("127.0.0.1", port).jmx(false);
        router.diagHandler().setEnabled(false);
        router.start();
    }

    @Override
    public void close() {
        router.stop();
    }
}
