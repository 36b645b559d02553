package dev.muster.protocols.ordering;

import dev.muster.api.Address;
import dev.muster.api.ProtocolType;
import dev.muster.api.Settings;
import dev.muster.spi.Capability;
import dev.muster.spi.Context;
import dev.muster.spi.Counter;
import dev.muster.spi.Event;
import dev.muster.spi.Figure;
import dev.muster.spi.HeaderCodec;
import dev.muster.spi.Limits;
import dev.muster.spi.Packet;
import dev.muster.spi.Protocol;
import dev.muster.spi.ProtocolProvider;
import java.util.Iterator;
import java.util.List;
import java.util.Set;

/**
 * Causal order: a group message is delivered after all group messages that its sender had been given in the same view before
 * it sent it.
 *
 * <p>Each packet says how many packets of others its sender had delivered in the view, and waits until its receiver has
 * delivered as many. What a packet says in a view other than the one in which it is delivered means nothing: members that
 * went on together delivered the same in the former, and who was not there never delivers it.
 *
 * <p>Promised (O2): within a view nothing is delivered before, or without, what it depends on. If that has died with all who
 * had it, what depends on it is not delivered either: by no member that goes on to the next view together with this one, since
 * all of these lack the same. Not covered: messages to one member and messages out of band, neither as cause nor as effect.
 *
 * <p>Stands above flow control, whose questions about credit must not overtake data, and whose credit bounds what waits here;
 * best below {@code FRAG2}.
 */
public final class Causal extends OrderingProtocol {

    /** Name of this protocol. */
    public static final ProtocolType TYPE = ProtocolType.of("CAUSAL");

    private CausalOrder order;
    private Counter delayed;
    private Counter orphans;

    private Causal() {
        super(CausalHeader.class);
    }

    @Override
    public void start(Context to) {
        super.start(to);
        delayed = to.counter("delayed");
        orphans = to.counter("dropped_cause_lost");
    }

    @Override
    public Limits limits(Limits below) {
        return below.less(CausalHeader.MOST_BYTES);
    }

    @Override
    int waiting() {
        return order == null ? 0 : order.size();
    }

    @Override
    String whatFor() {
        return "whose causes have not come";
    }

    @Override
    List<Address> whose() {
        return List.of();
    }

    @Override
    public void down(Packet packet) {
        if (view() == null || !OrderedDeliveries.hasPlace(packet) || !order.hasUntold()) {
            context().passDown(packet);
            return;
        }
        CausalHeader header = untold();
        while (order.hasUntold()) {
            context().passDown(Packet.toGroup().with(header));
            header = untold();
        }
        context().passDown(packet.with(header));
    }

    private CausalHeader untold() {
        return new CausalHeader(view().id().counter(), order.takeUntold());
    }

    @Override
    void received(int rank, Packet packet) {
        CausalHeader header = packet.header(CausalHeader.class);
        order.received(rank, packet, header != null && counts(header) ? header : null);
        deliver();
    }

    /** What did not fit into the header of the packet that comes next. */
    @Override
    void told(int rank, Packet packet) {
        CausalHeader header = packet.header(CausalHeader.class);
        if (rank >= 0 && counts(header)) {
            order.told(rank, header);
            deliver();
        }
    }

    private boolean counts(CausalHeader header) {
        return header.view() == view().id().counter();
    }

    private void deliver() {
        Iterator<Packet> ready = order.takeReady().iterator();
        if (!ready.hasNext()) {
            delayed.increment();
        }
        deliver(() -> ready.hasNext() ? ready.next() : null);
    }

    /** What still waits, waits for what nobody here has any more. */
    @Override
    void endView() {
        for (Packet packet : order.rest()) {
            orphans.increment();
            if (packet.credit() > 0) {
                context().emitDown(new Event.Consumed(packet.source(), true, packet.credit()));
            }
        }
    }

    @Override
    void beginView() {
        order = new CausalOrder(view().size(), view().rankOf(context().self()));
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
            return "Causal order: a group message is delivered after all group messages its sender had been given before.";
        }

        @Override
        public List<Figure> figures() {
            return List.of(
                    new Figure("delayed", "messages that came before their causes"),
                    new Figure("dropped_cause_lost", "messages dropped at the end of a view because a cause died with "
                        + "all who had it"),
                    Figure.WAITING_PACKETS);
        }

        @Override
        public List<String> promises() {
            return List.of(
                    "within a view nothing is delivered before, or without, what it depends on: what its sender had been "
                            + "given in that view before it sent it");
        }

        @Override
        public List<String> doesNotPromise() {
            return List.of(
                    "delivery of what depends on a message that has died with all who had it: members that go on together "
                            + "all go without",
                    "any order of messages out of band and to one member");
        }

        @Override
        public Set<Capability> provides() {
            return Set.of(new Capability("causal-order"));
        }

        @Override
        public Set<Capability> requiresBelow() {
            return Set.of(Capability.RELIABLE_MULTICAST, Capability.MEMBERSHIP, Capability.FLOW_CONTROL);
        }

        @Override
        public List<HeaderCodec<?>> headers() {
            return List.of(new CausalHeader.Codec());
        }

        @Override
        public Protocol create(Settings settings) {
            return new Causal();
        }
    }
}
