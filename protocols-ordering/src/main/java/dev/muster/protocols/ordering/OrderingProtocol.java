package dev.muster.protocols.ordering;

import dev.muster.api.Address;
import dev.muster.api.View;
import dev.muster.api.Wait;
import dev.muster.spi.Context;
import dev.muster.spi.Counter;
import dev.muster.spi.Event;
import dev.muster.spi.Header;
import dev.muster.spi.Packet;
import dev.muster.spi.PacketBatch;
import dev.muster.spi.Protocol;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/**
 * A layer that keeps group messages back until it is their turn: what has a place in the order waits, everything else passes.
 * Orders differ in who waits for what within one view, and in what becomes of the rest when the view ends; that is for
 * subclasses to say.
 */
abstract class OrderingProtocol implements Protocol {

    /** What waits for less is merely under way. */
    private static final long LATE_NANOS = Duration.ofMillis(50).toNanos();

    private final Class<? extends Header> headers;
    private Context context;
    private OrderedDeliveries deliveries;
    private View view;
    private long kept;
    private long wentOnAt;

    /**
     * Create one.
     *
     * @param headers what members tell each other about the order, with packets that have a place in it or by themselves
     */
    OrderingProtocol(Class<? extends Header> headers) {
        this.headers = headers;
    }

    @Override
    public void start(Context to) {
        context = to;
        deliveries = new OrderedDeliveries(to);
        to.gauge("waiting_packets", this::waiting);
    }

    /** How many packets wait for their turn. */
    abstract int waiting();

    /** Why they wait: half a sentence that goes on after {@code messages}. */
    abstract String whatFor();

    /** Members whose doing they wait for; of a view of several. */
    abstract List<Address> whose();

    @Override
    public final List<Wait> waits() {
        long lasting = kept == 0 ? 0 : context.nowNanos() - wentOnAt;
        return lasting < LATE_NANOS ? List.of() : List.of(new Wait(Wait.Reason.ORDER, "messages " + whatFor() + ": " + waiting(),
                whose(), Duration.ofNanos(lasting)));
    }

    final Context context() {
        return context;
    }

    /** The view in which packets are ordered; null before the first. */
    final View view() {
        return view;
    }

    @Override
    public void down(Packet packet) {
        context.passDown(packet);
    }

    @Override
    public final void up(Packet packet) {
        receive(packet);
        deliveries.passUp();
    }

    @Override
    public final void up(PacketBatch batch) {
        for (Packet packet : batch) {
            receive(packet);
        }
        deliveries.passUp();
    }

    private void receive(Packet packet) {
        int rank = view == null ? -1 : view.rankOf(packet.source());
        if (rank < 0 || !OrderedDeliveries.hasPlace(packet)) {
            if (packet.header(headers) == null) {
                deliveries.add(packet);
            } else {
                told(rank, packet);
            }
        } else if (view.size() == 1) {
            deliveries.addOrdered(packet);
        } else {
            wentOnAt = kept == 0 ? context.nowNanos() : wentOnAt;
            kept++;
            received(rank, packet);
        }
    }

    /**
     * A packet that has a place in the order has come, in a view of several members.
     *
     * @param rank of its source
     * @param packet to be kept until it is its turn; may carry a header, too
     */
    abstract void received(int rank, Packet packet);

    /**
     * A packet without a place in the order says something about it.
     *
     * @param rank of its source, below 0 if that is no member of the view or there is none
     * @param packet carries a header
     */
    abstract void told(int rank, Packet packet);

    /** Hand up packets whose turn it is, until there is none. */
    final void deliver(Supplier<Packet> next) {
        for (Packet packet = next.get(); packet != null; packet = next.get()) {
            deliveries.addOrdered(packet);
            kept--;
            wentOnAt = context.nowNanos();
        }
    }

    /** Hand up what the end of the view decides upon, before the next view goes up. */
    final void deliverRest(Supplier<Packet> next, Counter count) {
        deliver(() -> {
            Packet packet = next.get();
            if (packet != null) {
                count.increment();
            }
            return packet;
        });
    }

    @Override
    public final Event event(Event event) {
        if (event instanceof Event.ViewInstalled installed) {
            if (view != null) {
                endView();
                deliveries.passUp();
            }
            view = installed.view();
            kept = 0;
            beginView();
        }
        return event;
    }

    /** The view is over: nothing more comes in it. All that go on together have the same packets and were told the same. */
    abstract void endView();

    /** A view begins, with nothing received or told in it. */
    abstract void beginView();
}
