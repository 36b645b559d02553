package dev.muster.protocols.ordering;

import dev.muster.api.Address;
import dev.muster.api.ProtocolType;
import dev.muster.api.Settings;
import dev.muster.spi.Capability;
import dev.muster.spi.Context;
import dev.muster.spi.Counter;
import dev.muster.spi.Figure;
import dev.muster.spi.HeaderCodec;
import dev.muster.spi.Limits;
import dev.muster.spi.Packet;
import dev.muster.spi.Protocol;
import dev.muster.spi.ProtocolProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Total order: all members deliver the group messages of all senders in one order, one's own at their place in it.
 *
 * <p>The coordinator of the view orders packets as they reach it, and tells the order in reliable group packets of its own,
 * at most one per turn of the stack. Nothing is added to data: in a view everybody gets the same packets of each sender in
 * the same order, so it is enough to say how many of whom come next. At the end of a view what has no place yet is delivered
 * sender by sender, most senior first, before the next view goes up: members that go on together have the same packets and
 * the same announcements then, so they do it alike.
 *
 * <p>Promised (O3): members that go from one view to the next together delivered the same in the former, in the same order;
 * while a view lasts, what one member has delivered is the beginning of what another has, or the other way round. The order
 * of each sender is kept, and while a view lasts so is causal order. Not promised: that a member which dies or is parted from
 * the others has delivered its last messages in their order, or has what they depended on; {@code SAFE} above this protocol
 * promises that of all that was delivered before the end of the view.
 * Packets out of band and to one member are not ordered.
 *
 * <p>Stands above flow control, whose questions about credit must not overtake data, and whose credit bounds what waits here;
 * best below {@code FRAG2}.
 */
public final class Sequencer extends OrderingProtocol {

    /** Name of this protocol. */
    public static final ProtocolType TYPE = ProtocolType.of("SEQUENCER");

    private static final int TIMER_ANNOUNCE = 1;
    private static final int MOST_RUNS = 1_000;

    private final List<OrderHeader.Run> unannounced = new ArrayList<>();
    private TotalOrder order = new TotalOrder();
    private boolean ordering;
    private boolean timing;
    private int runsPerPacket = MOST_RUNS;
    private Counter announcements;
    private Counter unordered;

    private Sequencer() {
        super(OrderHeader.class);
    }

    @Override
    public void start(Context to) {
        super.start(to);
        announcements = to.counter("announcements_sent");
        unordered = to.counter("ordered_by_view_change");
    }

    @Override
    int waiting() {
        return order.size();
    }

    @Override
    String whatFor() {
        return "that the coordinator has given no place yet";
    }

    @Override
    List<Address> whose() {
        return List.of(view().coordinator());
    }

    @Override
    public Limits limits(Limits below) {
        int room = below.packetBytes() - OrderHeader.FRAME_BYTES;
        runsPerPacket = Math.max(1, Math.min(MOST_RUNS, room / OrderHeader.RUN_BYTES));
        return below;
    }

    @Override
    void received(int rank, Packet packet) {
        order.received(rank, packet);
        if (ordering) {
            giveNextPlaceTo(rank);
        }
        deliver(order::next);
    }

    @Override
    void told(int rank, Packet packet) {
        OrderHeader header = packet.header(OrderHeader.class);
        // said in a former view, and got its number in this one: what it speaks of has been delivered long ago
        if (rank != 0 || header.view() != view().id().counter()) {
            return;
        }
        for (OrderHeader.Run run : header.runs()) {
            order.announced(run.rank(), run.packets());
        }
        deliver(order::next);
    }

    private void giveNextPlaceTo(int rank) {
        int last = unannounced.size() - 1;
        if (last >= 0 && unannounced.get(last).rank() == rank) {
            unannounced.set(last, new OrderHeader.Run(rank, unannounced.get(last).packets() + 1));
        } else {
            unannounced.add(new OrderHeader.Run(rank, 1));
        }
        if (!timing) {
            timing = true;
            context().setTimer(TIMER_ANNOUNCE, 0);
        }
    }

    /** Tell the order. This member, too, goes by it only once it has come back with a number in this view. */
    @Override
    public void timer(int id) {
        timing = false;
        for (int from = 0; from < unannounced.size(); from += runsPerPacket) {
            List<OrderHeader.Run> runs = unannounced.subList(from, Math.min(unannounced.size(), from + runsPerPacket));
            announcements.increment();
            context().passDown(Packet.toGroup().with(new OrderHeader(view().id().counter(), runs)));
        }
        unannounced.clear();
    }

    @Override
    void endView() {
        deliverRest(order::nextOfRest, unordered);
    }

    @Override
    void beginView() {
        ordering = view().coordinator().equals(context().self());
        order = new TotalOrder();
        unannounced.clear();
    }

    /** Publishes the protocol. */
    public static final class Provider implements ProtocolProvider {

        /** For the service loader. */
        public Provider() {}

        @Override
        public ProtocolType type() {
            return TYPE;
        }

        @Override
        public String says() {
            return "Total order: all members deliver the group messages of all senders in one order, which the coordinator "
                    + "tells.";
        }

        @Override
        public List<Figure> figures() {
            return List.of(
                    new Figure("announcements_sent", "announcements of the order, as coordinator"),
                    new Figure("ordered_by_view_change", "messages that the end of a view put in order"),
                    Figure.WAITING_PACKETS);
        }

        @Override
        public List<String> promises() {
            return List.of(
                    "members that go from one view to the next together have delivered the same in the former, in the same "
                            + "order",
                    "while a view lasts, what one member has delivered is the beginning of what another has, or the reverse",
                    "while a view lasts, the order of each sender is kept, and causal order");
        }

        @Override
        public List<String> doesNotPromise() {
            return List.of(
                    "total or causal order of the last messages of a view at a member that dies or is parted from the others, "
                            + "which may lack what they depended on: SAFE above this protocol excludes that for all that is "
                            + "delivered before the view ends",
                    "any order of messages out of band and to one member");
        }

        @Override
        public Set<Capability> provides() {
            return Set.of(new Capability("total-order"));
        }

        @Override
        public Set<Capability> requiresBelow() {
            return Set.of(Capability.RELIABLE_MULTICAST, Capability.MEMBERSHIP, Capability.FLOW_CONTROL);
        }

        @Override
        public List<HeaderCodec<?>> headers() {
            return List.of(new OrderHeader.Codec());
        }

        @Override
        public Protocol create(Settings settings) {
            return new Sequencer();
        }
    }
}
