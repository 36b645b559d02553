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
import dev.muster.spi.Packet;
import dev.muster.spi.PacketBatch;
import dev.muster.spi.Protocol;
import dev.muster.spi.ProtocolProvider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Keeps senders from outrunning receivers: each receiver has credit for so many bytes, which it gives back as its
 * application consumes.
 *
 * <p>Counts the payload of packets marked {@link Packet#DATA} without {@link Flag#NO_FC}; everything else passes. As long as
 * a receiver has any credit left a packet goes, however large. Without credit packets wait here, and the layers above are
 * told to pause. A sender that waits for long asks, behind its data, so no loss, view change or difference of settings keeps
 * it waiting for ever.
 */
public final class FlowControl implements Protocol {

    /** Name of this protocol. */
    public static final ProtocolType TYPE = ProtocolType.of("FC");

    /** Credit. */
    public static final Setting<Long> MAX_CREDITS = Setting.bytes("max_credits", 2_000_000).atLeast(1_000L)
            .says("bytes that a member may send to each receiver beyond what that has consumed, for group data and for data "
                    + "to one member each");

    /** When to give back, in bytes. */
    public static final Setting<Long> MIN_CREDITS = Setting.bytes("min_credits", 0).atLeast(0L)
            .says("a receiver gives credit back when the sender has no more than this left; in effect only if "
                    + "min_threshold is not set");

    /** When to give back, as a share. */
    public static final Setting<Double> MIN_THRESHOLD = Setting.decimal("min_threshold", 0.5).atLeast(0.0).atMost(0.95)
            .says("a receiver gives credit back when the sender has no more than this share of max_credits left; goes "
                    + "before min_credits")
            .insteadOf("0.1", "the sender then never waits for credit that is under way, at one small packet per megabyte");

    /** Accepted for compatibility. */
    public static final Setting<Boolean> IGNORE_SYNCHRONOUS_RESPONSE =
            Setting.flag("ignore_synchronous_response", true)
                    .says("a thread that is delivering never waits for credit")
                    .withoutEffect("that is always so: a callback that sends is refused rather than blocked");

    private static final long ASK_WAIT = Duration.ofMillis(500).toNanos();
    private static final int MOST_WAIT_DOUBLINGS = 3;
    private static final int TIMER_ASK = 1;

    private final long most;
    private final Consumption groupConsumption;
    private final Consumption memberConsumption;
    private final Map<Address, MemberCredits> members = new LinkedHashMap<>();
    private Context context;
    private Address self;
    private Deliveries deliveries;
    private GroupCredits group;
    private long sentToMembers;
    private boolean timing;
    private int fruitless;
    private Counter waits;
    private Counter grants;
    private Counter asks;
    private Counter dropped;

    private FlowControl(Settings settings) {
        most = settings.get(MAX_CREDITS);
        long quantum = Math.max(1, most - least(settings));
        groupConsumption = new Consumption(quantum);
        memberConsumption = new Consumption(quantum);
    }

    private static long least(Settings settings) {
        boolean bytes = settings.isSet(MIN_CREDITS) && !settings.isSet(MIN_THRESHOLD);
        return bytes ? settings.get(MIN_CREDITS) : (long) (settings.get(MAX_CREDITS) * settings.get(MIN_THRESHOLD));
    }

    @Override
    public void start(Context to) {
        context = to;
        self = to.self();
        deliveries = new Deliveries(to);
        group = new GroupCredits(self, most);
        waits = to.counter("credit_waits");
        grants = to.counter("grants_sent");
        asks = to.counter("credits_asked");
        dropped = to.counter("dropped_receiver_left");
        to.gauge("waiting_packets", () -> queues().mapToLong(Deque::size).sum());
        to.gauge("kept_bytes", () -> queues().flatMap(Deque::stream).mapToLong(Packet::length).sum());
    }

    private Stream<Deque<Packet>> queues() {
        return Stream.concat(Stream.of(group.queue()), members.values().stream().map(MemberCredits::queue));
    }

    @Override
    public List<Wait> waits() {
        List<Wait> told = new ArrayList<>();
        if (group.paused) {
            told.add(lack("the group", group.queue(), group.exhausted(), group.pausedAt));
        }
        for (MemberCredits credits : members.values()) {
            if (credits.paused) {
                told.add(lack("one member", credits.queue(), List.of(credits.member()), credits.pausedAt));
            }
        }
        return told;
    }

    private Wait lack(String to, Deque<Packet> queue, List<Address> exhausted, long since) {
        long bytes = queue.stream().mapToLong(Packet::length).sum();
        return new Wait(Wait.Reason.CREDIT, "packets to " + to + ": " + queue.size() + ", bytes: " + bytes, exhausted,
                Duration.ofNanos(context.nowNanos() - since));
    }

    @Override
    public Limits limits(Limits below) {
        return below.less(FlowControlHeader.MOST_BYTES);
    }

    // sending

    @Override
    public void down(Packet packet) {
        if (!isCounted(packet)) {
            context.passDown(packet);
        } else if (packet.isToGroup()) {
            group.queue().add(packet);
            sendGroup();
        } else {
            MemberCredits credits = members.get(packet.destination());
            if (credits == null) {
                credits = new MemberCredits(packet.destination(), most, sentToMembers);
                members.put(packet.destination(), credits);
            }
            credits.queue().add(packet);
            sendTo(credits);
        }
    }

    private static boolean isCounted(Packet packet) {
        return packet.has(Packet.DATA) && !packet.has(Flag.NO_FC);
    }

    private void sendGroup() {
        while (!group.queue().isEmpty() && group.maySend()) {
            Packet packet = group.queue().poll();
            context.passDown(packet.with(new FlowControlHeader(FlowControlHeader.SENT, group.send(packet.length()))));
        }
        if (group.paused == group.queue().isEmpty()) {
            group.paused = !group.paused;
            group.pausedAt = context.nowNanos();
            tell(group.paused, null);
        }
    }

    private void sendTo(MemberCredits credits) {
        while (!credits.queue().isEmpty() && credits.maySend()) {
            Packet packet = credits.queue().poll();
            sentToMembers += packet.length();
            context.passDown(packet.with(new FlowControlHeader(FlowControlHeader.SENT, credits.send(packet.length()))));
        }
        if (credits.paused == credits.queue().isEmpty()) {
            credits.paused = !credits.paused;
            credits.pausedAt = context.nowNanos();
            tell(credits.paused, credits.member());
        }
    }

    private void tell(boolean paused, Address destination) {
        if (!paused) {
            context.emitUp(new Event.SendingResumed(destination));
            return;
        }
        waits.increment();
        context.emitUp(new Event.SendingPaused(destination));
        if (!timing) {
            timing = true;
            fruitless = 0;
            rememberTotals();
            context.setTimer(TIMER_ASK, ASK_WAIT);
        }
    }

    private void rememberTotals() {
        group.sentBefore = group.sent();
        for (MemberCredits credits : members.values()) {
            credits.sentBefore = credits.sent();
        }
    }

    /** Whoever could send nothing for a while asks. */
    @Override
    public void timer(int id) {
        boolean waiting = group.paused;
        boolean asked = false;
        if (group.paused && group.sent() == group.sentBefore) {
            asked = true;
            asks.increment();
            context.passDown(Packet.toGroup().with(new FlowControlHeader(FlowControlHeader.ASK_GROUP, group.sent())));
        }
        for (MemberCredits credits : members.values()) {
            waiting |= credits.paused;
            if (credits.paused && credits.sent() == credits.sentBefore) {
                asked = true;
                asks.increment();
                context.passDown(Packet.to(credits.member())
                        .with(new FlowControlHeader(FlowControlHeader.ASK_MEMBER, credits.sent())));
            }
        }
        timing = waiting;
        if (waiting) {
            rememberTotals();
            fruitless = asked ? fruitless + 1 : 0;
            context.setTimer(TIMER_ASK, ASK_WAIT << Math.min(fruitless, MOST_WAIT_DOUBLINGS));
        }
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
        FlowControlHeader header = packet.header(FlowControlHeader.class);
        if (header == null) {
            deliveries.add(packet);
            return;
        }
        Address source = packet.source();
        switch (header.kind()) {
            case FlowControlHeader.SENT -> {
                consumption(packet.isToGroup()).received(source, header.total(), packet.length());
                deliveries.add(packet.withCredit(packet.length()));
            }
            case FlowControlHeader.GRANT_GROUP -> granted(source, true, header.total());
            case FlowControlHeader.GRANT_MEMBER -> granted(source, false, header.total());
            case FlowControlHeader.ASK_GROUP -> grant(source, true, groupConsumption.asked(source, header.total()));
            default -> grant(source, false, memberConsumption.asked(source, header.total()));
        }
    }

    private Consumption consumption(boolean toGroup) {
        return toGroup ? groupConsumption : memberConsumption;
    }

    private void granted(Address member, boolean toGroup, long total) {
        if (toGroup) {
            group.granted(member, total);
            sendGroup();
        } else if (members.containsKey(member)) {
            MemberCredits credits = members.get(member);
            credits.granted(total);
            sendTo(credits);
        }
    }

    private void grant(Address source, boolean toGroup, long total) {
        if (source.equals(self)) {
            granted(self, toGroup, total);
        } else {
            grants.increment();
            int kind = toGroup ? FlowControlHeader.GRANT_GROUP : FlowControlHeader.GRANT_MEMBER;
            context.passDown(Packet.to(source).with(new FlowControlHeader(kind, total)));
        }
    }

    @Override
    public Event event(Event event) {
        if (event instanceof Event.Consumed consumed) {
            long total = consumption(consumed.toGroup()).consumed(consumed.source(), consumed.bytes());
            if (total != Consumption.NOTHING) {
                grant(consumed.source(), consumed.toGroup(), total);
            }
            return null;
        }
        if (event instanceof Event.ViewInstalled installed) {
            install(installed.view());
        }
        return event;
    }

    private void install(View view) {
        groupConsumption.retain(view);
        memberConsumption.retain(view);
        group.install(view);
        sendGroup();
        for (Iterator<MemberCredits> iterator = members.values().iterator(); iterator.hasNext(); ) {
            MemberCredits credits = iterator.next();
            if (!view.contains(credits.member())) {
                iterator.remove();
                dropped.add(credits.queue().size());
                if (credits.paused) {
                    tell(false, credits.member());
                }
            }
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
        public String says() {
            return "Keeps senders from outrunning receivers by credit in bytes, for group data and for data to one member.";
        }

        @Override
        public List<String> promises() {
            return List.of(
                    "no receiver has to keep more than max_credits bytes of one sender that it has not consumed",
                    "nobody waits for ever: lost grants, members that leave and changes of view release credit");
        }

        @Override
        public List<String> doesNotPromise() {
            return List.of(
                    "that messages flagged NO_FC or OOB wait",
                    "a share of the bandwidth for each sender");
        }

        @Override
        public List<Figure> figures() {
            return List.of(
                    new Figure("credit_waits", "times that packets began to wait for credit"),
                    new Figure("grants_sent", "grants of credit sent"),
                    new Figure("credits_asked", "grants asked for after a long wait"),
                    new Figure("dropped_receiver_left", "packets that waited for credit of a member that left"),
                    Figure.WAITING_PACKETS,
                    Figure.KEPT_BYTES);
        }

        @Override
        public List<Setting<?>> settings() {
            return List.of(MAX_CREDITS, MIN_CREDITS, MIN_THRESHOLD, IGNORE_SYNCHRONOUS_RESPONSE);
        }

        @Override
        public Set<Capability> provides() {
            return Set.of(Capability.FLOW_CONTROL);
        }

        @Override
        public Set<Capability> requiresBelow() {
            return Set.of(Capability.RELIABLE_MULTICAST, Capability.RELIABLE_UNICAST, Capability.MEMBERSHIP);
        }

        @Override
        public List<HeaderCodec<?>> headers() {
            return List.of(new FlowControlHeader.Codec());
        }

        @Override
        public void validate(Settings settings, Problems problems) {
            long credits = settings.get(MAX_CREDITS);
            long heap = Runtime.getRuntime().maxMemory();
            if (credits > heap) {
                problems.report("max_credits=" + settings.text(MAX_CREDITS) + " must not exceed the heap of " + heap
                        + " bytes; lower max_credits or raise -Xmx");
            }
            if (least(settings) >= credits) {
                problems.report("min_credits=" + settings.text(MIN_CREDITS) + " must be less than max_credits="
                        + settings.text(MAX_CREDITS) + "; lower min_credits");
            }
        }

        @Override
        public Protocol create(Settings settings) {
            return new FlowControl(settings);
        }
    }
}
