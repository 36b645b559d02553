package dev.muster.spi.router;

import dev.muster.spi.MalformedException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/** The connection to one router: opened again when it is lost, kept alive while it is there. */
final class RouterLink implements RouterConnection.Peer {

    private static final long FIRST_WAIT_NANOS = 100_000_000;
    private static final int MOST_DOUBLINGS = 20;
    private static final ByteBuffer HEARTBEAT =
            RouterCodec.frame(RouterMessage.about(RouterMessage.Kind.HEARTBEAT, null, null));

    private final RouterLinks links;
    private final InetSocketAddress router;
    /** Null while there is none, and none is being opened. */
    private RouterConnection connection;
    private int failures;
    private long connectAtNanos;
    private long heartbeatAtNanos;
    private long heardNanos;

    RouterLink(RouterLinks links, InetSocketAddress router) {
        this.links = links;
        this.router = router;
    }

    InetSocketAddress router() {
        return router;
    }

    boolean isConnected() {
        return connection != null && connection.isConnected();
    }

    long waitingBytes() {
        return connection == null ? 0 : connection.waitingBytes();
    }

    void connect() {
        RouterLinks.Options options = links.options();
        RouterConnection opened = new RouterConnection(options.mostFrameBytes(), options.queueBytes(), this);
        opened.on(links.context().network().connect(router, options.stream(), opened), false);
        connection = opened;
        // whoever connects is told of the end of the attempt; this is when somebody who has not been told looks again
        heartbeatAtNanos = links.context().nowNanos() + RouterLinks.HEARTBEAT_NANOS;
    }

    @Override
    public void connected() {
        failures = 0;
        heardNanos = links.context().nowNanos();
        if (links.registration() != null) {
            connection.offer(RouterCodec.frame(links.registration()), false);
        }
        links.listener().connected(router);
        links.arrange();
    }

    boolean offer(ByteBuffer frame, boolean data) {
        return connection.offer(frame, data);
    }

    void flush() {
        if (connection != null) {
            connection.flush();
        }
    }

    @Override
    public void frame(byte[] frame) {
        heardNanos = links.context().nowNanos();
        try {
            RouterMessage message = RouterCodec.read(frame, RouterCodec.HEAD_BYTES, frame.length - RouterCodec.HEAD_BYTES);
            if (message.kind() != RouterMessage.Kind.HEARTBEAT) {
                links.listener().received(router, message);
            }
        } catch (MalformedException e) {
            links.listener().malformed(e.getMessage());
        }
    }

    @Override
    public void malformed(String problem) {
        links.listener().malformed(problem);
    }

    @Override
    public void receivedAll() {
        links.listener().receivedAll();
    }

    @Override
    public void closed(boolean orderly, String detail) {
        lost(detail);
        links.arrange();
    }

    private void lost(String detail) {
        connection = null;
        long wait = FIRST_WAIT_NANOS << Math.min(failures++, MOST_DOUBLINGS);
        connectAtNanos = links.context().nowNanos() + Math.min(wait, links.options().reconnectNanos());
        links.listener().lost(router, detail);
    }

    /** When there is something to do. */
    long dueNanos() {
        return connection == null ? connectAtNanos : heartbeatAtNanos;
    }

    /** Do what is due. */
    void look(long now) {
        if (now - dueNanos() < 0) {
            return;
        }
        if (connection == null) {
            connect();
        } else if (!isConnected()) {
            heartbeatAtNanos = now + RouterLinks.HEARTBEAT_NANOS;
        } else if (now - heardNanos > RouterLinks.HEARTBEATS_MISSED * RouterLinks.HEARTBEAT_NANOS) {
            connection.close();
            lost("it has said nothing for too long");
        } else {
            heartbeatAtNanos = now + RouterLinks.HEARTBEAT_NANOS;
            connection.offer(HEARTBEAT, false);
            connection.flush();
        }
    }

    void close() {
        if (connection != null) {
            connection.close();
            connection = null;
        }
    }
}
