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
import dev.muster.spi.Event;
import dev.muster.spi.Figure;
import dev.muster.spi.HeaderCodec;
import dev.muster.spi.Limits;
import dev.muster.spi.OtherLayers;
import dev.muster.spi.Packet;
import dev.muster.spi.PacketBatch;
import dev.muster.spi.Protocol;
import dev.muster.spi.ProtocolProvider;
import dev.muster.spi.TransportSettings;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Carries messages larger than a packet: cuts them at the sender, joins them at the receivers.
 *
 * <p>A group message is delivered wholly in one view (D4, D5). Each fragment says in which view it was cut, and receivers
 * drop it in any other; a sender that sees a new view before the last fragment of its message has come back to it starts
 * that message again as a new set. Only one large message per destination is on its way at a time, and what comes behind it
 * waits, so order is kept. A message to one member goes on across views as long as the receiver stays.
 *
 * <p>A few fragments go per turn, and none while {@link Event.SendingPaused} is in force for the destination, so a large
 * message fills no queue below.
 */
public final class Fragmentation implements Protocol {

    /** Name of this protocol. */
    public static final ProtocolType TYPE = ProtocolType.of("FRAG2");

    /** Size of fragments. */
    public static final Setting<Long> FRAG_SIZE = Setting.bytes("frag_size", 60_000).atLeast(500L)
            .atMost((long) Integer.MAX_VALUE)
            .says("largest packet in bytes that goes uncut; less where the path carries less");

    /** Bound of messages. */
    public static final Setting<Long> MAX_MESSAGE_SIZE = Setting.bytes("max_message_size", 100_000_000).atLeast(1_000L)
            .atMost(Integer.MAX_VALUE - 64L)
            .says("largest message in bytes; larger ones are refused at the sender and dropped at receivers");

    private static final int FRAGMENTS_PER_TURN = 8;
    private static final int TIMER_CONTINUE = 1;
    private static final int MOST_STRANGERS = 1_000;

    private final int wishedBytes;
    private final long mostBytes;
    private final Map<Address, OutgoingStream> toMembers = new LinkedHashMap<>();
    private final Map<Address, IncomingStream> fromGroup = new LinkedHashMap<>();
    private final Map<Address, IncomingStream> fromMembers = new LinkedHashMap<>();
    private final OutgoingStream group = new OutgoingStream(null);
    private Context context;
    private Deliveries deliveries;
    private int wholeBytes;
    private int fragmentBytes;
    private long sets;
    private Set<Address> members = Set.of();
    private long view;
    private boolean continuing;
    private Counter cut;
    private Counter joined;
    private Counter droppedFragments;
    private Counter restarted;

    private Fragmentation(Settings settings) {
        wishedBytes = (int) (long) settings.get(FRAG_SIZE);
        wholeBytes = wishedBytes;
        fragmentBytes = wishedBytes;
        mostBytes = settings.get(MAX_MESSAGE_SIZE);
    }

    @Override
    public void start(Context to) {
        context = to;
        deliveries = new Deliveries(to);
        cut = to.counter("fragments_sent");
        joined = to.counter("messages_joined");
        droppedFragments = to.counter("fragments_dropped");
        restarted = to.counter("messages_restarted");
        to.gauge("waiting_packets", () -> outgoing().mapToLong(OutgoingStream::size).sum()
                + incoming().mapToLong(IncomingStream::size).sum());
        to.gauge("kept_bytes", () -> outgoing().mapToLong(OutgoingStream::bytes).sum()
                + incoming().mapToLong(IncomingStream::bytes).sum());
    }

    @Override
    public List<Wait> waits() {
        long now = context.nowNanos();
        Stream<Wait> sending = outgoing().filter(stream -> !stream.isEmpty() && stream.pauses > 0).map(stream ->
                new Wait(Wait.Reason.FRAGMENTS, stream.words(), stream == group ? List.of() : List.of(stream.destination()),
                        Duration.ofNanos(now - stream.busySince)));
        Stream<Wait> joining = incoming().filter(stream -> stream.size() > 0).map(stream -> new Wait(Wait.Reason.FRAGMENTS,
                "the rest of a large message, of which has come: " + stream.length() + " bytes",
                List.of(stream.source()), Duration.ofNanos(now - stream.since)));
        return Stream.concat(sending, joining).toList();
    }

    private Stream<OutgoingStream> outgoing() {
        return Stream.concat(Stream.of(group), toMembers.values().stream());
    }

    private Stream<IncomingStream> incoming() {
        return Stream.concat(fromGroup.values().stream(), fromMembers.values().stream());
    }

    @Override
    public boolean tellsWhatItKeeps() {
        return true;
    }

    @Override
    public Limits limits(Limits below) {
        wholeBytes = Math.min(wishedBytes, below.packetBytes());
        fragmentBytes = Math.min(wishedBytes, below.less(FragmentHeader.MOST_BYTES).packetBytes());
        return new Limits(wholeBytes, mostBytes, below.packed());
    }

    // sending

    @Override
    public void down(Packet packet) {
        if (!packet.has(Packet.DATA) || packet.has(Packet.UNRELIABLE)) {
            context.passDown(packet);
            return;
        }
        boolean large = packet.length() > wholeBytes;
        OutgoingStream stream = packet.isToGroup() ? group : toMembers.get(packet.destination());
        if (!large && (stream == null || stream.isEmpty() || packet.has(Flag.OOB))) {
            context.passDown(packet);
            return;
        }
        if (stream == null) {
            stream = stream(packet.destination());
        }
        // never released: large messages have no memory of a pool, and others seldom wait behind them
        packet.keep();
        stream.waiting().add(packet);
        advance(stream);
    }

    private OutgoingStream stream(Address destination) {
        if (destination == null) {
            return group;
        }
        return toMembers.computeIfAbsent(destination, OutgoingStream::new);
    }

    /** Send what may be sent in this turn. */
    private void advance(OutgoingStream stream) {
        int budget = FRAGMENTS_PER_TURN;
        while (budget > 0 && stream.pauses == 0 && (stream.hasFragment() || beginNext(stream))) {
            cut.increment();
            context.passDown(stream.cut(fragmentBytes, stream == group ? view : 0));
            budget--;
            if (stream != group && !stream.hasFragment()) {
                stream.finish();
            }
        }
        if (stream.pauses == 0 && stream.hasFragment() && !continuing) {
            continuing = true;
            context.setTimer(TIMER_CONTINUE, 0);
        }
        boolean busy = !stream.isEmpty();
        if (busy != stream.paused) {
            stream.paused = busy;
            stream.busySince = context.nowNanos();
            context.emitUp(busy ? new Event.SendingPaused(stream.destination())
                    : new Event.SendingResumed(stream.destination()));
        }
    }

    /** Pass on what waits up to the next large message; true if that one can be cut now. */
    private boolean beginNext(OutgoingStream stream) {
        while (!stream.isCutting() && !stream.waiting().isEmpty()) {
            Packet next = stream.waiting().poll();
            if (next.length() > wholeBytes) {
                sets++;
                stream.begin(next, sets);
                return true;
            }
            context.passDown(next);
        }
        return false;
    }

    @Override
    public void timer(int id) {
        continuing = false;
        advance(group);
        for (OutgoingStream stream : toMembers.values()) {
            advance(stream);
        }
        toMembers.values().removeIf(stream -> stream.isEmpty() && stream.pauses == 0);
    }

    // receiving

    @Override
    public void up(Packet packet) {
        receive(packet);
        deliveries.passUp();
    }

    @Override
    public void up(PacketBatch batch) {
        for (int i = 0; i < batch.size(); i++) {
            receive(batch.get(i));
        }
        deliveries.passUp();
    }

    private void receive(Packet packet) {
        FragmentHeader header = packet.header(FragmentHeader.class);
        if (header == null) {
            deliveries.add(packet);
            return;
        }
        IncomingStream stream = incoming(packet.source(), packet.isToGroup());
        stream.since = header.index() == 0 ? context.nowNanos() : stream.since;
        if (!stream.offer(packet, header, view)) {
            droppedFragments.increment();
        } else if (header.last()) {
            joined.increment();
            deliveries.add(stream.join(packet, header));
        }
        giveBack(stream, 0);
        if (header.last() && packet.isToGroup() && packet.source().equals(context.self())) {
            cameBack(header);
        }
    }

    private IncomingStream incoming(Address source, boolean toGroup) {
        Map<Address, IncomingStream> streams = toGroup ? fromGroup : fromMembers;
        IncomingStream stream = streams.get(source);
        if (stream == null) {
            if (streams.size() >= members.size() + MOST_STRANGERS) {
                forgetStranger(streams);
            }
            stream = new IncomingStream(source, toGroup, mostBytes);
            streams.put(source, stream);
        }
        return stream;
    }

    /** Who is no member may become one with the next view; but of many of them the one that came first is given up. */
    private void forgetStranger(Map<Address, IncomingStream> streams) {
        for (Iterator<IncomingStream> oldest = streams.values().iterator(); oldest.hasNext(); ) {
            if (!members.contains(oldest.next().source())) {
                oldest.remove();
                return;
            }
        }
    }

    private void giveBack(IncomingStream stream, long more) {
        long bytes = stream.takeDue() + more;
        if (bytes > 0) {
            context.emitDown(new Event.Consumed(stream.source(), stream.isToGroup(), bytes));
        }
    }

    /** The end of an own group message has got its place in a view. */
    private void cameBack(FragmentHeader header) {
        if (group.isCutting() && header.set() == group.set() && header.view() == view) {
            group.finish();
            advance(group);
        }
    }

    // events

    @Override
    public Event event(Event event) {
        if (event instanceof Event.Consumed consumed) {
            return consumed(consumed);
        }
        if (event instanceof Event.SendingPaused pause) {
            stream(pause.destination()).pauses++;
        } else if (event instanceof Event.SendingResumed resume) {
            OutgoingStream stream = stream(resume.destination());
            stream.pauses = Math.max(0, stream.pauses - 1);
            advance(stream);
            if (stream != group && stream.isEmpty() && stream.pauses == 0) {
                toMembers.remove(stream.destination());
            }
        } else if (event instanceof Event.ViewInstalled installed) {
            install(installed.view());
        }
        return event;
    }

    private Event consumed(Event.Consumed consumed) {
        IncomingStream stream = (consumed.toGroup() ? fromGroup : fromMembers).get(consumed.source());
        if (stream == null) {
            return consumed;
        }
        giveBack(stream, stream.consumed(consumed.bytes()));
        return null;
    }

    private void install(View next) {
        view = next.id().counter();
        members = Set.copyOf(next.members());
        for (IncomingStream stream : fromGroup.values()) {
            stream.drop();
        }
        for (IncomingStream stream : fromMembers.values()) {
            if (!next.contains(stream.source())) {
                stream.drop();
            }
        }
        fromGroup.values().removeIf(stream -> stream.isIdle() && !next.contains(stream.source()));
        fromMembers.values().removeIf(stream -> stream.isIdle() && !next.contains(stream.source()));
        forgetLeavers(next);
        if (group.isCutting()) {
            restarted.increment();
            sets++;
            group.restart(sets);
            advance(group);
        }
    }

    /** What waits for a leaver goes nowhere. Pauses of layers below end by their own events. */
    private void forgetLeavers(View next) {
        for (OutgoingStream stream : toMembers.values()) {
            if (!next.contains(stream.destination())) {
                stream.waiting().clear();
                stream.finish();
                advance(stream);
            }
        }
        toMembers.values().removeIf(stream -> stream.isEmpty() && stream.pauses == 0);
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
            return List.of("FRAG", "FRAG3", "FRAG4");
        }

        @Override
        public String says() {
            return "Carries messages larger than a packet: cuts them at the sender, joins them at the receivers.";
        }

        @Override
        public List<String> promises() {
            return List.of(
                    "a message of up to max_message_size arrives whole or not at all, once, in its place among the others "
                        + "of its sender",
                    "it belongs to one view as a whole",
                    "memory of a receiver is bounded, also while it joins messages of many");
        }

        @Override
        public List<Figure> figures() {
            return List.of(
                    new Figure("fragments_sent", "fragments cut"),
                    new Figure("messages_joined", "messages joined"),
                    new Figure("fragments_dropped", "fragments that belonged to nothing: of senders that left, or cut "
                        + "before a change of view"),
                    new Figure("messages_restarted", "own messages that were cut anew because the view changed"),
                    Figure.WAITING_PACKETS,
                    Figure.KEPT_BYTES);
        }

        @Override
        public List<Setting<?>> settings() {
            return List.of(FRAG_SIZE, MAX_MESSAGE_SIZE);
        }

        @Override
        public Set<Capability> provides() {
            return Set.of(Capability.FRAGMENTATION);
        }

        @Override
        public Set<Capability> requiresBelow() {
            return Set.of(Capability.RELIABLE_MULTICAST, Capability.RELIABLE_UNICAST, Capability.MEMBERSHIP);
        }

        @Override
        public List<HeaderCodec<?>> headers() {
            return List.of(new FragmentHeader.Codec());
        }

        @Override
        public void validate(Settings settings, OtherLayers others, Problems problems) {
            boolean onDatagrams = others.below(TransportSettings.IP_MCAST).isPresent();
            if (onDatagrams && settings.get(FRAG_SIZE) > TransportSettings.MOST_DATAGRAM_BYTES) {
                problems.report("frag_size=" + settings.text(FRAG_SIZE) + " must not exceed what a datagram can carry, "
                        + TransportSettings.MOST_DATAGRAM_BYTES + " bytes with headers; lower frag_size, to 60000 say");
            }
            Stream.of(FlowControl.MAX_CREDITS, MulticastFlowControl.MAX_CREDITS, UnicastFlowControl.MAX_CREDITS)
                    .flatMap(credits -> others.below(credits).stream())
                    .filter(credits -> settings.get(FRAG_SIZE) > credits.value())
                    .forEach(credits -> problems.report("frag_size=" + settings.text(FRAG_SIZE) + " must not exceed "
                            + credits + ", or each fragment waits until all before it are consumed; lower frag_size or "
                            + "raise max_credits"));
        }

        @Override
        public Protocol create(Settings settings) {
            return new Fragmentation(settings);
        }
    }
}
