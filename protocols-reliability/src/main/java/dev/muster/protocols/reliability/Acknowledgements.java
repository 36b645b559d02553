package dev.muster.protocols.reliability;

import dev.muster.spi.Context;
import dev.muster.spi.Counter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Acknowledges what came: along with packets that go to the peer anyway, else after a short delay or so many packets, and at
 * once where a gap appears.
 */
final class Acknowledgements {

    private static final long DELAY = Duration.ofMillis(10).toNanos();
    private static final int PACKETS = 32;
    /** More than flow control grants at a time: where it is in the stack, its grants take the acknowledgement along. */
    private static final long BYTES = 1_500_000;

    private final Context context;
    private final int timer;
    private final List<Peer> owing = new ArrayList<>();
    private final Counter sent;

    Acknowledgements(Context context, int timer) {
        this.context = context;
        this.timer = timer;
        sent = context.counter("acknowledgements_sent");
    }

    /** A packet came from a peer. */
    void owe(Peer peer, int bytes) {
        ReceiveConnection in = peer.in;
        in.owedPackets++;
        in.owedBytes += bytes;
        boolean newGap = in.hasGap() && (in.gapReportedAt != in.delivered()
                || context.nowNanos() - in.gapReportedNanos >= DELAY);
        if (newGap || in.owedPackets >= PACKETS || in.owedBytes >= BYTES) {
            acknowledge(peer);
        } else if (!in.listed) {
            in.listed = true;
            owing.add(peer);
            if (owing.size() == 1) {
                context.setTimer(timer, DELAY);
            }
        }
    }

    private void acknowledge(Peer peer) {
        ReceiveConnection in = peer.in;
        in.owedPackets = 0;
        in.owedBytes = 0;
        if (in.hasGap()) {
            in.gapSince = in.gapReportedAt == in.delivered() ? in.gapSince : context.nowNanos();
            in.gapReportedAt = in.delivered();
            in.gapReportedNanos = context.nowNanos();
        }
        sent.increment();
        context.passDown(peer.control(UnicastHeader.ack(in.number(), in.delivered(), in.beyond())));
    }

    /** The timer has run out. */
    void acknowledgeWhereOwed() {
        for (int i = 0; i < owing.size(); i++) {
            Peer peer = owing.get(i);
            if (peer.in != null) {
                peer.in.listed = false;
                if (peer.in.owedPackets > 0) {
                    acknowledge(peer);
                }
            }
        }
        owing.clear();
    }
}
