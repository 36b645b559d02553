package dev.muster.protocols.reliability;

import dev.muster.api.Address;
import dev.muster.api.View;
import dev.muster.api.Wait;
import dev.muster.spi.Context;
import dev.muster.spi.Event;
import dev.muster.spi.Packet;
import dev.muster.spi.PacketCodec;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * This member's own group packets: numbers them in the present view, sends them, hands them up here as well, and keeps them
 * until everybody has them. Holds back what comes while there is no view, while a flush is on, or while too many are
 * unstable, and tells the layers above to pause.
 */
final class OwnPackets {

    private final Context context;
    private final Address self;
    private final long cluster;
    private final Deliveries deliveries;
    private final Tail tail;
    private final Deque<Packet> queue = new ArrayDeque<>();
    private SendWindow window = new SendWindow();
    private View view;
    private boolean frozen;
    private boolean full;
    private long queuingSince;

    OwnPackets(Context context, Deliveries deliveries, Tail tail) {
        this.context = context;
        this.deliveries = deliveries;
        this.tail = tail;
        self = context.self();
        cluster = PacketCodec.clusterId(context.cluster());
    }

    /** What was numbered in the present view and is not free. */
    SendWindow window() {
        return window;
    }

    /** Number and send, now or later; what comes back here is left to be handed up. */
    void send(Packet packet) {
        if (view == null || frozen || !queue.isEmpty() || window.isFull()) {
            queuingSince = queue.isEmpty() ? context.nowNanos() : queuingSince;
            packet.keep();
            queue.add(packet);
            pauseIfFull();
        } else {
            number(packet);
        }
    }

    private void number(Packet packet) {
        long sequence = window.highest() + 1;
        Packet numbered = packet.from(self, cluster).with(NakackHeader.data(view.id(), sequence));
        window.keep(numbered);
        context.passDown(numbered);
        deliveries.add(numbered);
        if (view.size() > 1) {
            tail.sent(sequence);
        }
    }

    /** Without anybody who finds out what is stable the window fills; stop senders then. */
    private void pauseIfFull() {
        if (window.isFull() && !full) {
            full = true;
            context.emitUp(new Event.SendingPaused(null));
        }
    }

    private void numberQueue() {
        while (!queue.isEmpty() && !frozen && !window.isFull()) {
            Packet next = queue.poll();
            number(next);
            next.release();
        }
        deliveries.passUp();
        if (full && queue.isEmpty()) {
            full = false;
            context.emitUp(new Event.SendingResumed(null));
        }
    }

    /** Number nothing more until {@link #goOn} or {@link #install}. */
    void freeze() {
        if (!frozen) {
            frozen = true;
            context.emitUp(new Event.SendingPaused(null));
        }
    }

    /** The flush has ended; the view stays. */
    void goOn() {
        if (frozen) {
            frozen = false;
            context.emitUp(new Event.SendingResumed(null));
        }
        numberQueue();
    }

    /** Begin again at 1, in another view. */
    void install(View next) {
        view = next;
        window = new SendWindow();
        tail.stop();
        goOn();
    }

    /** Everybody has those up to a sequence number; a number of them are kept all the same. */
    void stable(long sequence, int lag) {
        window.stable(sequence, lag);
        numberQueue();
    }

    /** An idle sender says how far it has got. */
    void announce() {
        tail.announce(view, window);
    }

    /** What is held back, and why. */
    void tellWaits(List<Wait> told) {
        if (!queue.isEmpty()) {
            Wait.Reason reason = view == null || frozen ? Wait.Reason.VIEW : Wait.Reason.STABILITY;
            told.add(new Wait(reason, "packets to the group that have no number yet: " + queue.size()
                    + (reason == Wait.Reason.VIEW ? "" : ", not known to be with all members: " + window.unstable()),
                    List.of(), Duration.ofNanos(context.nowNanos() - queuingSince)));
        }
    }

    /** Packets that have no number yet, or are perhaps not with everybody. */
    long waiting() {
        return queue.size() + window.unstable();
    }

    /** Their payload, and that of others kept. */
    long bytes() {
        return window.ring().bytes() + queue.stream().mapToLong(Packet::length).sum();
    }
}
