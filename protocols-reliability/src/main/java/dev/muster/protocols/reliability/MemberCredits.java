package dev.muster.protocols.reliability;

import dev.muster.api.Address;
import dev.muster.spi.Packet;
import java.util.ArrayDeque;
import java.util.Deque;

/** The sending half of flow control for data to one member (in other toolkits UFC). */
final class MemberCredits {

    private final Address member;
    private final long most;
    private final Deque<Packet> queue = new ArrayDeque<>();
    private long consumed;
    private long sent;

    /** Whether {@link dev.muster.spi.Event.SendingPaused} has been emitted. */
    boolean paused;
    /** Total when it was last looked at. */
    long sentBefore;
    /** When the pause began. */
    long pausedAt;

    /**
     * Begin with full credit.
     *
     * @param start where the total begins: no less than any total this member was told before
     */
    MemberCredits(Address member, long most, long start) {
        this.member = member;
        this.most = most;
        this.sent = start;
        this.consumed = start;
    }

    Address member() {
        return member;
    }

    Deque<Packet> queue() {
        return queue;
    }

    long sent() {
        return sent;
    }

    boolean maySend() {
        return sent - consumed < most;
    }

    long send(int bytes) {
        sent += bytes;
        return sent;
    }

    void granted(long total) {
        consumed = Math.min(total, sent);
    }
}
