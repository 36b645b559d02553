package dev.muster.protocols.membership.detection;

import dev.muster.api.Address;
import dev.muster.api.ProtocolType;
import dev.muster.api.Setting;
import dev.muster.api.Settings;
import dev.muster.api.View;
import dev.muster.spi.Context;
import dev.muster.spi.Event;
import dev.muster.spi.Figure;
import dev.muster.spi.HeaderCodec;
import dev.muster.spi.Packet;
import dev.muster.spi.PacketBatch;
import dev.muster.spi.Protocol;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Notices members that have failed by the agreement of several observers, at the same cost per member in groups of any
 * size. Takes the place of {@link FdAll}.
 *
 * <p>Each member is observed by a few others, see {@link ObserverGraph}. An observer probes those it observes every {@code
 * interval}. It accuses one of whom it has heard nothing at all for {@code timeout}, or that has left too many of the
 * latest probes unanswered: a member that is heard but does not hear is as useless as one that is silent. It tells the
 * other observers of that member and the two most senior members, again at every interval; an observer that hears the
 * member answers with its own list. Only if {@code high} of the observers agree is the member suspected, see {@link Tally};
 * then they tell everybody. So a link that is broken, or one observer that is, removes nobody.
 *
 * <p>Local health: a member whose own timer is late, or that misses more than half of those it observes, looks for the
 * fault with itself. It waits up to {@code local_health} times longer before it accuses, and accuses nobody for losses.
 *
 * <p>Parts of a group that are too small to agree end somehow all the same: after {@code insist_timeout} of silence, if no
 * other observer hears the member, an observer suspects it alone; verification and the coordinator then have their say.
 */
public final class ObserverDetector implements Protocol {

    /** Name in stacks. */
    public static final ProtocolType TYPE = ProtocolType.of("FD_OBSERVERS");

    /** Longest silence. */
    public static final Setting<Duration> TIMEOUT = Setting.duration("timeout", Duration.ofMillis(3500)).positive()
            .says("an observer accuses a member of whom it has heard nothing for longer than this; it is suspected about "
                    + "one interval later, when the observers agree");

    /** Time between probes. */
    public static final Setting<Duration> INTERVAL = Setting.duration("interval", Duration.ofMillis(500)).positive()
            .says("time between two probes of a member by one observer, between two checks and between two alerts");

    /** Observers of each member. */
    public static final Setting<Integer> OBSERVERS = Setting.integer("observers", 5).atLeast(1)
            .atMost(ObserverHeader.MAX_ACCUSED)
            .says("how many members observe each member, all others if there are fewer; so many probes and answers does "
                    + "each member send in an interval");

    /** The high watermark. */
    public static final Setting<Integer> HIGH = Setting.integer("high", 3).atLeast(1)
            .says("of so many observers' accusations, in proportion if there are fewer observers, a member is suspected");

    /** The low watermark. */
    public static final Setting<Integer> LOW = Setting.integer("low", 1).atLeast(1)
            .says("from so many accusations on a member is in doubt: the suspicion of others waits for it, timeout at "
                    + "most, so that one view removes them together; fewer are taken for a fault of the observer");

    /** Probes looked back upon. */
    public static final Setting<Integer> LOSS_WINDOW = Setting.integer("loss_window", 15).atLeast(2)
            .atMost(Observation.MAX_WINDOW)
            .says("number of latest probes whose answers are counted");

    /** Part of them that may be lost. */
    public static final Setting<Double> LOSS_LIMIT = Setting.decimal("loss_limit", 0.6).atLeast(0.0).atMost(1.0)
            .says("a member that has left more than this part of the latest probes unanswered is accused though it is "
                    + "heard; 1: never for that");

    /** How much longer a member in bad health waits. */
    public static final Setting<Integer> LOCAL_HEALTH = Setting.integer("local_health", 2).atLeast(0).atMost(8)
            .says("a member that is late itself, or misses more than half of those it observes, waits up to so many times "
                    + "timeout longer before it accuses");

    /** Silence after which agreement is not waited for any more. */
    public static final Setting<Duration> INSIST_TIMEOUT = Setting.duration("insist_timeout", Duration.ofSeconds(15))
            .positive()
            .says("after so long a silence an observer suspects a member though the others do not agree: for parts of a "
                    + "group that are too small to agree");

    private static final int TICK = 0;
    private static final int SENIORS_TOLD = 2;
    private static final int INTERVALS_BELIEVED = 3;

    private final Settings settings;
    private final long timeoutNanos;
    private final long intervalNanos;
    private final LocalHealth health;
    private final Map<Address, Observation> observed = new LinkedHashMap<>();
    private Context context;
    private Suspicions suspicions;
    private View view;
    private ObserverGraph graph;
    private Tally tally;
    private Set<Address> told = Set.of();
    /** Members of the view that accuse somebody whom this observer hears; they get to know that. */
    private final Set<Address> doubters = new LinkedHashSet<>();
    private boolean ticking;
    private long dueNanos;
    private Address lastHeardFrom;
    private Observation lastHeard;

    ObserverDetector(Settings settings) {
        this.settings = settings;
        timeoutNanos = settings.get(TIMEOUT).toNanos();
        intervalNanos = settings.get(INTERVAL).toNanos();
        health = new LocalHealth(settings.get(LOCAL_HEALTH));
    }

    @Override
    public void start(Context newContext) {
        context = newContext;
        suspicions = new Suspicions(context, timeoutNanos);
    }

    @Override
    public void up(Packet packet) {
        heard(packet.source());
        ObserverHeader header = packet.header(ObserverHeader.class);
        if (header == null) {
            context.passUp(packet);
        } else {
            take(packet, header);
        }
    }

    @Override
    public void up(PacketBatch batch) {
        boolean whole = true;
        for (int i = 0; i < batch.size(); i++) {
            heard(batch.get(i).source());
            whole &= batch.get(i).header(ObserverHeader.class) == null;
        }
        if (whole) {
            context.passUp(batch);
        } else {
            batch.forEach(this::up);
        }
    }

    private void heard(Address source) {
        if (source != lastHeardFrom) {
            lastHeardFrom = source;
            lastHeard = source == null ? null : observed.get(source);
        }
        if (lastHeard != null) {
            lastHeard.heard(context.nowNanos());
        }
    }

    private void take(Packet packet, ObserverHeader header) {
        Address source = packet.source();
        if (source == null) {
            return;
        }
        if (header.kind() == ObserverHeader.PROBE) {
            answer(packet, header.number());
        } else if (header.kind() == ObserverHeader.ANSWER) {
            if (observed.containsKey(source)) {
                observed.get(source).answered(header.number());
            }
        } else if (view != null && view.id().equals(header.view())) {
            tally.says(source, header.accused(), context.nowNanos());
            if (header.accused().stream().anyMatch(this::isWell)) {
                doubters.add(source);
            }
            judge();
        }
    }

    /** Only members get answers: one that was removed and was not reached by the news must not believe that all is well. */
    private void answer(Packet probe, long number) {
        if (view != null && view.contains(probe.source())) {
            context.passDown(Packet.to(probe.source()).withFlags(Packet.UNRELIABLE).with(ObserverHeader.answer(number)));
        }
    }

    private boolean isWell(Address member) {
        Observation observation = observed.get(member);
        return observation != null && !observation.isAccused()
                && observation.silentNanos(context.nowNanos()) < timeoutNanos;
    }

    @Override
    public boolean tellsWhatItKeeps() {
        return true;
    }

    @Override
    public void down(Packet packet) {
        context.passDown(packet);
    }

    @Override
    public Event event(Event event) {
        if (event instanceof Event.ViewInstalled installed) {
            observe(installed.view());
        }
        return event;
    }

    private void observe(View next) {
        view = next;
        graph = new ObserverGraph(next, settings.get(OBSERVERS));
        tally = new Tally(next, graph, share(LOW), share(HIGH));
        List<Address> mine = graph.observedBy(context.self());
        observed.keySet().retainAll(mine);
        int window = settings.get(LOSS_WINDOW);
        int tolerated = (int) (settings.get(LOSS_LIMIT) * window);
        mine.forEach(member -> observed.computeIfAbsent(member,
                unused -> new Observation(window, tolerated, context.nowNanos())));
        suspicions.keepOnly(next);
        told = Set.of();
        doubters.clear();
        lastHeardFrom = null;
        lastHeard = null;
        if (observed.isEmpty()) {
            context.cancelTimer(TICK);
            ticking = false;
        } else if (!ticking) {
            tickLater();
        }
    }

    /** A watermark in proportion to the observers that there are, rounded up. */
    private int share(Setting<Integer> watermark) {
        int all = settings.get(OBSERVERS);
        return Math.max(1, (settings.get(watermark) * graph.observers() + all - 1) / all);
    }

    private void tickLater() {
        ticking = true;
        dueNanos = context.nowNanos() + intervalNanos;
        context.setTimer(TICK, intervalNanos);
    }

    @Override
    public void timer(int id) {
        long now = context.nowNanos();
        long late = now - dueNanos;
        if (late > intervalNanos) {
            health.wasStopped();
            observed.values().forEach(observation -> observation.restart(now));
            tally = new Tally(view, graph, share(LOW), share(HIGH));
        } else {
            look(now, late > intervalNanos / 2);
        }
        spread(now);
        judge();
        insist(now);
        observed.forEach((member, observation) -> context.passDown(Packet.to(member).withFlags(Packet.UNRELIABLE)
                .with(ObserverHeader.probe(observation.nextProbe()))));
        tickLater();
    }

    /**
     * Decide whom this observer accuses, its own health considered: that is in doubt as soon as most have been quiet for
     * half the time, since what it has not heard runs out for one after the other.
     */
    private void look(long now, boolean late) {
        int missed = (int) observed.values().stream()
                .filter(observation -> observation.silentNanos(now) > timeoutNanos / 2 || observation.isLossy()).count();
        health.assess(late, missed, observed.size());
        long allowed = timeoutNanos * health.patience();
        boolean judgesLoss = health.isGood() && settings.get(LOSS_LIMIT) < 1;
        for (Observation observation : observed.values()) {
            observation.accuse(observation.silentNanos(now) > allowed || judgesLoss && observation.isLossy());
        }
        if (health.missesMost()) {
            context.counter("own_faults_presumed").increment();
        }
    }

    private Set<Address> accused() {
        Set<Address> accused = new LinkedHashSet<>();
        observed.forEach((member, observation) -> {
            if (observation.isAccused()) {
                accused.add(member);
            }
        });
        return accused;
    }

    /** Tell those concerned whom this observer accuses; and once more when it is nobody any longer. */
    private void spread(long now) {
        Set<Address> accused = accused();
        List<Address> all = List.copyOf(accused);
        tally.says(context.self(), all, now);
        Set<Address> concerned = new LinkedHashSet<>();
        accused.forEach(member -> concerned.addAll(graph.observersOf(member)));
        if (!accused.isEmpty()) {
            view.members().stream().filter(member -> !accused.contains(member) && !member.equals(context.self()))
                    .limit(SENIORS_TOLD).forEach(concerned::add);
        }
        concerned.remove(context.self());
        Set<Address> recipients = new LinkedHashSet<>(concerned);
        recipients.addAll(told);
        recipients.addAll(doubters);
        doubters.clear();
        told = concerned;
        ObserverHeader alert = ObserverHeader.alert(view.id(), all);
        for (Address recipient : recipients) {
            context.passDown(Packet.to(recipient).withFlags(Packet.UNRELIABLE).with(alert));
            context.counter("alerts_sent").increment();
        }
    }

    /**
     * Suspect those condemned. That enough observers have said so themselves is certain; presumed votes of those who can't
     * be asked are not: whoever hears nobody presumes a lot, so verification has its say.
     */
    private void judge() {
        long now = context.nowNanos();
        tally.forgetBefore(now - INTERVALS_BELIEVED * intervalNanos);
        Set<Address> mine = accused();
        Set<Address> gone = new LinkedHashSet<>(mine);
        boolean agreed = false;
        for (Address member : tally.condemned(gone, now, timeoutNanos)) {
            Event.Evidence evidence = tally.isCertain(member) ? Event.Evidence.AGREED : Event.Evidence.SILENCE;
            boolean news = !member.equals(context.self()) && suspicions.tell(member, evidence);
            agreed |= news && mine.contains(member);
        }
        if (agreed) {
            tellAll(mine);
        }
        suspicions.takeBack(member -> !gone.contains(member) && tally.isCleared(member, gone));
    }

    /** Everybody has to know who is to act now, were all seniors among those agreed on. */
    private void tellAll(Set<Address> accused) {
        context.passDown(Packet.toGroup().withFlags(Packet.UNRELIABLE)
                .with(ObserverHeader.alert(view.id(), List.copyOf(accused))));
    }

    private void insist(long now) {
        long longest = settings.get(INSIST_TIMEOUT).toNanos();
        observed.forEach((member, observation) -> {
            if (observation.isAccused() && observation.silentNanos(now) > longest
                    && !tally.isVouchedFor(member, context.self())) {
                suspicions.tell(member, Event.Evidence.SILENCE);
            }
        });
    }

    /** Publishes the protocol. */
    public static final class Provider extends DetectorProvider {

        /** For the service loader. */
        public Provider() {}

        @Override
        public ProtocolType type() {
            return TYPE;
        }

        @Override
        public String says() {
            return "notices failed members by the agreement of several observers, at a constant cost per member";
        }

        @Override
        public List<String> promises() {
            return List.of(
                    "a member is suspected when several of its observers agree, so no single bad link or observer has it "
                        + "removed",
                    "probes and answers of a member are as many in a large group as in a small one",
                    "members that fail together are suspected together");
        }

        @Override
        public List<String> doesNotPromise() {
            return List.of(
                    "that a suspect is dead: it may be slow, or cut off");
        }

        @Override
        public List<Figure> figures() {
            return List.of(
                    new Figure("suspicions_silence", "suspicions told because nothing was heard"),
                    new Figure("suspicions_agreed", "suspicions told because enough observers agreed"),
                    new Figure("alerts_sent", "accusations sent to other members"),
                    new Figure("own_faults_presumed", "looks at which this member missed most of those it observes, and "
                        + "blamed itself"));
        }

        @Override
        public List<Setting<?>> settings() {
            return List.of(TIMEOUT, INTERVAL, OBSERVERS, HIGH, LOW, LOSS_WINDOW, LOSS_LIMIT, LOCAL_HEALTH, INSIST_TIMEOUT);
        }

        @Override
        public List<HeaderCodec<?>> headers() {
            return List.of(new ObserverHeader.Codec());
        }

        @Override
        public void validate(Settings settings, Problems problems) {
            if (settings.get(TIMEOUT).compareTo(settings.get(INTERVAL)) <= 0) {
                problems.report("timeout=" + settings.text(TIMEOUT) + " must be longer than interval="
                        + settings.text(INTERVAL) + "; raise timeout to several intervals");
            }
            if (settings.get(INSIST_TIMEOUT).compareTo(settings.get(TIMEOUT)) < 0) {
                problems.report("insist_timeout=" + settings.text(INSIST_TIMEOUT) + " must not be shorter than timeout="
                        + settings.text(TIMEOUT) + "; raise insist_timeout to several timeouts");
            }
            if (settings.get(HIGH) > settings.get(OBSERVERS) || settings.get(LOW) > settings.get(HIGH)) {
                problems.report("low=" + settings.text(LOW) + ", high=" + settings.text(HIGH) + " and observers="
                        + settings.text(OBSERVERS) + " must not descend; lower low or high, or raise observers");
            }
        }

        @Override
        public Protocol create(Settings settings) {
            return new ObserverDetector(settings);
        }
    }
}
