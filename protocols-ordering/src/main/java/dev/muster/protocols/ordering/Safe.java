package dev.muster.protocols.ordering;

import dev.muster.api.Address;
import dev.muster.api.ProtocolType;
import dev.muster.api.Setting;
import dev.muster.api.Settings;
import dev.muster.spi.Capability;
import dev.muster.spi.Context;
import dev.muster.spi.Counter;
import dev.muster.spi.Figure;
import dev.muster.spi.HeaderCodec;
import dev.muster.spi.Packet;
import dev.muster.spi.Protocol;
import dev.muster.spi.ProtocolProvider;
import dev.muster.spi.RankedNumbers;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Safe delivery: a group message is delivered only when every member of the view has it.
 *
 * <p>Members tell the coordinator how many packets of whom they have, it tells all what everybody has: two small packets per
 * member and {@link #REPORT_DELAY}, whatever the load. Packets wait in the order in which they came from below, so the order
 * of {@code SEQUENCER} or {@code CAUSAL} below this protocol is kept.
 *
 * <p>Promised (O4): what a member delivers while a view lasts is delivered, in that view, by every member of the view that
 * lives to see another, wherever that may be. At the end of a view the question is put to those who go on to the next view
 * together: they all have the same by then, what still waits is delivered before the next view goes up, and all of them
 * deliver it. Members of the old view that did not come along may lack such messages; the application can't tell them from
 * others, except that nothing is delivered between them and the view. Not promised: that a member which dies has delivered
 * what it had. Not covered: messages to one member and messages out of band.
 *
 * <p>Stands above flow control, whose questions about credit must not overtake data, and whose credit bounds what waits here;
 * best below {@code FRAG2}.
 */
public final class Safe extends OrderingProtocol {

    /** Name of this protocol. */
    public static final ProtocolType TYPE = ProtocolType.of("SAFE");

    /** How long reports wait for more. */
    public static final Setting<Duration> REPORT_DELAY = Setting.duration("report_delay", Duration.ofMillis(1)).positive()
            .says("how long a member that has got packets waits for more before it tells the coordinator; adds to the time of "
                    + "delivery");

    /** Numbers that are kept of views to come, and one more for each who said them: some megabytes. */
    private static final int MOST_EARLY = 200_000;

    private static final int TIMER_REPORT = 1;
    private static final int TIMER_ANNOUNCE = 2;

    private final long delayNanos;
    private final Map<Address, SafeHeader> early = new LinkedHashMap<>();
    private SafeQueue queue;
    private Holdings holdings;
    private boolean reporting;
    private boolean announcing;
    private int earlyNumbers;
    private Counter reports;
    private Counter announcements;
    private Counter atViewChange;
    private Counter dropped;

    private Safe(Settings settings) {
        super(SafeHeader.class);
        delayNanos = settings.get(REPORT_DELAY).toNanos();
    }

    @Override
    public void start(Context to) {
        super.start(to);
        reports = to.counter("reports_sent");
        announcements = to.counter("announcements_sent");
        atViewChange = to.counter("delivered_at_view_change");
        dropped = to.counter("early_reports_dropped");
    }

    @Override
    int waiting() {
        return queue == null ? 0 : queue.size();
    }

    @Override
    String whatFor() {
        return "that not all members are known to have";
    }

    @Override
    List<Address> whose() {
        return List.of(view().coordinator());
    }

    @Override
    void received(int rank, Packet packet) {
        queue.received(rank, packet);
        if (!reporting) {
            reporting = true;
            context().setTimer(TIMER_REPORT, delayNanos);
        }
    }

    @Override
    void told(int rank, Packet packet) {
        told(packet.source(), packet.header(SafeHeader.class));
    }

    private void told(Address source, SafeHeader header) {
        if (view() == null || header.view().counter() > view().id().counter()) {
            // the source has a view that this member does not have yet; it won't say this again
            if (header.kind() == SafeHeader.HAS) {
                keepForLater(source, header);
            }
        } else if (!header.view().equals(view().id()) || !header.packets().fits(view().size())) {
            return;
        } else if (header.kind() == SafeHeader.SAFE && source.equals(view().coordinator())) {
            queue.safe(header.packets());
            deliver(queue::next);
        } else if (header.kind() == SafeHeader.HAS && holdings != null && view().contains(source)) {
            has(view().rankOf(source), header.packets());
        }
    }

    /** Of each source only what it said in its latest view, as one; of few enough sources that strangers fill no memory. */
    private void keepForLater(Address source, SafeHeader header) {
        SafeHeader before = early.get(source);
        boolean goesOn = before != null && before.view().equals(header.view());
        SafeHeader now = goesOn ? before.and(header) : header;
        int more = before == null ? 1 + now.packets().size() : now.packets().size() - before.packets().size();
        if (earlyNumbers + more > MOST_EARLY) {
            dropped.increment();
            return;
        }
        earlyNumbers += more;
        early.put(source, now);
    }

    private void has(int rank, RankedNumbers packets) {
        holdings.report(rank, packets);
        if (!announcing) {
            announcing = true;
            context().setTimer(TIMER_ANNOUNCE, 0);
        }
    }

    @Override
    public void timer(int id) {
        if (id == TIMER_REPORT) {
            reporting = false;
            report(queue.takeUntold());
        } else {
            announcing = false;
            announce(holdings == null ? RankedNumbers.NONE : holdings.takeNewlySafe());
        }
    }

    private void report(RankedNumbers packets) {
        if (packets.isEmpty()) {
            return;
        }
        if (holdings != null) {
            has(view().rankOf(context().self()), packets);
        } else {
            reports.increment();
            context().passDown(Packet.to(view().coordinator()).with(new SafeHeader(SafeHeader.HAS, view().id(), packets)));
        }
    }

    /** This member, too, goes by it only once it has come back with a number in this view. */
    private void announce(RankedNumbers packets) {
        if (!packets.isEmpty()) {
            announcements.increment();
            context().passDown(Packet.toGroup().with(new SafeHeader(SafeHeader.SAFE, view().id(), packets)));
        }
    }

    @Override
    void endView() {
        deliverRest(queue::nextOfRest, atViewChange);
    }

    @Override
    void beginView() {
        queue = new SafeQueue(view().size());
        holdings = view().coordinator().equals(context().self()) ? new Holdings(view().size()) : null;
        Map<Address, SafeHeader> kept = new LinkedHashMap<>(early);
        early.clear();
        earlyNumbers = 0;
        kept.forEach(this::told);
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
            return "Safe delivery: a group message is delivered only when every member of the view has it.";
        }

        @Override
        public List<Figure> figures() {
            return List.of(
                    new Figure("reports_sent", "reports to the coordinator of what this member has"),
                    new Figure("announcements_sent", "announcements, as coordinator, of what all have"),
                    new Figure("delivered_at_view_change", "messages delivered because the view ended, without an "
                        + "announcement"),
                    new Figure("early_reports_dropped", "reports about views to come that were too many to keep"),
                    Figure.WAITING_PACKETS);
        }

        @Override
        public List<Setting<?>> settings() {
            return List.of(REPORT_DELAY);
        }

        @Override
        public List<String> promises() {
            return List.of(
                    "what a member delivers while a view lasts, every member of it delivers that lives to see another view");
        }

        @Override
        public List<String> doesNotPromise() {
            return List.of(
                    "as much for what is delivered right before the next view: only members that go on together have it, and "
                            + "the application can't tell it from the rest",
                    "that a member which dies has delivered what it had",
                    "messages out of band and to one member");
        }

        @Override
        public Set<Capability> provides() {
            return Set.of(new Capability("safe-delivery"));
        }

        @Override
        public Set<Capability> requiresBelow() {
            return Set.of(Capability.RELIABLE_MULTICAST, Capability.RELIABLE_UNICAST, Capability.MEMBERSHIP,
                    Capability.FLOW_CONTROL);
        }

        @Override
        public List<HeaderCodec<?>> headers() {
            return List.of(new SafeHeader.Codec());
        }

        @Override
        public Protocol create(Settings settings) {
            return new Safe(settings);
        }
    }
}
