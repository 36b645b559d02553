package dev.muster.protocols.reliability;

import dev.muster.api.Address;
import dev.muster.spi.Context;
import dev.muster.spi.Counter;
import dev.muster.spi.Packet;
import java.time.Duration;

/**
 * Sends again what is not acknowledged in time, or is known to be missing. The waits grow, for the peer may be gone or the
 * network overloaded; they begin anew when the peer is heard after a silence or something tells that the link works again,
 * and what is sent in between takes along what was sent in vain. Peers that are no members and stay silent are given up.
 */
final class Resends {

    private static final int MOST_AT_ONCE = 16;
    /** What new packets take along: words of membership that wait, not the window of a receiver that stands still. */
    private static final int MOST_ALONG = 8;
    private static final long GIVE_UP = Duration.ofSeconds(10).toNanos();
    private static final int GIVE_UP_TRIES = 6;
    /** The evidence of a death may be wrong, where connections fail for other reasons. */
    private static final int GIVE_UP_THE_DEAD_TRIES = 3;
    /** By then a sender that is no member has given up itself. */
    static final long FORGET = GIVE_UP * 3 / 2;

    private final Context context;
    private final int timer;
    private final Waits waits;
    private final Peers peers;
    private final Counter sentAgain;
    private final Counter givenUp;
    private long timerAt = SendConnection.NEVER;
    private boolean inVain;

    Resends(Context context, int timer, Waits waits, Peers peers) {
        this.context = context;
        this.timer = timer;
        this.waits = waits;
        this.peers = peers;
        sentAgain = context.counter("retransmissions_sent");
        givenUp = context.counter("connections_given_up");
    }

    /** The first packet goes to a peer since it has acknowledged everything. */
    void begin(SendConnection out) {
        out.heardAt = context.nowNanos();
        out.tries = 0;
        later(out, waits.after(0));
    }

    /** A peer has acknowledged up to a sequence number of some connection. */
    void acknowledged(Peer peer, long connection, long sequence) {
        SendConnection out = peer == null ? null : peer.out;
        if (out == null || out.number() != connection) {
            return;
        }
        out.heardAt = context.nowNanos();
        if (out.acknowledge(sequence)) {
            out.tries = 0;
            if (out.isIdle()) {
                out.resendAt = SendConnection.NEVER;
            } else {
                later(out, waits.after(0));
            }
        }
    }

    private void later(SendConnection out, long wait) {
        out.resendAt = context.nowNanos() + wait;
        if (out.resendAt < timerAt) {
            timerAt = out.resendAt;
            context.setTimer(timer, wait);
        }
    }

    /** The timer has run out. */
    void resendWhereDue() {
        timerAt = SendConnection.NEVER;
        inVain = false;
        long now = context.nowNanos();
        long next = SendConnection.NEVER;
        for (Peer peer : peers.all()) {
            if (peer.out != null && peer.out.resendAt <= now) {
                resendOldest(peer, now);
            }
            if (peer.out != null) {
                next = Math.min(next, peer.out.resendAt);
                inVain |= peer.out.tries > 0;
            }
        }
        if (next != SendConnection.NEVER) {
            timerAt = next;
            context.setTimer(timer, next - now);
        }
    }

    private void resendOldest(Peer peer, long now) {
        SendConnection out = peer.out;
        if (out.isIdle()) {
            out.resendAt = SendConnection.NEVER;
        } else if (isHopeless(peer, now)) {
            giveUp(peer);
        } else {
            resendOldest(peer);
            out.resent();
            out.resendAt = now + waits.after(out.tries);
        }
    }

    private boolean isHopeless(Peer peer, long now) {
        boolean silent = peer.out.tries >= GIVE_UP_TRIES && now - peer.out.heardAt > GIVE_UP;
        return (peer.dead && peer.out.tries >= GIVE_UP_THE_DEAD_TRIES || silent) && !peers.isMember(peer);
    }

    private void resendOldest(Peer peer) {
        SendConnection out = peer.out;
        long last = Math.min(out.highest(), out.acknowledged() + MOST_AT_ONCE);
        for (long sequence = out.acknowledged() + 1; sequence <= last; sequence++) {
            resend(peer, sequence);
        }
    }

    private void resend(Peer peer, long sequence) {
        Packet packet = peer.out.get(sequence);
        sentAgain.increment();
        context.passDown(packet.with(peer.header(sequence, packet.header(UnicastHeader.class).part())));
    }

    /** Forget what a peer that is no member does not take. */
    void giveUp(Peer peer) {
        givenUp.increment();
        peer.out = null;
    }

    /** Send what the peer says it lacks at once. */
    void hurry(Peer peer, UnicastHeader header) {
        if (peer == null || peer.out == null || peer.out.number() != header.connection()) {
            return;
        }
        long missing = header.sequence() + 1;
        for (int i = 0; i < header.ranges().count(); i++) {
            hurry(peer, missing, header.ranges().from(i) - 1);
            missing = header.ranges().to(i) + 1;
        }
    }

    private void hurry(Peer peer, long from, long to) {
        SendConnection out = peer.out;
        long end = Math.min(to, out.highest());
        for (long sequence = Math.max(from, out.acknowledged() + 1); sequence <= end; sequence++) {
            if (out.hurry(sequence, context.nowNanos(), waits.after(0) / 2)) {
                resend(peer, sequence);
            }
        }
    }

    /** Something new is about to go to a peer: should it be back, it need not ask for what it has missed. */
    void sendAlong(Peer peer) {
        SendConnection out = peer.out;
        if (out.tries > 0 && out.unacknowledged() <= MOST_ALONG) {
            hurry(peer, out.acknowledged() + 1, out.sentInVain());
        }
    }

    /** Whether anything was sent again and is not acknowledged; else {@link #heard} need not be called. */
    boolean areInVain() {
        return inVain;
    }

    /**
     * A packet of any kind came from somebody. It is news only after a silence for the longest wait: a link may fail in one
     * direction alone.
     */
    void heard(Address source) {
        Peer peer = peers.find(source);
        if (peer != null && peer.out != null && peer.out.isHeardAgain() && peer.out.tries >= waits.count()) {
            startAgain(peer);
        }
    }

    /** Packets reach a peer again, it is said. */
    void linkWorks(Peer peer) {
        if (peer != null && peer.out != null && peer.out.tries > 0) {
            startAgain(peer);
        }
    }

    private void startAgain(Peer peer) {
        resendOldest(peer);
        begin(peer.out);
    }
}
