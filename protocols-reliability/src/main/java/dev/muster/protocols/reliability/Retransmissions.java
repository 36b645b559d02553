package dev.muster.protocols.reliability;

import dev.muster.api.Address;
import dev.muster.api.View;
import dev.muster.api.Wait;
import dev.muster.spi.Context;
import dev.muster.spi.Counter;
import dev.muster.spi.Packet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Asks other members for group packets that are missing here.
 *
 * <p>One timer for all senders. While packets are only late their sender is asked; while a flush target has to be reached,
 * the holder named in it, and if that does not help other members as well, in turn.
 */
final class Retransmissions {

    private final Context context;
    private final int timer;
    private final Waits waits;
    private final Counter asked;
    private View view;
    private ViewWindows windows = ViewWindows.NONE;
    private long timerAt = ReceiveWindow.NEVER;

    Retransmissions(Context context, int timer, Waits waits) {
        this.context = context;
        this.timer = timer;
        this.waits = waits;
        asked = context.counter("retransmissions_asked");
    }

    /** Serve another view from now on. */
    void install(View next, ViewWindows others) {
        view = next;
        windows = others;
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
        for (ReceiveWindow window : windows.all()) {
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
        for (ReceiveWindow window : windows.all()) {
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
}
