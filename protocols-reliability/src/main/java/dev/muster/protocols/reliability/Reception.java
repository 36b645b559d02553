package dev.muster.protocols.reliability;

import dev.muster.api.Address;
import dev.muster.api.Flag;
import dev.muster.api.View;
import dev.muster.api.Wait;
import dev.muster.spi.Context;
import dev.muster.spi.Counter;
import dev.muster.spi.Event;
import dev.muster.spi.FlushTarget;
import dev.muster.spi.Packet;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands up what the other members send in the present view: per sender in order, once, and no further than the line that
 * membership draws during a flush. Packets of later views wait for them, those of earlier ones are dropped.
 */
final class Reception {

    private static final Logger LOG = LoggerFactory.getLogger(Reception.class);

    private final Context context;
    private final Address self;
    private final Deliveries deliveries;
    private final Waits waits;
    private final Retransmissions retransmissions;
    private final FuturePackets future = new FuturePackets();
    private final Counter duplicates;
    private final Counter droppedOldView;
    private final Counter droppedUnknown;
    private ViewWindows windows = ViewWindows.NONE;
    private View view;
    private boolean frozen;
    private boolean filling;

    Reception(Context context, Deliveries deliveries, int timer, Waits waits) {
        this.context = context;
        this.deliveries = deliveries;
        this.waits = waits;
        self = context.self();
        retransmissions = new Retransmissions(context, timer, waits);
        duplicates = context.counter("duplicates");
        droppedOldView = context.counter("dropped_old_view");
        droppedUnknown = context.counter("dropped_unknown_sender");
    }

    /** What is known of the others' packets in the present view. */
    ViewWindows windows() {
        return windows;
    }

    /** Packets that wait for others before them, for their view, or for the end of a flush; missing ones count. */
    long waiting() {
        return future.size() + windows.waiting();
    }

    /** Payload of the packets kept. */
    long bytes() {
        return future.bytes() + windows.bytes();
    }

    /** What has been asked for, at least once. */
    List<Wait> waits() {
        return retransmissions.waits();
    }

    /** Take a group packet in, whoever brought it. What can be handed up is left to {@link Deliveries#passUp}. */
    void receive(Packet packet, NakackHeader header) {
        if (view == null || !header.view().equals(view.id())) {
            keepForLater(packet, header);
            return;
        }
        ReceiveWindow window = windows.of(packet.source());
        if (window == null) {
            droppedUnknown.increment();
        } else if (!window.offer(header.sequence(), packet)) {
            duplicates.increment();
        } else {
            long before = window.delivered();
            if (packet.has(Flag.OOB)) {
                deliverOutOfBand(window, header.sequence());
            }
            deliver(window);
            retransmissions.watch(window, before, filling);
        }
    }

    private void keepForLater(Packet packet, NakackHeader header) {
        if (view == null || header.view().counter() > view.id().counter()) {
            future.add(packet);
        } else {
            droppedOldView.increment();
        }
    }

    private void deliver(ReceiveWindow window) {
        for (Packet next = window.next(); next != null; next = window.next()) {
            deliveries.add(next);
        }
    }

    private void deliverOutOfBand(ReceiveWindow window, long sequence) {
        Packet packet = window.outOfBand(sequence);
        if (packet != null) {
            deliveries.add(packet);
        }
    }

    /** An idle sender says how far it has got. */
    void learnHighest(Address source, NakackHeader header) {
        ReceiveWindow window = windows.of(source);
        if (window != null && header.view().equals(view.id())) {
            window.announced(header.sequence());
            if (window.isBehind() && window.askAt == ReceiveWindow.NEVER) {
                retransmissions.askLater(window, 0);
            }
        }
    }

    /** The timer has run out: ask for what is missing. */
    void askWhereDue() {
        retransmissions.askWhereDue(filling);
    }

    /** Begin with nothing, in another view. */
    void install(View next) {
        view = next;
        frozen = false;
        filling = false;
        windows = new ViewWindows(next, self);
        retransmissions.install(next, windows);
    }

    /** Take in what came for the present view before it was installed here. */
    void takeEarly() {
        for (Packet early : future.take(view.id())) {
            receive(early, early.header(NakackHeader.class));
        }
        deliveries.passUp();
    }

    /** Hand up nothing more of this view until told how far. */
    void freeze() {
        frozen = true;
        filling = false;
        for (ReceiveWindow window : windows.all()) {
            window.freeze();
        }
    }

    /** Hand up all packets up to an agreed target, and fetch those that are missing. */
    void fill(FlushTarget target) {
        if (!frozen) {
            LOG.debug("{}: fill without flush in {}, ignored", self, view);
            return;
        }
        filling = true;
        for (FlushTarget.Entry entry : target.entries()) {
            ReceiveWindow window = windows.of(entry.sender());
            if (window != null) {
                window.allow(entry.upTo(), entry.beyond(), entry.holder());
                for (long sequence : entry.beyond()) {
                    deliverOutOfBand(window, sequence);
                }
                deliver(window);
                if (!window.isFilled()) {
                    // A sender that lives has probably sent it already; only others have to be asked at once.
                    retransmissions.askLater(window, entry.holder().equals(entry.sender()) ? waits.after(0) : 0);
                }
            }
        }
        deliveries.passUp();
        reportIfFilled();
    }

    /** Tell membership when the target is reached; after everything up to it has been handed up. */
    void reportIfFilled() {
        if (filling && windows.areFilled()) {
            filling = false;
            context.emitUp(new Event.Filled());
        }
    }

    /** The flush has ended; the view stays. */
    void unfreeze() {
        if (!frozen) {
            return;
        }
        frozen = false;
        filling = false;
        for (ReceiveWindow window : windows.all()) {
            window.unfreeze();
            long before = window.delivered();
            deliver(window);
            for (long sequence = window.delivered() + 1; sequence <= window.highest(); sequence++) {
                deliverOutOfBand(window, sequence);
            }
            retransmissions.watch(window, before, filling);
        }
        deliveries.passUp();
    }
}
