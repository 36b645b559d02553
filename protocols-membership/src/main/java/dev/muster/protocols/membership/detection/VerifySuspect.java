package dev.muster.protocols.membership.detection;

import dev.muster.api.Address;
import dev.muster.api.ProtocolType;
import dev.muster.api.Setting;
import dev.muster.api.Settings;
import dev.muster.api.View;
import dev.muster.spi.Capability;
import dev.muster.spi.Context;
import dev.muster.spi.Counter;
import dev.muster.spi.Event;
import dev.muster.spi.Figure;
import dev.muster.spi.HeaderCodec;
import dev.muster.spi.Packet;
import dev.muster.spi.PacketBatch;
import dev.muster.spi.Protocol;
import dev.muster.spi.ProtocolProvider;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Double-checks suspicions. Keeps a suspicion back, asks the member several times, and has others ask it as well, since only
 * a link may have failed; passes it on only when no answer came in time. How long that is depends on the evidence: after a
 * silence the whole {@code timeout}; after a closed connection {@code closed_timeout}, and less when a new connection is
 * refused; a refused connection, or several members that agree, need no check.
 *
 * <p>Does the same for membership with what other members report, and tries whether the link to another part of the group
 * carries before they merge.
 */
public final class VerifySuspect implements Protocol {

    /** Name in stacks. */
    public static final ProtocolType TYPE = ProtocolType.of("VERIFY_SUSPECT");

    /** Time to answer after a silence. */
    public static final Setting<Duration> TIMEOUT = Setting.duration("timeout", Duration.ofMillis(1500)).positive()
            .says("how long a member of whom nothing was heard has to answer before the suspicion is passed on");

    /** Time to answer after a closed connection. */
    public static final Setting<Duration> CLOSED_TIMEOUT =
            Setting.duration("closed_timeout", Duration.ofMillis(500)).positive()
                    .says("the same for a member whose connection has closed; usually the refusal of a new connection "
                            + "settles the matter within milliseconds");

    private static final int VERDICT = 0;
    private static final int ASK = 1;
    private static final int TRY = 2;
    private static final long TRY_NANOS = 25_000_000L;
    private static final int QUESTIONS = 5;
    private static final Logger LOG = LoggerFactory.getLogger(VerifySuspect.class);

    private final long silenceNanos;
    private final long closedNanos;
    private final Map<Address, Suspicion> open = new LinkedHashMap<>();
    private final LinkTrials trials = new LinkTrials();
    private final Relay relay = new Relay();
    private final Map<Address, InetSocketAddress> addresses = new LinkedHashMap<>();
    private Context context;
    private Counter refuted;
    private Counter confirmed;
    private View view;
    private long verdictDueNanos;

    /** A suspicion that is being checked. */
    private static final class Suspicion {
        private Event.Evidence evidence;
        private long endNanos;
        private int questions;
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
            return List.of("VERIFY_SUSPECT2");
        }

        @Override
        public String says() {
            return "double-checks suspicions before a member is removed";
        }

        @Override
        public List<String> promises() {
            return List.of(
                    "a member that answers within timeout is not removed for silence",
                    "evidence that needs no verification is passed on at once");
        }

        @Override
        public List<String> doesNotPromise() {
            return List.of(
                    "that an application which hangs is noticed: its stack answers for it");
        }

        @Override
        public List<Figure> figures() {
            return List.of(
                    new Figure("suspicions_refuted", "suspects that answered"),
                    new Figure("suspicions_confirmed", "suspicions passed on"));
        }

        @Override
        public List<Setting<?>> settings() {
            return List.of(TIMEOUT, CLOSED_TIMEOUT);
        }

        @Override
        public Set<Capability> provides() {
            return Set.of(Capability.SUSPICION_VERIFICATION);
        }

        @Override
        public Set<Capability> requiresBelow() {
            return Set.of(Capability.FAILURE_DETECTION);
        }

        @Override
        public List<HeaderCodec<?>> headers() {
            return List.of(new VerificationHeader.Codec());
        }

        @Override
        public Protocol create(Settings settings) {
            return new VerifySuspect(settings);
        }
    }

    VerifySuspect(Settings settings) {
        silenceNanos = settings.get(TIMEOUT).toNanos();
        closedNanos = Math.min(silenceNanos, settings.get(CLOSED_TIMEOUT).toNanos());
    }

    @Override
    public void start(Context newContext) {
        context = newContext;
        refuted = context.counter("suspicions_refuted");
        confirmed = context.counter("suspicions_confirmed");
        context.emitUp(new Event.VerificationReady());
    }

    @Override
    public void up(Packet packet) {
        VerificationHeader header = packet.header(VerificationHeader.class);
        if (header == null) {
            context.passUp(packet);
        } else if (header.isAnswer()) {
            answered(header.member());
        } else if (header.member().equals(context.self())) {
            answer(packet.physical() == null ? Packet.to(packet.source())
                    : Packet.to(packet.source(), packet.physical()), context.self());
        } else if (isMember(packet.source()) && isMember(header.member()) && relay.note(header.member(), packet.source())) {
            ask(header.member());
        }
    }

    private void answer(Packet packet, Address member) {
        context.passDown(packet.withFlags(Packet.UNRELIABLE).with(new VerificationHeader(true, member)));
    }

    private boolean isMember(Address member) {
        return view != null && view.contains(member);
    }

    @Override
    public void up(PacketBatch batch) {
        if (batch.hasHeader(VerificationHeader.class)) {
            batch.forEach(this::up);
        } else {
            context.passUp(batch);
        }
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
        if (event instanceof Event.Suspected suspected) {
            return suspected.evidence().isCertain() ? passOn(suspected) : check(suspected);
        } else if (event instanceof Event.SuspicionReported reported) {
            return check(new Event.Suspected(reported.member(), Event.Evidence.SILENCE));
        } else if (event instanceof Event.LinkAsked asked) {
            return tryLink(asked);
        } else if (event instanceof Event.Unsuspected unsuspected) {
            refute(unsuspected.member());
        } else if (event instanceof Event.Unreachable nobody) {
            unreachable(nobody.peer());
        } else if (event instanceof Event.PhysicalAddresses known) {
            addresses.putAll(known.addresses());
        } else if (event instanceof Event.ViewInstalled installed) {
            view = installed.view();
            relay.clear();
            open.keySet().removeIf(member -> !view.contains(member));
            addresses.keySet().removeIf(member -> !view.contains(member));
        }
        return event;
    }

    private Event passOn(Event.Suspected suspected) {
        open.remove(suspected.member());
        confirmed.increment();
        LOG.debug("{}: {} is gone, {}", context.self(), suspected.member(), suspected.evidence());
        return suspected;
    }

    /** Evidence may get stronger while it is being checked; the time never gets longer. */
    private Event check(Event.Suspected suspected) {
        boolean closed = suspected.evidence() == Event.Evidence.CONNECTION_CLOSED;
        long end = context.nowNanos() + (closed ? closedNanos : silenceNanos);
        Suspicion suspicion = open.get(suspected.member());
        if (suspicion == null) {
            suspicion = new Suspicion();
            suspicion.endNanos = end;
            suspicion.evidence = suspected.evidence();
            open.put(suspected.member(), suspicion);
            context.emitDown(new Event.SuspicionBegan(suspected.member()));
        } else if (closed) {
            suspicion.evidence = suspected.evidence();
            suspicion.endNanos = Math.min(suspicion.endNanos, end);
        }
        question(suspected.member(), suspicion);
        askLater();
        verdictLater();
        return null;
    }

    /** Asks, and from the second time on has others ask as well. */
    private void question(Address member, Suspicion suspicion) {
        ask(member);
        suspicion.questions++;
        if (suspicion.questions > 1 && isMember(member)) {
            for (Address helper : Relay.helpers(view, other -> !other.equals(context.self()) && !open.containsKey(other),
                    context.random())) {
                ask(helper, addresses.get(helper), member);
            }
        }
    }

    private Event tryLink(Event.LinkAsked asked) {
        boolean first = trials.isEmpty();
        if (!trials.begin(asked.peer(), asked.physical())) {
            context.emitUp(new Event.LinkTried(asked.peer(), false));
        } else if (first) {
            context.setTimer(TRY, 0);
        }
        return null;
    }

    private void tryOn() {
        for (LinkTrials.Trial trial : trials.nextTurn()) {
            ask(trial.peer(), trial.physical());
        }
        trials.end().forEach(peer -> context.emitUp(new Event.LinkTried(peer, false)));
        if (!trials.isEmpty()) {
            context.setTimer(TRY, TRY_NANOS);
        }
    }

    private void ask(Address member) {
        ask(member, addresses.get(member));
    }

    private void ask(Address member, InetSocketAddress at) {
        ask(member, at, member);
    }

    private void ask(Address receiver, InetSocketAddress at, Address member) {
        Packet packet = at == null ? Packet.to(receiver) : Packet.to(receiver, at);
        context.passDown(packet.withFlags(Packet.UNRELIABLE).with(new VerificationHeader(false, member)));
    }

    private void askLater() {
        boolean hurry = open.values().stream().anyMatch(s -> s.evidence == Event.Evidence.CONNECTION_CLOSED);
        context.setTimer(ASK, Math.max(1, (hurry ? closedNanos : silenceNanos) / QUESTIONS));
    }

    private void verdictLater() {
        verdictDueNanos = open.values().stream().mapToLong(s -> s.endNanos).min().orElseThrow();
        context.setTimer(VERDICT, verdictDueNanos - context.nowNanos());
    }

    @Override
    public void timer(int id) {
        if (id == TRY) {
            tryOn();
            return;
        }
        if (open.isEmpty()) {
            return;
        }
        if (id == ASK) {
            open.forEach(this::question);
            askLater();
            return;
        }
        long late = context.nowNanos() - verdictDueNanos;
        if (late > closedNanos / 2) {
            // we were stopped ourselves: answers may be waiting to be read
            open.values().forEach(suspicion -> suspicion.endNanos = context.nowNanos() + closedNanos);
            open.forEach(this::question);
        } else {
            confirm();
        }
        if (!open.isEmpty()) {
            verdictLater();
        }
    }

    private void confirm() {
        for (Address member : List.copyOf(open.keySet())) {
            Suspicion suspicion = open.get(member);
            if (suspicion.endNanos <= context.nowNanos()) {
                open.remove(member);
                confirmed(member, suspicion.evidence);
            }
        }
    }

    private void confirmed(Address member, Event.Evidence evidence) {
        confirmed.increment();
        LOG.debug("{}: {} did not answer, {}", context.self(), member, evidence);
        context.emitUp(new Event.Suspected(member, evidence));
    }

    private void answered(Address member) {
        relay.answered(member).forEach(asker -> answer(Packet.to(asker), member));
        if (trials.answered(member)) {
            context.emitUp(new Event.LinkTried(member, true));
        }
        if (refute(member)) {
            refuted.increment();
            context.emitUp(new Event.Unsuspected(member));
        }
    }

    /** End a suspicion that is being checked; true if there was one. */
    private boolean refute(Address member) {
        boolean wasOpen = open.remove(member) != null;
        if (wasOpen) {
            context.emitDown(new Event.SuspicionEnded(member));
        }
        return wasOpen;
    }

    /** The connection has closed and a new one can't be made: there is nobody who could answer. */
    private void unreachable(InetSocketAddress peer) {
        for (Address member : List.copyOf(open.keySet())) {
            boolean closed = open.get(member).evidence == Event.Evidence.CONNECTION_CLOSED;
            if (closed && peer.equals(addresses.get(member))) {
                open.remove(member);
                confirmed(member, Event.Evidence.CONNECTION_REFUSED);
            }
        }
    }
}
