package dev.muster.spi.router;

import dev.muster.spi.MalformedException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/** The connection to one router: opened again when it is lost, asked for a sign of life while it is there. */
final class RouterLink implements RouterConnection.Peer {

    private static final long FIRST_WAIT_NANOS = 100_000_000;
    private static final int MOST_DOUBLINGS = 20;
    /** To prove who one is, once the network has connected. */
    private static final long ATTEMPT_NANOS = 10_000_000_000L;
    private static final ByteBuffer HEARTBEAT =
            RouterCodec.frame(RouterMessage.about(RouterMessage.Kind.HEARTBEAT, null, null));

    private final RouterLinks links;
    private final InetSocketAddress router;
    /** Null while there is none, and none is being opened. */
    private RouterConnection connection;
    private int failures;
    private long connectAtNanos;
    private long heartbeatAtNanos;
    private long attemptNanos;
    private long connectedNanos;
    private boolean heard;
    private long heardNanos;
    /** Whether the router owes an answer. */
    private boolean asked;
    private long askedNanos;

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

    /**
     * Whether the router is alive, as far as can be known. The system accepts connections for a process that is stuck, so
     * one that has never said anything is not.
     */
    boolean isAlive() {
        return isConnected() && (links.options().heartbeats().areOff()
                || heard && !(asked && now() - askedNanos > RouterLinks.PATIENCE_NANOS));
    }

    long waitingBytes() {
        return connection == null ? 0 : connection.waitingBytes();
    }

    void connect() {
        RouterLinks.Options options = links.options();
        RouterConnection opened = new RouterConnection(options.mostFrameBytes(), options.queueBytes(), this);
        opened.on(options.network().connect(router, options.stream(), opened), false);
        connection = opened;
        attemptNanos = now();
        // whoever connects is told of the end of the attempt; this is when somebody who has not been told looks again
        heartbeatAtNanos = now() + links.heartbeatNanos();
    }

    @Override
    public void connected() {
        connectedNanos = now();
        heard = false;
        asked = false;
        for (RouterMessage registration : links.registrations()) {
            connection.offer(RouterCodec.frame(registration), false);
        }
        if (!links.options().heartbeats().areOff()) {
            beat();
        }
        links.listener().connected(router);
        links.arrange();
    }

    private void beat() {
        connection.offer(HEARTBEAT, false);
        connection.flush();
        if (!asked) {
            asked = true;
            askedNanos = now();
        }
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
        if (!heard) {
            links.listener().alive(router);
        }
        heard = true;
        failures = 0;
        heardNanos = now();
        asked = false;
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

    /** Whoever accepts and then closes, as one does who wants another certificate, is tried less and less often, too. */
    private void lost(String detail) {
        connection = null;
        long wait = FIRST_WAIT_NANOS << Math.min(failures++, MOST_DOUBLINGS);
        connectAtNanos = now() + Math.min(wait, links.options().reconnectNanos());
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
            return;
        }
        heartbeatAtNanos = now + links.heartbeatNanos();
        if (!isConnected()) {
            giveUpAfter(now - attemptNanos, ATTEMPT_NANOS + links.options().stream().connectTimeoutNanos(), "no connection in time");
        } else if (!links.options().heartbeats().areOff()) {
            beat();
            giveUpAfter(now - (heard ? heardNanos : connectedNanos), links.options().heartbeats().timeoutNanos(),
                    "it has said nothing for too long");
        }
    }

    private void giveUpAfter(long waitedNanos, long mostNanos, String detail) {
        if (waitedNanos > mostNanos) {
            connection.close();
            lost(detail);
        }
    }

    void close() {
        if (connection != null) {
            connection.close();
            connection = null;
        }
    }

    private long now() {
        return links.context().nowNanos();
    }
}
