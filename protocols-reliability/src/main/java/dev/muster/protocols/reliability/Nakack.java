package dev.muster.protocols.reliability;

import dev.muster.api.Address;
import dev.muster.api.Flag;
import dev.muster.api.ProtocolType;
import dev.muster.api.Setting;
import dev.muster.api.Settings;
import dev.muster.api.View;
import dev.muster.api.Wait;
import dev.muster.spi.Capability;
import dev.muster.spi.Context;
import dev.muster.spi.Counter;
import dev.muster.spi.Digest;
import dev.muster.spi.Event;
import dev.muster.spi.Figure;
import dev.muster.spi.FlushTarget;
import dev.muster.spi.HeaderCodec;
import dev.muster.spi.Limits;
import dev.muster.spi.Packet;
import dev.muster.spi.PacketBatch;
import dev.muster.spi.PacketCodec;
import dev.muster.spi.Protocol;
import dev.muster.spi.ProtocolProvider;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reliable group packets: every member of a view delivers the packets of each sender once and in the order sent, asking for
 * what is missing; and the part of virtual synchrony that knows packets.
 *
 * <p>Sequence numbers start at 1 in every view; a packet belongs to the view in which it got its number, and counts as
 * delivered by its sender at that moment. From {@link Event.Flush} on nothing more is numbered or delivered, so the digest
 * reported then stays true until {@link Event.Fill} moves the line to the agreed target, {@link Event.FlushEnded} takes it
 * away, or {@link Event.ViewInstalled} begins anew. What is received meanwhile is kept, and whatever is kept is given to
 * whoever asks, whoever sent it.
 *
 * <p>Packets to one member and packets marked {@link Packet#UNRELIABLE} pass untouched.
 */
public final class Nakack implements Protocol {

    /** Name of this protocol. */
    public static final ProtocolType TYPE = ProtocolType.of("NAKACK");

    /** When to ask for missing packets. */
    public static final Setting<List<Duration>> RETRANSMIT_TIMEOUT = Setting.durations("retransmit_timeout",
            List.of(Duration.ofMillis(20), Duration.ofMillis(60), Duration.ofMillis(180), Duration.ofMillis(400),
                    Duration.ofMillis(800))).alias("xmit_interval").positive()
            .says("successive waits before a missing packet is asked for, and asked for again; the last one repeats")
            .insteadOf("300ms,600ms,1200ms,2400ms,4800ms", "a packet holds many messages and everything behind a gap "
                    + "waits for it, so the first request goes out as soon as reordering is unlikely");

    /** Who gets the answer. */
    public static final Setting<Boolean> USE_MCAST_XMIT = Setting.flag("use_mcast_xmit", false)
            .says("send requested packets to the whole group instead of to who asked");

    /** Limit of answers. */
    public static final Setting<Long> MAX_XMIT_SIZE = Setting.bytes("max_xmit_size", 60_000).atLeast(1_000L)
            .says("largest packet in bytes, so that it can be sent again; an answer to one request holds at most sixteen "
                    + "times that much");

    /** When packets are freed. */
    public static final Setting<Boolean> DISCARD_DELIVERED_MSGS = Setting.flag("discard_delivered_msgs", false)
            .says("free a packet as soon as every member has delivered it, without the reserve of gc_lag");

    /** Reserve of stable packets. */
    public static final Setting<Integer> GC_LAG = Setting.integer("gc_lag", 20).atLeast(0)
            .says("number of packets per sender that are kept although every member has delivered them");

    private static final Logger LOG = LoggerFactory.getLogger(Nakack.class);
    private static final int TIMER_ASK = 1;
    private static final int TIMER_HIGHEST = 2;

    private final Waits waits;
    private final boolean answerAll;
    private final int packetBytes;
    private final int lag;

    private Context context;
    private Address self;
    private long cluster;
    private Deliveries deliveries;
    private Counter duplicates;
    private Counter droppedOldView;
    private Counter droppedUnknown;
    private Retransmissions retransmissions;

    private final Map<Address, ReceiveWindow> windows = new LinkedHashMap<>();
    private final Deque<Packet> queue = new ArrayDeque<>();
    private final FuturePackets future = new FuturePackets();
    private SendWindow own = new SendWindow();
    private View view;
    private boolean frozen;
    private boolean filling;
    private boolean paused;
    private boolean pausedByWindow;
    private long queuingSince;
    private Tail tail;

    private Nakack(Settings settings) {
        waits = new Waits(settings.get(RETRANSMIT_TIMEOUT));
        answerAll = settings.get(USE_MCAST_XMIT);
        packetBytes = (int) Math.min(Integer.MAX_VALUE, settings.get(MAX_XMIT_SIZE));
        lag = settings.get(DISCARD_DELIVERED_MSGS) ? 0 : settings.get(GC_LAG);
        if (settings.get(DISCARD_DELIVERED_MSGS)) {
            LOG.info("discard_delivered_msgs=true frees a packet once all members have delivered it, not before: others "
                    + "may need it when its sender fails");
        }
    }

    @Override
    public void start(Context to) {
        context = to;
        self = to.self();
        cluster = PacketCodec.clusterId(to.cluster());
        deliveries = new Deliveries(to);
        duplicates = to.counter("duplicates");
        droppedOldView = to.counter("dropped_old_view");
        droppedUnknown = to.counter("dropped_unknown_sender");
        tail = new Tail(to, TIMER_HIGHEST, waits);
        retransmissions = new Retransmissions(to, TIMER_ASK, waits, packetBytes, answerAll);
        to.gauge("waiting_packets", () -> queue.size() + future.size() + own.unstable()
                + windows.values().stream().mapToLong(ReceiveWindow::waiting).sum());
        to.gauge("kept_bytes", () -> own.ring().bytes() + future.bytes()
                + queue.stream().mapToLong(Packet::length).sum()
                + windows.values().stream().mapToLong(window -> window.ring().bytes()).sum());
    }

    @Override
    public List<Wait> waits() {
        List<Wait> told = new ArrayList<>(retransmissions.waits());
        if (!queue.isEmpty()) {
            Wait.Reason reason = view == null || frozen ? Wait.Reason.VIEW : Wait.Reason.STABILITY;
            told.add(new Wait(reason, "packets to the group that have no number yet: " + queue.size()
                    + (reason == Wait.Reason.VIEW ? "" : ", not known to be with all members: " + own.unstable()),
                    List.of(), Duration.ofNanos(context.nowNanos() - queuingSince)));
        }
        return told;
    }

    @Override
    public Limits limits(Limits below) {
        return below.less(NakackHeader.MOST_BYTES).atMost(packetBytes);
    }

    // sending

    @Override
    public void down(Packet packet) {
        if (!packet.isToGroup() || packet.has(Packet.UNRELIABLE)) {
            context.passDown(packet);
        } else if (view == null || frozen || !queue.isEmpty() || own.isFull()) {
            queuingSince = queue.isEmpty() ? context.nowNanos() : queuingSince;
            queue.add(packet);
            pauseIfFull();
        } else {
            sequence(packet);
            deliveries.passUp();
        }
    }

    private void sequence(Packet packet) {
        long sequence = own.highest() + 1;
        Packet stamped = packet.from(self, cluster).with(NakackHeader.data(view.id(), sequence));
        own.keep(stamped);
        context.passDown(stamped);
        deliveries.add(stamped);
        if (!windows.isEmpty()) {
            tail.sent(sequence);
        }
    }

    private void sequenceQueue() {
        while (!queue.isEmpty() && !frozen && !own.isFull()) {
            sequence(queue.poll());
        }
        deliveries.passUp();
        if (pausedByWindow && queue.isEmpty()) {
            pausedByWindow = false;
            context.emitUp(new Event.SendingResumed(null));
        }
    }

    /** Without anybody who finds out what is stable the window fills; stop senders then. */
    private void pauseIfFull() {
        if (own.isFull() && !pausedByWindow) {
            pausedByWindow = true;
            context.emitUp(new Event.SendingPaused(null));
        }
    }

    // receiving

    @Override
    public void up(Packet packet) {
        receive(packet);
        deliveries.passUp();
        reportIfFilled();
    }

    @Override
    public void up(PacketBatch batch) {
        for (int i = 0; i < batch.size(); i++) {
            receive(batch.get(i));
        }
        deliveries.passUp();
        reportIfFilled();
    }

    private void receive(Packet packet) {
        NakackHeader header = packet.header(NakackHeader.class);
        if (header == null) {
            deliveries.add(packet);
            return;
        }
        switch (header.kind()) {
            case NakackHeader.DATA -> receiveData(packet, header);
            case NakackHeader.RETRANSMISSION -> {
                NakackHeader original = NakackHeader.data(header.view(), header.sequence());
                receiveData(packet.from(header.sender(), cluster).redirectedTo(null).with(original), original);
            }
            case NakackHeader.REQUEST -> retransmissions.answer(packet.source(), header);
            default -> learnHighest(packet.source(), header);
        }
    }

    private void receiveData(Packet packet, NakackHeader header) {
        if (view == null || !header.view().equals(view.id())) {
            keepForLater(packet, header);
            return;
        }
        ReceiveWindow window = windows.get(packet.source());
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

    private void learnHighest(Address source, NakackHeader header) {
        ReceiveWindow window = windows.get(source);
        if (window != null && header.view().equals(view.id())) {
            window.announced(header.sequence());
            if (window.isBehind() && window.askAt == ReceiveWindow.NEVER) {
                retransmissions.askLater(window, 0);
            }
        }
    }

    // views

    @Override
    public void timer(int id) {
        if (id == TIMER_ASK) {
            retransmissions.askWhereDue(filling);
        } else {
            tail.announce(view, own);
        }
    }

    @Override
    public Event event(Event event) {
        if (event instanceof Event.ViewInstalled installed) {
            install(installed.view());
        } else if (event instanceof Event.Flush) {
            freeze();
            return null;
        } else if (event instanceof Event.Fill fill) {
            fill(fill.target());
            return null;
        } else if (event instanceof Event.FlushEnded) {
            unfreeze();
            return null;
        } else if (event instanceof Event.DigestRequested) {
            context.emitUp(new Event.DigestReported(digest()));
            return null;
        } else if (event instanceof Event.Stable stable) {
            free(stable.digest());
            return null;
        }
        return event;
    }

    private void install(View next) {
        view = next;
        frozen = false;
        filling = false;
        tail.stop();
        own = new SendWindow();
        windows.clear();
        for (Address member : next.members()) {
            if (!member.equals(self)) {
                windows.put(member, new ReceiveWindow(member));
            }
        }
        retransmissions.install(next, windows, own);
        resume();
        sequenceQueue();
        for (Packet early : future.take(next.id())) {
            receiveData(early, early.header(NakackHeader.class));
        }
        deliveries.passUp();
    }

    private void freeze() {
        frozen = true;
        filling = false;
        if (!paused) {
            paused = true;
            context.emitUp(new Event.SendingPaused(null));
        }
        for (ReceiveWindow window : windows.values()) {
            window.freeze();
        }
        context.emitUp(new Event.Flushed(digest()));
    }

    private void fill(FlushTarget target) {
        if (!frozen) {
            LOG.debug("fill without flush in {}, ignored", view);
            return;
        }
        filling = true;
        for (FlushTarget.Entry entry : target.entries()) {
            ReceiveWindow window = windows.get(entry.sender());
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

    private void reportIfFilled() {
        if (!filling) {
            return;
        }
        for (ReceiveWindow window : windows.values()) {
            if (!window.isFilled()) {
                return;
            }
        }
        filling = false;
        context.emitUp(new Event.Filled());
    }

    private void unfreeze() {
        if (!frozen) {
            return;
        }
        frozen = false;
        filling = false;
        for (ReceiveWindow window : windows.values()) {
            window.unfreeze();
            long before = window.delivered();
            deliver(window);
            for (long sequence = window.delivered() + 1; sequence <= window.highest(); sequence++) {
                deliverOutOfBand(window, sequence);
            }
            retransmissions.watch(window, before, filling);
        }
        deliveries.passUp();
        resume();
        sequenceQueue();
    }

    private void resume() {
        if (paused) {
            paused = false;
            context.emitUp(new Event.SendingResumed(null));
        }
    }

    private Digest digest() {
        Map<Address, Long> delivered = new LinkedHashMap<>();
        Map<Address, SortedSet<Long>> beyond = new LinkedHashMap<>();
        if (view == null) {
            return new Digest(null, delivered, beyond);
        }
        for (Address member : view.members()) {
            ReceiveWindow window = windows.get(member);
            long upTo = window == null ? own.highest() : window.delivered();
            if (upTo > 0) {
                delivered.put(member, upTo);
            }
            SortedSet<Long> ahead = window == null ? null : window.deliveredBeyond();
            if (ahead != null && !ahead.isEmpty()) {
                beyond.put(member, ahead);
            }
        }
        return new Digest(view.id(), delivered, beyond);
    }

    private void free(Digest stable) {
        if (view == null || !view.id().equals(stable.view())) {
            return;
        }
        for (ReceiveWindow window : windows.values()) {
            window.freeTo(stable.of(window.sender()) - lag);
        }
        own.stable(stable.of(self), lag);
        sequenceQueue();
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
        public List<String> aliases() {
            return List.of("NAKACK2", "NAKACK3", "NAKACK4");
        }

        @Override
        public String says() {
            return "Group packets arrive at every member of the view, once, in sender order; gaps are asked for.";
        }

        @Override
        public List<String> promises() {
            return List.of(
                    "a group packet is delivered at every member of its view, itself included, once, in the order of its "
                        + "sender",
                    "with GMS: members that go on together were given the same packets, also those of senders that died "
                        + "(virtual synchrony)",
                    "packets out of band are delivered once, without waiting for those before them");
        }

        @Override
        public List<String> doesNotPromise() {
            return List.of(
                    "order between packets of different senders: SEQUENCER and CAUSAL are for that",
                    "order between a sender's group packets and those to one member");
        }

        @Override
        public List<Figure> figures() {
            return List.of(
                    new Figure("retransmissions_asked", "requests for missing packets sent"),
                    new Figure("retransmissions_sent", "packets sent again"),
                    new Figure("duplicates", "packets that had come before"),
                    new Figure("dropped_old_view", "packets of a view that has ended"),
                    new Figure("dropped_unknown_sender", "packets of senders that are not in their view"),
                    Figure.WAITING_PACKETS,
                    Figure.KEPT_BYTES);
        }

        @Override
        public List<Setting<?>> settings() {
            return List.of(RETRANSMIT_TIMEOUT, USE_MCAST_XMIT, MAX_XMIT_SIZE, DISCARD_DELIVERED_MSGS, GC_LAG);
        }

        @Override
        public Set<Capability> provides() {
            return Set.of(Capability.RELIABLE_MULTICAST);
        }

        @Override
        public Set<Capability> requiresBelow() {
            return Set.of(Capability.TRANSPORT);
        }

        @Override
        public Set<Capability> requiresAbove() {
            return Set.of(Capability.STABILITY, Capability.MEMBERSHIP);
        }

        @Override
        public List<HeaderCodec<?>> headers() {
            return List.of(new NakackHeader.Codec());
        }

        @Override
        public Protocol create(Settings settings) {
            return new Nakack(settings);
        }
    }
}
