package dev.muster.protocols.reliability;

import dev.muster.api.Address;
import dev.muster.api.Flag;
import dev.muster.api.ProtocolType;
import dev.muster.api.Setting;
import dev.muster.api.View;
import dev.muster.api.Wait;
import dev.muster.spi.Capability;
import dev.muster.spi.Context;
import dev.muster.spi.Counter;
import dev.muster.spi.Event;
import dev.muster.spi.Limits;
import dev.muster.spi.Packet;
import dev.muster.spi.PacketBatch;
import dev.muster.spi.Protocol;
import java.time.Duration;
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
 * <p>It has two halves, for group data and for data to one member. FC is both; {@link MulticastFlowControl} and
 * {@link UnicastFlowControl} are one each, and may stand in one stack, in any order: what belongs to the half that a layer
 * lacks passes it.
 *
 * <p>Counts the payload of packets marked {@link Packet#DATA} without {@link Flag#NO_FC}; everything else passes. As long as
 * a receiver has any credit left a packet goes, however large. Without credit packets wait here, and the layers above are
 * told to pause. A sender that waits for long asks, behind its data, so no loss, view change or difference of settings keeps
 * it waiting for ever. Who is not in the view owes nobody an answer: what it has no credit for is dropped.
 *
 * <p>Where the network loses what a member does not read in time, a sender's credit is no more than its share of the buffer
 * that the member's system granted: {@link CreditWindow}.
 */
public final class FlowControl implements Protocol {

    /** Name of this protocol. */
    public static final ProtocolType TYPE = ProtocolType.of("FC");

    private static final CreditSettings SETTINGS =
            CreditSettings.declare("for group data and for data to one member each");

    /** Credit. */
    public static final Setting<Long> MAX_CREDITS = SETTINGS.maxCredits();

    /** When to give back, in bytes. */
    public static final Setting<Long> MIN_CREDITS = SETTINGS.minCredits();

    /** When to give back, as a share. */
    public static final Setting<Double> MIN_THRESHOLD = SETTINGS.minThreshold();

    /** Accepted for compatibility. */
    public static final Setting<Boolean> IGNORE_SYNCHRONOUS_RESPONSE = SETTINGS.ignoreSynchronousResponse();

    private static final long ASK_WAIT = Duration.ofMillis(500).toNanos();
    private static final int MOST_WAIT_DOUBLINGS = 3;
    private static final int TIMER_ASK = 1;

    private final boolean controlsGroup;
    private final boolean controlsMembers;
    private final CreditWindow window;
    private final Map<Address, MemberCredits> members = new LinkedHashMap<>();
    private Context context;
    private Address self;
    private View view;
    private Deliveries deliveries;
    private GroupCredits group;
    private Consumption groupConsumption;
    private Consumption memberConsumption;
    private long sentToMembers;
    private boolean timing;
    private int fruitless;
    private Counter waits;
    private Counter grants;
    private Counter asks;
    private Counter dropped;

    /**
     * Create one or both halves.
     *
     * @param controlsGroup whether group data need credit
     * @param controlsMembers whether data to one member do
     * @param most bytes under way or unconsumed per receiver
     * @param quantum a receiver tells after it has consumed so many bytes
     */
    FlowControl(boolean controlsGroup, boolean controlsMembers, long most, long quantum) {
        this.controlsGroup = controlsGroup;
        this.controlsMembers = controlsMembers;
        window = new CreditWindow(most, quantum);
    }

    @Override
    public void start(Context to) {
        context = to;
        self = to.self();
        deliveries = new Deliveries(to);
        group = new GroupCredits(self, window);
        groupConsumption = new Consumption(window, self);
        memberConsumption = new Consumption(window, self);
        waits = to.counter("credit_waits");
        grants = to.counter("grants_sent");
        asks = to.counter("credits_asked");
        dropped = to.counter("dropped_receiver_left");
        to.gauge("waiting_packets", () -> accounts().mapToLong(account -> account.waiting().size()).sum());
        to.gauge("kept_bytes", () -> accounts().flatMap(account -> account.waiting().stream())
                .mapToLong(Packet::length).sum());
    }

    private Stream<Account> accounts() {
        return Stream.concat(Stream.of(group), members.values().stream());
    }

    @Override
    public List<Wait> waits() {
        return accounts().filter(Account::isPaused).map(account -> account.lack(context.nowNanos())).toList();
    }

    private boolean controls(boolean toGroup) {
        return toGroup ? controlsGroup : controlsMembers;
    }

    @Override
    public boolean tellsWhatItKeeps() {
        return true;
    }

    @Override
    public Limits limits(Limits below) {
        return below.less(FlowControlHeader.MOST_BYTES);
    }

    // sending

    @Override
    public void down(Packet packet) {
        if (!packet.has(Packet.DATA) || packet.has(Flag.NO_FC) || !controls(packet.isToGroup())) {
            context.passDown(packet);
            return;
        }
        Account account = packet.isToGroup() ? group : account(packet.destination());
        if (!account.maySend() && isStranger(account)) {
            dropped.increment();
        } else {
            packet.keep();
            account.waiting().add(packet);
            advance(account);
        }
    }

    private MemberCredits account(Address member) {
        return members.computeIfAbsent(member, key -> new MemberCredits(key, window.first(), sentToMembers));
    }

    /** Whoever left, or has not come yet: nothing says that it will ever grant anything. */
    private boolean isStranger(Account account) {
        return !account.isOfGroup() && (view == null || !view.contains(account.destination()));
    }

    /** Send what may be sent, and tell the layers above if that changes anything for them. */
    private void advance(Account account) {
        while (!account.waiting().isEmpty() && account.maySend()) {
            Packet packet = account.waiting().poll();
            int cost = window.cost(packet);
            sentToMembers += account.isOfGroup() ? 0 : cost;
            context.passDown(packet.with(FlowControlHeader.sent(account.send(cost))));
            packet.release();
        }
        if (account.turnsAround(context.nowNanos())) {
            tell(account);
        }
    }

    private void tell(Account account) {
        if (!account.isPaused()) {
            context.emitUp(new Event.SendingResumed(account.destination()));
            return;
        }
        waits.increment();
        context.emitUp(new Event.SendingPaused(account.destination()));
        if (!timing) {
            timing = true;
            fruitless = 0;
            accounts().forEach(Account::lookAgain);
            context.setTimer(TIMER_ASK, ASK_WAIT);
        }
    }

    /** Whoever could send nothing for a while asks. */
    @Override
    public void timer(int id) {
        List<Account> stuck = accounts().filter(Account::isStuck).toList();
        stuck.forEach(this::ask);
        timing = accounts().anyMatch(Account::isPaused);
        if (timing) {
            accounts().forEach(Account::lookAgain);
            fruitless = stuck.isEmpty() ? 0 : fruitless + 1;
            context.setTimer(TIMER_ASK, ASK_WAIT << Math.min(fruitless, MOST_WAIT_DOUBLINGS));
        }
    }

    private void ask(Account account) {
        asks.increment();
        Packet question = account.isOfGroup() ? Packet.toGroup() : Packet.to(account.destination());
        context.passDown(question.with(FlowControlHeader.ask(account.isOfGroup(), account.sent())));
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
        boolean ofGroup = header != null && header.isAboutGroup(packet.isToGroup());
        if (header == null || !controls(ofGroup)) {
            deliveries.add(packet);
            return;
        }
        Address source = packet.source();
        switch (header.kind()) {
            case FlowControlHeader.SENT -> {
                consumption(ofGroup).received(source, header.total(), window.cost(packet), context.nowNanos());
                deliveries.add(packet.withCredit(window.cost(packet)));
            }
            case FlowControlHeader.ASK_GROUP, FlowControlHeader.ASK_MEMBER ->
                grant(source, ofGroup, consumption(ofGroup).asked(source, header.total()));
            default -> granted(source, ofGroup, header.total(), window.told(header.window()));
        }
    }

    private Consumption consumption(boolean ofGroup) {
        return ofGroup ? groupConsumption : memberConsumption;
    }

    private void granted(Address member, boolean ofGroup, long total, long beyond) {
        if (ofGroup) {
            group.granted(member, total, beyond);
            advance(group);
        } else if (members.containsKey(member)) {
            MemberCredits credits = members.get(member);
            credits.granted(total, beyond);
            advance(credits);
        }
    }

    private void grant(Address source, boolean ofGroup, long total) {
        if (source.equals(self)) {
            granted(self, ofGroup, total, window.most());
        } else {
            grants.increment();
            context.passDown(Packet.to(source).with(window.isBounded()
                    ? FlowControlHeader.share(ofGroup, total, consumption(ofGroup).window(source, context.nowNanos()))
                    : FlowControlHeader.grant(ofGroup, total)));
        }
    }

    @Override
    public Event event(Event event) {
        if (event instanceof Event.Consumed consumed && controls(consumed.toGroup())) {
            long total = consumption(consumed.toGroup()).consumed(consumed.source(), consumed.bytes());
            if (total != Consumption.NOTHING) {
                grant(consumed.source(), consumed.toGroup(), total);
            }
            return null;
        }
        if (event instanceof Event.ReceiveBuffer buffer) {
            window.waitsIn(buffer.bytes());
        } else if (event instanceof Event.ViewInstalled installed) {
            install(installed.view());
        }
        return event;
    }

    private void install(View next) {
        view = next;
        window.install(next);
        groupConsumption.retain(next);
        memberConsumption.retain(next);
        group.install(next);
        advance(group);
        for (Iterator<MemberCredits> iterator = members.values().iterator(); iterator.hasNext(); ) {
            MemberCredits credits = iterator.next();
            if (isStranger(credits)) {
                iterator.remove();
                forget(credits);
            }
        }
    }

    private void forget(MemberCredits leaver) {
        dropped.add(leaver.waiting().size());
        leaver.waiting().clear();
        if (leaver.turnsAround(context.nowNanos())) {
            tell(leaver);
        }
    }

    /** Publishes the protocol. */
    public static final class Provider extends CreditProvider {

        /** For the service loader. */
        public Provider() {
            super(TYPE, SETTINGS, Set.of(Capability.FLOW_CONTROL, Capability.UNICAST_FLOW_CONTROL));
        }

        @Override
        public String says() {
            return "Keeps senders from outrunning receivers by credit in bytes, for group data and for data to one member.";
        }
    }
}
