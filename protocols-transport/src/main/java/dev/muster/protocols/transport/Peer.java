package dev.muster.protocols.transport;

import dev.muster.api.Address;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/** Whoever is reached at one physical address: what waits for it and the connections to it. */
final class Peer {

    private static final long FIRST_BACKOFF_NANOS = 20_000_000;
    private static final int MOST_DOUBLINGS = 5;
    /** The system asks again after a second only. In an attempt that is older than this, packets would wait for that. */
    private static final long STALE_NANOS = 250_000_000;
    /** By then what was written last has come, so what is written elsewhere hardly overtakes it. */
    private static final long QUIET_NANOS = 10_000_000;

    final InetSocketAddress address;
    final SendQueue queue;
    /** Who said hello from there last; null if nobody has. */
    Address member;
    /** The connection that packets are sent on; null if none is open or being opened. */
    Connection sending;
    /** Further connections, used for reading until what is on its way has come. */
    final List<Connection> others = new ArrayList<>(2);
    /** No attempt to connect before this time. */
    long retryAtNanos;
    /** In the list of peers to be written to at the end of the turn. */
    boolean dirty;
    private int failures;

    Peer(InetSocketAddress address, long mostQueuedBytes) {
        this.address = address;
        this.queue = new SendQueue(mostQueuedBytes);
    }

    /** An attempt to connect has begun; an older one may still come through. */
    void attempt(Connection connection) {
        if (sending != null) {
            others.add(sending);
        }
        sending = connection;
    }

    /** Nothing is connected, and what is being tried may have begun when the way was cut. */
    boolean wantsAttempt(long nowNanos) {
        return sending == null || !sending.isConnected() && nowNanos - sending.sinceNanos >= STALE_NANOS;
    }

    /** Attempts that nobody needs any longer, since something is connected. */
    List<Connection> attempts() {
        return others.stream().filter(connection -> !connection.isConnected()).toList();
    }

    /** Take a connection that was opened by the other side, or opened here, perhaps without need. */
    void adopt(Connection connection) {
        if (connection == sending) {
            return;
        }
        others.remove(connection);
        if (!isConnected()) {
            if (sending != null) {
                others.add(sending);
            }
            sending = connection;
            queue.restart();
        } else {
            others.add(connection);
        }
    }

    /**
     * After a moment of quiet send on the connection that the other side prefers as well: where answers use the connection
     * of what they answer, acknowledgements of the system ride on them.
     */
    void settle(Address self, long nowNanos) {
        if (sending.isBlocked() || sending.isPreferred(self) || nowNanos - sending.usedNanos < QUIET_NANOS) {
            return;
        }
        for (int i = 0; i < others.size(); i++) {
            if (others.get(i).isPreferred(self)) {
                sending = others.set(i, sending);
                return;
            }
        }
    }

    /** Forget a connection; another one takes over sending if there is one. */
    void detach(Connection connection) {
        others.remove(connection);
        if (sending == connection) {
            queue.restart();
            sending = null;
            for (int i = 0; i < others.size() && sending == null; i++) {
                if (others.get(i).isConnected()) {
                    sending = others.remove(i);
                }
            }
            if (sending == null && !others.isEmpty()) {
                sending = others.remove(0);
            }
        }
    }

    boolean isConnected() {
        return sending != null && sending.isConnected();
    }

    /** Nothing is lost by forgetting this peer. */
    boolean isIdle() {
        return sending == null && others.isEmpty() && queue.isEmpty() && !dirty;
    }

    void attemptFailed(long nowNanos) {
        retryAtNanos = nowNanos + (FIRST_BACKOFF_NANOS << Math.min(failures, MOST_DOUBLINGS));
        failures++;
    }

    void attemptSucceeded(long nowNanos) {
        failures = 0;
        retryAtNanos = nowNanos;
    }
}
