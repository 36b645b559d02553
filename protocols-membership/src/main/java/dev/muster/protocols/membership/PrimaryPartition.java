package dev.muster.protocols.membership;

import dev.muster.api.Address;
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
import dev.muster.spi.Packet;
import dev.muster.spi.Protocol;
import dev.muster.spi.ProtocolProvider;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets at most one part of a group act: the primary one. A member of any other says so ({@link Event.Primary}), its channel
 * goes to the state without a view and refuses to send; views are still shown, and merging brings it back.
 *
 * <p>In each new view all members tell which primary view they know of last. The new one can be primary if it holds a
 * majority of the votes of the latest of these, and of every later one that may have become primary for somebody who is not
 * here. Then all note that they agree, and tell it; it is primary once all have. So each primary view shares a majority of
 * votes with the one before (V4), also if members part between two of these words: who has agreed to a view counts with it
 * until its fate is known. Nothing is added to data; a view costs two small group packets per member, which list the members
 * of the last primary view. Meanwhile application data waits here, so nothing new is sent in a view before it is known to be
 * primary; what was sent just before the view, and waited below this layer, may still be delivered in it.
 *
 * <p>With {@link #QUORUM} a view is primary if it has so many votes, whatever was before. That is safe only if it is more
 * than half of all votes there will ever be.
 *
 * <p>Not promised: that there is a primary view. Of two members neither is a majority; give one more {@link #WEIGHT}. Nothing is
 * kept on disk: a process that begins anew knows of no primary view, so if so many do at once that {@link #FIRST_QUORUM} is
 * reached without anybody who remembers, they begin another history. A member in a minority learns so only with the view that
 * leaves the others out, which takes as long as it takes to notice that they are gone.
 *
 * <p>Stands above flow control where there is one.
 */
public final class PrimaryPartition implements Protocol {

    /** Name of the protocol. */
    public static final ProtocolType TYPE = ProtocolType.of("PRIMARY_PARTITION");

    /** This member's votes. */
    public static final Setting<Integer> WEIGHT = Setting.integer("weight", 1).atLeast(0).atMost(PrimaryHeader.MOST_WEIGHT)
            .says("votes of this member");

    /** Votes of the first primary view. */
    public static final Setting<Integer> FIRST_QUORUM = Setting.integer("first_quorum", 1).atLeast(1)
            .says("votes that the first primary view needs; give more than half of all expected, or members that start in "
                    + "several parts of a network begin several histories");

    /** Fixed quorum. */
    public static final Setting<Integer> QUORUM = Setting.integer("quorum", 0).atLeast(0)
            .says("votes that every primary view needs, in the place of a majority of the last one; must be more than half of "
                    + "all votes there may ever be; 0: a majority of the last primary view");

    private static final Logger LOG = LoggerFactory.getLogger(PrimaryPartition.class);

    private final int weight;
    private final int firstQuorum;
    private final int quorum;
    private final ArrayDeque<Packet> held = new ArrayDeque<>();
    private final Set<Address> agreed = new HashSet<>();
    private final List<PrimaryHeader.Session> attempts = new ArrayList<>();
    private PrimaryHeader.Session last;
    private Context context;
    private View view;
    private Votes votes;
    private boolean judged;
    private boolean attempting;
    private boolean open;
    private boolean paused;
    private long pausedAt;
    private Counter primaryViews;
    private Counter otherViews;
    private Counter dropped;

    private PrimaryPartition(Settings settings) {
        weight = settings.get(WEIGHT);
        firstQuorum = settings.get(FIRST_QUORUM);
        quorum = settings.get(QUORUM);
    }

    @Override
    public void start(Context given) {
        context = given;
        primaryViews = given.counter("primary_views");
        otherViews = given.counter("other_views");
        dropped = given.counter("dropped_receiver_left");
    }

    @Override
    public void down(Packet packet) {
        if (open || !packet.has(Packet.DATA)) {
            context.passDown(packet);
        } else {
            held.add(packet);
            pause();
        }
    }

    @Override
    public List<Wait> waits() {
        return held.isEmpty() ? List.of() : List.of(new Wait(Wait.Reason.VIEW, "it is not known that this view is primary,"
                + " packets until then: " + held.size(), List.of(), Duration.ofNanos(context.nowNanos() - pausedAt)));
    }

    private void pause() {
        if (!paused) {
            paused = true;
            pausedAt = context.nowNanos();
            context.emitUp(new Event.SendingPaused(null));
        }
    }

    @Override
    public void up(Packet packet) {
        PrimaryHeader header = packet.header(PrimaryHeader.class);
        if (header == null) {
            context.passUp(packet);
        } else if (view != null && header.view() == view.id().counter()) {
            take(packet.source(), header);
        }
    }

    private void take(Address source, PrimaryHeader header) {
        if (header.kind() == PrimaryHeader.STATUS) {
            votes.told(source, header);
            if (votes.isComplete() && !judged) {
                judged = true;
                judge();
            }
        } else if (view.contains(source)) {
            agreed.add(source);
        }
        if (attempting && agreed.size() == view.size()) {
            attempting = false;
            becomePrimary();
        }
    }

    private void judge() {
        if (votes.last() != null && (last == null || votes.last().id().compareTo(last.id()) > 0)) {
            last = votes.last();
        }
        attempts.removeIf(attempt -> last != null && attempt.id().compareTo(last.id()) <= 0);
        String objection = objection();
        if (objection == null) {
            attempts.add(votes.session());
            attempting = true;
            context.passDown(Packet.toGroup().with(PrimaryHeader.attempt(view.id().counter())));
        } else {
            otherViews.increment();
            LOG.info("{} is in a view that is not primary: {}", context.self(), objection);
            context.emitUp(new Event.Primary(false, objection));
        }
    }

    /** Why the view can't be primary; null if it can. */
    private String objection() {
        long present = Votes.all(votes.session());
        int needed = quorum > 0 ? quorum : votes.last() == null ? firstQuorum : 0;
        if (present < needed) {
            return text(present + " votes", needed + " are needed");
        }
        List<PrimaryHeader.Session> sessions = quorum > 0 ? List.of() : votes.openAttempts();
        if (quorum == 0 && votes.last() != null) {
            sessions.add(0, votes.last());
        }
        for (PrimaryHeader.Session session : sessions) {
            if (!votes.isMajorityOf(session)) {
                return text(votes.here(session) + " of " + Votes.all(session) + " votes of view " + session.id(),
                        "more than half are needed");
            }
        }
        return null;
    }

    private String text(String was, String expected) {
        return "this member is in a minority: its view " + view.id() + " has " + was + ", " + expected
                + "; wait until enough members are together again, or disconnect";
    }

    private void becomePrimary() {
        last = votes.session();
        attempts.clear();
        open = true;
        primaryViews.increment();
        LOG.debug("{} is in primary view {}", context.self(), view.id());
        context.emitUp(new Event.Primary(true, ""));
        while (!held.isEmpty()) {
            release(held.poll());
        }
        if (paused) {
            paused = false;
            context.emitUp(new Event.SendingResumed(null));
        }
    }

    private void release(Packet packet) {
        if (packet.destination() == null || view.contains(packet.destination())) {
            context.passDown(packet);
        } else {
            dropped.increment();
        }
    }

    @Override
    public Event event(Event event) {
        if (event instanceof Event.ViewInstalled installed) {
            view = installed.view();
            votes = new Votes(view);
            agreed.clear();
            judged = false;
            attempting = false;
            open = false;
            context.passDown(Packet.toGroup().with(
                    new PrimaryHeader(PrimaryHeader.STATUS, view.id().counter(), weight, last, attempts)));
        }
        return event;
    }

    /** Publishes the protocol. */
    public static final class Provider implements ProtocolProvider {

        /** Create the provider. */
        public Provider() {}

        @Override
        public ProtocolType type() {
            return TYPE;
        }

        @Override
        public String says() {
            return "Lets at most one part of a group act: the one with a majority of the last that did, or with a quorum.";
        }

        @Override
        public List<String> promises() {
            return List.of(
                    "views that may act follow one another, each sharing a majority with the one before, so at most one "
                        + "part of a group acts",
                    "members of any other part say so and refuse to send");
        }

        @Override
        public List<String> doesNotPromise() {
            return List.of(
                    "that any part acts: without a majority none does",
                    "memory of it once all members have stopped");
        }

        @Override
        public List<Figure> figures() {
            return List.of(
                    new Figure("primary_views", "views found to be primary"),
                    new Figure("other_views", "views that were not"),
                    new Figure("dropped_receiver_left", "messages to one member, held back until the view was judged, "
                        + "whose receiver was gone then"));
        }

        @Override
        public List<Setting<?>> settings() {
            return List.of(WEIGHT, FIRST_QUORUM, QUORUM);
        }

        @Override
        public Set<Capability> provides() {
            return Set.of(new Capability("primary-partition"));
        }

        @Override
        public Set<Capability> requiresBelow() {
            return Set.of(Capability.RELIABLE_MULTICAST, Capability.MEMBERSHIP);
        }

        @Override
        public List<HeaderCodec<?>> headers() {
            return List.of(PrimaryHeader.CODEC);
        }

        @Override
        public Protocol create(Settings settings) {
            return new PrimaryPartition(settings);
        }
    }
}
