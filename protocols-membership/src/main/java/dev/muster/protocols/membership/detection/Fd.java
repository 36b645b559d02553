package dev.muster.protocols.membership.detection;

import dev.muster.api.Address;
import dev.muster.api.ProtocolType;
import dev.muster.api.Setting;
import dev.muster.api.Settings;
import dev.muster.spi.Context;
import dev.muster.spi.Event;
import dev.muster.spi.Figure;
import dev.muster.spi.HeaderCodec;
import dev.muster.spi.Packet;
import dev.muster.spi.PacketBatch;
import dev.muster.spi.Protocol;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Notices a member that does not answer: each member asks its right neighbour in the view "are you alive" every
 * {@code timeout}; whoever leaves {@code max_tries} questions in a row unanswered is suspected.
 *
 * <p>Any packet counts as life. After a suspicion the next neighbour is watched; the suspected one is still asked as long as
 * it is in the view, and cleared by whatever it says. A member that was itself stopped for a while begins to observe anew.
 *
 * <p>A silence is noticed at the latest {@code timeout} × ({@code max_tries} + 1) after the last sign of life; neighbours that
 * fall silent together are noticed one after the other, each in that time.
 *
 * <p>Whoever is asked by a stranger answers that it is one, and tells membership, which tells the stranger if it has been left
 * behind. The stranger watches the next neighbour then: those that have gone on to another view don't care who else was left
 * behind, and dies there.
 *
 * <p>{@code shun} is carried out by membership, which learns who was removed: this layer only asks for it. A member that was
 * removed ends its life in the group, and its channel sends nothing more until the application connects it again, by
 * discovery and with the state if it wants.
 */
public final class Fd implements Protocol {

    /** Name in stacks. */
    public static final ProtocolType TYPE = ProtocolType.of("FD");

    /** Time for an answer. */
    public static final Setting<Duration> TIMEOUT = Setting.duration("timeout", Duration.ofSeconds(3)).positive()
            .says("time between two questions, by which the one before must have been answered");

    /** Number of questions. */
    public static final Setting<Integer> MAX_TRIES = Setting.integer("max_tries", 2).atLeast(1).atMost(1000)
            .says("so many questions in a row without a sign of life make a suspicion");

    /** What whoever was excluded does. */
    public static final Setting<Boolean> SHUN = Setting.flag("shun", false)
            .says("true: a member that was suspected and removed sends nothing more until it is connected again, by "
                    + "discovery and, if wished, with the state; false: it goes on by itself until merged");

    private static final int TICK = 0;

    private final long timeoutNanos;
    private final int mostTries;
    private final boolean shun;
    /** Members that say they are in another view, and how often they have since been asked in vain. */
    private final Map<Address, Integer> elsewhere = new LinkedHashMap<>();
    private Context context;
    private Ring ring;
    private Suspicions suspicions;
    /** Who is watched; null if alone. */
    private Address neighbour;
    private boolean heard;
    private int unanswered;
    private boolean ticking;
    private long dueNanos;

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
            return "notices a member that does not answer, by asking the right neighbour";
        }

        @Override
        public List<String> promises() {
            return List.of(
                    "a member of whom nothing is heard is suspected within timeout * (max_tries + 1); neighbours that fall "
                        + "silent together one after the other",
                    "whatever is heard of a member counts as life, not only answers",
                    "a member that was itself stopped looks anew instead of suspecting its neighbour",
                    "shun: a member that was removed sends nothing more until it is connected again");
        }

        @Override
        public List<String> doesNotPromise() {
            return List.of(
                    "that a suspect is dead: it may be slow, or cut off");
        }

        @Override
        public List<Figure> figures() {
            return List.of(
                    new Figure("suspicions_silence", "suspicions told because nothing was heard"));
        }

        @Override
        public List<Setting<?>> settings() {
            return List.of(TIMEOUT, MAX_TRIES, SHUN);
        }

        @Override
        public List<HeaderCodec<?>> headers() {
            return List.of(new NeighbourHeader.Codec());
        }

        @Override
        public Protocol create(Settings settings) {
            return new Fd(settings);
        }
    }

    Fd(Settings settings) {
        timeoutNanos = settings.get(TIMEOUT).toNanos();
        mostTries = settings.get(MAX_TRIES);
        shun = settings.get(SHUN);
    }

    @Override
    public void start(Context newContext) {
        context = newContext;
        ring = new Ring(context.self());
        suspicions = new Suspicions(context, timeoutNanos * mostTries);
        if (shun) {
            context.emitUp(new Event.ShunExcluded());
        }
    }

    @Override
    public void up(Packet packet) {
        NeighbourHeader header = packet.header(NeighbourHeader.class);
        if (header == null) {
            heard(packet.source());
            context.passUp(packet);
            return;
        }
        if (header.equals(NeighbourHeader.QUESTION)) {
            answer(packet.source());
        } else if (header.equals(NeighbourHeader.ANSWER)) {
            elsewhere.remove(packet.source());
        } else if (ring.contains(packet.source())) {
            elsewhere.put(packet.source(), 0);
            ring.skip(packet.source());
            watchNext();
        }
        heard(packet.source());
    }

    @Override
    public void up(PacketBatch batch) {
        if (batch.hasHeader(NeighbourHeader.class)) {
            batch.forEach(this::up);
            return;
        }
        for (int i = 0; i < batch.size(); i++) {
            heard(batch.get(i).source());
        }
        context.passUp(batch);
    }

    @Override
    public void down(Packet packet) {
        context.passDown(packet);
    }

    private void heard(Address source) {
        if (source == null) {
            return;
        }
        heard |= source.equals(neighbour);
        if (ring.skips(source)) {
            suspicions.takeBack(source::equals);
            if (!elsewhere.containsKey(source)) {
                ring.readmit(source);
                watchNext();
            }
        }
    }

    /** Also to a stranger: it may be new, or have been left behind in a view that nobody else is in any more. */
    private void answer(Address asking) {
        boolean stranger = ring.view() != null && !ring.contains(asking);
        say(asking, stranger ? NeighbourHeader.STRANGER : NeighbourHeader.ANSWER);
        if (stranger) {
            context.emitUp(new Event.StrangerHeard(asking));
        }
    }

    private void say(Address member, NeighbourHeader what) {
        context.passDown(Packet.to(member).withFlags(Packet.UNRELIABLE).with(what));
    }

    @Override
    public void timer(int id) {
        boolean wasStopped = context.nowNanos() - dueNanos > timeoutNanos;
        if (heard || wasStopped) {
            unanswered = 0;
        } else if (neighbour != null && unanswered >= mostTries) {
            ring.skip(neighbour);
            watchNext();
        }
        heard = false;
        ring.skipped().forEach(this::askSkipped);
        if (neighbour != null) {
            unanswered++;
            say(neighbour, NeighbourHeader.QUESTION);
        }
        tickLater();
    }

    /** Whoever is in another view counts as alive, but only as long as it answers. */
    private void askSkipped(Address member) {
        Integer tries = elsewhere.get(member);
        if (tries == null || tries >= mostTries) {
            suspicions.tell(member, Event.Evidence.SILENCE);
        } else {
            elsewhere.put(member, tries + 1);
        }
        say(member, NeighbourHeader.QUESTION);
    }

    private void tickLater() {
        ticking = true;
        dueNanos = context.nowNanos() + timeoutNanos;
        context.setTimer(TICK, timeoutNanos);
    }

    @Override
    public Event event(Event event) {
        if (event instanceof Event.ViewInstalled installed) {
            elsewhere.keySet().forEach(ring::readmit);
            elsewhere.clear();
            ring.install(installed.view());
            suspicions.keepOnly(installed.view());
            watchNext();
            if (installed.view().size() == 1) {
                context.cancelTimer(TICK);
                ticking = false;
            } else if (!ticking) {
                tickLater();
            }
        }
        return event;
    }

    private void watchNext() {
        Address next = ring.neighbour();
        if (next == null || !next.equals(neighbour)) {
            neighbour = next;
            heard = false;
            unanswered = 0;
        }
    }
}
