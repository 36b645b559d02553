package dev.muster.protocols.reliability;

import dev.muster.api.Address;
import dev.muster.api.View;
import dev.muster.api.Wait;
import dev.muster.spi.Context;
import dev.muster.spi.Counter;
import dev.muster.spi.Packet;
import dev.muster.spi.PacketCodec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Asks other members for group packets that are missing here, and gives them what they ask for.
 *
 * <p>One timer for all senders. While packets are only late their sender is asked; while a flush target has to be reached,
 * the holder named in it, and if that does not help other members as well, in turn.
 */
final class Retransmissions {

    /** An answer holds at most this many packets of the largest size. */
    private static final int ANSWER_PACKETS = 16;

    private final Context context;
    private final int timer;
    private final Waits waits;
    private final int packetBytes;
    private final boolean answerAll;
    private final long cluster;
    private final Counter sentAgain;
    private final Counter asked;
    private View view;
    private Map<Address, ReceiveWindow> windows = Map.of();
    private SendWindow own;
    private long timerAt = ReceiveWindow.NEVER;

    Retransmissions(Context context, int timer, Waits waits, int packetBytes, boolean answerAll) {
        this.context = context;
        this.timer = timer;
        this.waits = waits;
        this.packetBytes = packetBytes;
        this.answerAll = answerAll;
        cluster = PacketCodec.clusterId(context.cluster());
        sentAgain = context.counter("retransmissions_sent");
        asked = context.counter("retransmissions_asked");
    }

    /** Serve another view from now on. */
    void install(View next, Map<Address, ReceiveWindow> others, SendWindow mine) {
        view = next;
        windows = others;
        own = mine;
        timerAt = ReceiveWindow.NEVER;
        context.cancelTimer(timer);
    }

    /** Start, restart or end the wait before asking, after something came in. */
    void watch(ReceiveWindow window, long deliveredBefore, boolean filling) {
        if (!window.isBehind()) {
            window.askAt = ReceiveWindow.NEVER;
        } else if (window.askAt == ReceiveWindow.NEVER || window.delivered() > deliveredBefore && !filling) {
            askLater(window, waits.after(0));
        }
    }

    /** Ask after a wait of its own, then after the usual ones. */
    void askLater(ReceiveWindow window, long wait) {
        if (window.askAt == ReceiveWindow.NEVER) {
            window.behindSince = context.nowNanos();
        }
        window.asked = 0;
        window.askAt = context.nowNanos() + wait;
        arm(window.askAt);
    }

    private void arm(long at) {
        if (at < timerAt) {
            timerAt = at;
            context.setTimer(timer, at - context.nowNanos());
        }
    }

    /** The timer has run out. */
    void askWhereDue(boolean filling) {
        timerAt = ReceiveWindow.NEVER;
        long now = context.nowNanos();
        long next = ReceiveWindow.NEVER;
        for (ReceiveWindow window : windows.values()) {
            if (window.askAt <= now) {
                ask(window, now, filling);
            }
            next = Math.min(next, window.askAt);
        }
        arm(next);
    }

    private void ask(ReceiveWindow window, long now, boolean filling) {
        Ranges missing = window.missing(filling);
        if (missing.isEmpty()) {
            window.askAt = ReceiveWindow.NEVER;
            return;
        }
        NakackHeader request = NakackHeader.request(view.id(), window.sender(), missing);
        askMember(window.holder(), request);
        if (filling && window.asked > 0) {
            // The holder is perhaps gone by now, or lacks what was delivered out of band: anybody may have it.
            int turn = Math.floorMod(view.rankOf(window.holder()) + window.asked, view.size());
            askMember(view.members().get(turn), request);
        }
        window.asked++;
        window.askAt = now + waits.after(window.asked);
    }

    private void askMember(Address member, NakackHeader request) {
        if (!member.equals(context.self())) {
            asked.increment();
            context.passDown(Packet.to(member).withFlags(Packet.UNRELIABLE).with(request));
        }
    }

    /** What has been asked for, at least once. */
    List<Wait> waits() {
        List<Wait> told = new ArrayList<>();
        for (ReceiveWindow window : windows.values()) {
            Ranges missing = window.missing(false);
            if (window.asked > 0 && !missing.isEmpty()) {
                told.add(new Wait(Wait.Reason.RETRANSMISSION, "group packets " + missing.words() + " of " + window.sender()
                        + " in view " + view.id().counter() + ", asked for: " + window.asked + " times, missing or behind: "
                        + window.waiting(), List.of(window.holder()),
                        Duration.ofNanos(context.nowNanos() - window.behindSince)));
            }
        }
        return told;
    }

    /** Somebody asks: send what is kept, up to a bound. */
    void answer(Address asker, NakackHeader request) {
        if (view == null || !request.view().equals(view.id()) || !view.contains(asker)) {
            return;
        }
        ReceiveWindow window = windows.get(request.sender());
        if (window != null) {
            answer(asker, request, window.ring(), window.highest());
        } else if (request.sender().equals(context.self())) {
            answer(asker, request, own.ring(), own.highest());
        }
    }

    private void answer(Address asker, NakackHeader request, PacketRing ring, long highest) {
        long budget = (long) packetBytes * ANSWER_PACKETS;
        for (int i = 0; i < request.ranges().count(); i++) {
            long to = Math.min(highest, request.ranges().to(i));
            for (long seq = Math.max(ring.first(), request.ranges().from(i)); seq <= to && budget > 0; seq++) {
                Packet kept = ring.get(seq);
                if (kept != null) {
                    sendAgain(kept, asker, NakackHeader.retransmission(view.id(), seq, request.sender()));
                    budget -= kept.length();
                }
            }
        }
    }

    private void sendAgain(Packet kept, Address asker, NakackHeader header) {
        sentAgain.increment();
        context.passDown(kept.from(context.self(), cluster).redirectedTo(answerAll ? null : asker).with(header));
    }
}
