package dev.muster.protocols.reliability;

import dev.muster.api.Address;
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
import dev.muster.spi.HeaderCodec;
import dev.muster.spi.Limits;
import dev.muster.spi.MalformedException;
import dev.muster.spi.Packet;
import dev.muster.spi.PacketBatch;
import dev.muster.spi.PacketCodec;
import dev.muster.spi.Protocol;
import dev.muster.spi.ProtocolProvider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
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
 * <p>{@link OwnPackets} is what this member sends, {@link Reception} what it receives and lacks; {@link Answers} gives others
 * what they lack.
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
            .says("small packets that are asked for share answers of at most this many bytes, at most sixteen of them for one "
                    + "request; no packet is larger, so that each can be sent again in one piece");

    /** When packets are freed. */
    public static final Setting<Boolean> DISCARD_DELIVERED_MSGS = Setting.flag("discard_delivered_msgs", false)
            .says("true: free a packet as soon as every member has delivered it, without the reserve of gc_lag; never before, "
                    + "since others may need it when its sender fails");

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
    private View view;
    private Deliveries deliveries;
    private OwnPackets own;
    private Reception reception;
    private Answers answers;
    private Counter droppedAnswers;

    private Nakack(Settings settings) {
        waits = new Waits(settings.get(RETRANSMIT_TIMEOUT));
        answerAll = settings.get(USE_MCAST_XMIT);
        packetBytes = (int) Math.min(Integer.MAX_VALUE, settings.get(MAX_XMIT_SIZE));
        lag = settings.get(DISCARD_DELIVERED_MSGS) ? 0 : settings.get(GC_LAG);
        if (settings.get(DISCARD_DELIVERED_MSGS)) {
            LOG.info("discard_delivered_msgs=true frees a packet once all members have delivered it, not before: others "
                    + "may need it when its sender fails; gc_lag has no effect beside it");
        }
    }

    @Override
    public void start(Context to) {
        context = to;
        self = to.self();
        cluster = PacketCodec.clusterId(to.cluster());
        deliveries = new Deliveries(to);
        own = new OwnPackets(to, deliveries, new Tail(to, TIMER_HIGHEST, waits));
        reception = new Reception(to, deliveries, TIMER_ASK, waits);
        answers = new Answers(to, packetBytes, answerAll);
        droppedAnswers = to.counter("dropped_answers");
        to.gauge("waiting_packets", () -> own.waiting() + reception.waiting());
        to.gauge("kept_bytes", () -> own.bytes() + reception.bytes());
    }

    @Override
    public List<Wait> waits() {
        List<Wait> told = new ArrayList<>(reception.waits());
        own.tellWaits(told);
        return told;
    }

    @Override
    public boolean tellsWhatItKeeps() {
        return true;
    }

    @Override
    public Limits limits(Limits below) {
        Limits above = below.less(NakackHeader.MOST_BYTES);
        answers.limit(above.packetBytes());
        return above.atMost(packetBytes);
    }

    // packets

    @Override
    public void down(Packet packet) {
        if (!packet.isToGroup() || packet.has(Packet.UNRELIABLE)) {
            context.passDown(packet);
        } else {
            own.send(packet);
            deliveries.passUp();
        }
    }

    @Override
    public void up(Packet packet) {
        receive(packet);
        deliveries.passUp();
        reception.reportIfFilled();
    }

    @Override
    public void up(PacketBatch batch) {
        for (int i = 0; i < batch.size(); i++) {
            receive(batch.get(i));
        }
        deliveries.passUp();
        reception.reportIfFilled();
    }

    private void receive(Packet packet) {
        NakackHeader header = packet.header(NakackHeader.class);
        if (header == null) {
            deliveries.add(packet);
            return;
        }
        switch (header.kind()) {
            case NakackHeader.DATA -> reception.receive(packet, header);
            case NakackHeader.RETRANSMISSION -> {
                NakackHeader original = NakackHeader.data(header.view(), header.sequence());
                reception.receive(packet.from(header.sender(), cluster).redirectedTo(null).with(original), original);
            }
            case NakackHeader.SHARED -> receiveShared(packet, header);
            case NakackHeader.REQUEST -> answer(packet.source(), header);
            default -> reception.learnHighest(packet.source(), header);
        }
    }

    private void receiveShared(Packet answer, NakackHeader header) {
        if (view == null || !header.view().equals(view.id())) {
            // whatever was asked for in another view is of no use any more
            droppedAnswers.increment();
            return;
        }
        try {
            answers.takeApart(answer, view.id(),
                    packet -> reception.receive(packet, packet.header(NakackHeader.class)));
        } catch (MalformedException e) {
            droppedAnswers.increment();
            LOG.debug("{}: answer of {}: {}", self, answer.source(), e.getMessage());
        }
    }

    private void answer(Address asker, NakackHeader request) {
        if (view == null || !request.view().equals(view.id()) || !view.contains(asker)) {
            return;
        }
        ReceiveWindow window = reception.windows().of(request.sender());
        if (window != null) {
            answers.give(asker, request, window.ring(), window.highest());
        } else if (request.sender().equals(self)) {
            answers.give(asker, request, own.window().ring(), own.window().highest());
        }
    }

    // views

    @Override
    public void timer(int id) {
        if (id == TIMER_ASK) {
            reception.askWhereDue();
        } else {
            own.announce();
        }
    }

    @Override
    public Event event(Event event) {
        if (event instanceof Event.ViewInstalled installed) {
            install(installed.view());
        } else if (event instanceof Event.Flush) {
            own.freeze();
            reception.freeze();
            context.emitUp(new Event.Flushed(digest()));
            return null;
        } else if (event instanceof Event.Fill fill) {
            reception.fill(fill.target());
            return null;
        } else if (event instanceof Event.FlushEnded) {
            reception.unfreeze();
            own.goOn();
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
        reception.install(next);
        own.install(next);
        reception.takeEarly();
    }

    private Digest digest() {
        return reception.windows().digest(own.window().highest());
    }

    private void free(Digest stable) {
        if (view != null && view.id().equals(stable.view())) {
            reception.windows().free(stable, lag);
            own.stable(stable.of(self), lag);
        }
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
                    new Figure("retransmissions_sent", "packets sent again, each counted"),
                    new Figure("answers_sent", "packets in which they were sent, some of them together"),
                    new Figure("dropped_answers", "answers to requests of a view that has ended, or that make no sense"),
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
