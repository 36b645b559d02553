package dev.muster.protocols.membership;

import dev.muster.api.Address;
import dev.muster.api.ProtocolType;
import dev.muster.api.Setting;
import dev.muster.api.Settings;
import dev.muster.api.Wait;
import dev.muster.spi.Capability;
import dev.muster.spi.Context;
import dev.muster.spi.Event;
import dev.muster.spi.Figure;
import dev.muster.spi.HeaderCodec;
import dev.muster.spi.Packet;
import dev.muster.spi.Protocol;
import dev.muster.spi.ProtocolProvider;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Agrees on views. Joins, leaves, deaths and merges go through the same round: the coordinator has everybody who goes
 * along promise a ballot and stop ({@link Event.Flush}), lets them deliver the same of the old view ({@link Event.Fill}),
 * and then has them install the new one ({@link Event.ViewInstalled}). So members that go from one view to the next
 * together have delivered the same, and never disagree on which view is the next.
 *
 * <p>This class is the shell: it takes packets, timers and events and hands them to its {@link Parts}.
 *
 * <p>Needs reliable unicast, reliable multicast and discovery below. Why it is safe: docs/decisions/agreed-views.md.
 */
public final class GroupMembership implements Protocol {

    /** Name of the protocol. */
    public static final ProtocolType TYPE = ProtocolType.of("GMS");

    /** How long a newcomer waits for the coordinator to let it in. */
    public static final Setting<Duration> JOIN_TIMEOUT = MembershipSettings.JOIN_TIMEOUT;

    /** How long a newcomer that was not let in waits before it searches again. */
    public static final Setting<Duration> JOIN_RETRY_TIMEOUT = MembershipSettings.JOIN_RETRY_TIMEOUT;

    /** How long a member that leaves waits until the others have all it sent. */
    public static final Setting<Duration> LEAVE_TIMEOUT = MembershipSettings.LEAVE_TIMEOUT;

    /** Whether to log this member's address. */
    public static final Setting<Boolean> PRINT_LOCAL_ADDR = MembershipSettings.PRINT_LOCAL_ADDR;

    /** Whether a member that the others have removed disconnects. */
    public static final Setting<Boolean> SHUN = MembershipSettings.SHUN;

    /** Whether this member only joins groups. */
    public static final Setting<Boolean> DISABLE_INITIAL_COORD = MembershipSettings.DISABLE_INITIAL_COORD;

    /** Whether joins and leaves that come close together become one view. */
    public static final Setting<Boolean> VIEW_BUNDLING = MembershipSettings.VIEW_BUNDLING;

    /** How long things must be quiet before a view is begun. */
    public static final Setting<Duration> BUNDLING_TIME = MembershipSettings.BUNDLING_TIME;

    /** How long the leader of a merge waits for the other coordinators. */
    public static final Setting<Duration> MERGE_TIMEOUT = MembershipSettings.MERGE_TIMEOUT;

    /** By when a member must have answered a proposed view. */
    public static final Setting<Duration> PREPARE_TIMEOUT = MembershipSettings.PREPARE_TIMEOUT;

    /** By when a member must have fetched what it lacks of the old view. */
    public static final Setting<Duration> FILL_TIMEOUT = MembershipSettings.FILL_TIMEOUT;

    static final int JOIN_TIMER = 1;
    static final int LEAVE_TIMER = 2;
    static final int BUNDLE_TIMER = 3;
    static final int ROUND_TIMER = 4;
    static final int RETRY_TIMER = 5;
    static final int GUARD_TIMER = 6;
    static final int MERGE_TIMER = 7;

    private static final Logger LOG = LoggerFactory.getLogger(GroupMembership.class);

    private final MembershipSettings settings;
    private Context context;
    private Parts parts;
    private IncomingWords words;

    private GroupMembership(MembershipSettings settings) {
        this.settings = settings;
    }

    @Override
    public void start(Context given) {
        context = given;
        parts = new Parts(context, settings, this::installed);
        words = new IncomingWords(context, parts);
    }

    @Override
    public void up(Packet packet) {
        if (packet.header(MembershipHeader.class) == null) {
            context.passUp(packet);
            return;
        }
        words.take(packet);
        words.takeOwn();
    }

    @Override
    public List<Wait> waits() {
        return Stream.of(parts.joining.waits(), parts.proposer.waits(), parts.participation.waits()).flatMap(List::stream).toList();
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
    public void timer(int id) {
        switch (id) {
            case JOIN_TIMER -> parts.joining.timer();
            case LEAVE_TIMER -> parts.departure.done("left, but the others could not be told in time");
            case BUNDLE_TIMER -> parts.requests.timer();
            case ROUND_TIMER -> parts.proposer.roundTimer();
            case RETRY_TIMER -> parts.proposer.retryTimer();
            case GUARD_TIMER -> parts.absentees.guard();
            case MERGE_TIMER -> parts.merging.timer();
            default -> throw new IllegalArgumentException("timer " + id);
        }
        words.takeOwn();
    }

    @Override
    public Event event(Event event) {
        boolean ends = takes(event);
        if (!ends) {
            observe(event);
        }
        words.takeOwn();
        return ends ? null : event;
    }

    /** What is for membership alone. */
    private boolean takes(Event event) {
        if (event instanceof Event.Flushed flushed) {
            parts.participation.flushed(flushed.digest());
        } else if (event instanceof Event.Filled) {
            parts.participation.filled();
        } else if (event instanceof Event.Disconnect) {
            parts.departure.begin();
        } else if (event instanceof Event.StateRequested requested) {
            wantState(requested.from());
        } else if (event instanceof StateSettled settled) {
            parts.standing.stateIsSettled(settled.complete());
        } else if (event instanceof Event.MergeNeeded needed) {
            parts.merging.needed(needed.others());
        } else if (event instanceof Event.MembersFound found && found.purpose().equals(Joining.PURPOSE)) {
            parts.joining.found(found.found());
        } else {
            return takesOfDetection(event);
        }
        return true;
    }

    private boolean takesOfDetection(Event event) {
        if (event instanceof Event.VerificationReady) {
            parts.standing.verificationReady();
        } else if (event instanceof Event.LinkTried tried) {
            parts.merging.tried(tried);
        } else if (event instanceof Event.StrangerHeard heard) {
            parts.absentees.strangerHeard(heard.stranger());
        } else if (event instanceof Event.ShunExcluded) {
            parts.standing.shun();
        } else {
            return false;
        }
        return true;
    }

    private void observe(Event event) {
        if (event instanceof Event.TransportReady ready) {
            reachableAt(ready.local());
        } else if (event instanceof Event.Connect connect && parts.standing.is(Standing.Stage.IDLE)) {
            parts.standing.enter(Standing.Stage.JOINING);
            if (connect.withState()) {
                parts.standing.wantState(connect.stateFrom());
            }
            parts.joining.begin();
        } else if (event instanceof Event.Suspected suspected) {
            parts.absentees.suspect(suspected.member(), suspected.evidence().isCertain());
        } else if (event instanceof Event.Unsuspected unsuspected) {
            parts.absentees.unsuspect(unsuspected.member());
        } else if (event instanceof Event.Unreachable unreachable) {
            parts.joining.unreachable(unreachable.peer());
        }
    }

    private void reachableAt(InetSocketAddress local) {
        Standing standing = parts.standing;
        standing.reachableAt(local);
        if (settings.printLocalAddress()) {
            LOG.info("{} ({}) of group {} is at {}", standing.self(), standing.self().id(), context.cluster(), local);
        }
        parts.joining.begin();
    }

    private void wantState(String from) {
        Standing standing = parts.standing;
        if (standing.is(Standing.Stage.MEMBER)) {
            standing.wantState(from);
            parts.post.send(standing.acting(), new Word.StateWanted());
        }
    }

    private void installed(Roster next) {
        Standing standing = parts.standing;
        Map<Address, InetSocketAddress> addresses = addressesOfNewMembers(next);
        Roster before = standing.roster();
        standing.moveTo(next);
        parts.joining.end();
        if (next.view().size() == 1) {
            // what it has is all there is
            standing.stateIsSettled(true);
        }
        if (next.transfers().stream().anyMatch(transfer -> transfer.requester().equals(standing.self()))) {
            standing.stateIsComing();
        }
        parts.absentees.viewInstalled();
        parts.requests.viewInstalled(before);
        context.counter("views").increment();
        LOG.info("{} installs view {}", standing.self(), next);
        if (!addresses.isEmpty()) {
            context.emitDown(new Event.PhysicalAddresses(addresses));
        }
        context.emit(new Event.ViewInstalled(next.view(), next.transfers()));
        parts.proposer.moved(next);
        goOn();
    }

    private Map<Address, InetSocketAddress> addressesOfNewMembers(Roster next) {
        Standing standing = parts.standing;
        Map<Address, InetSocketAddress> addresses = new LinkedHashMap<>();
        for (Peer peer : next.peers()) {
            boolean known = standing.roster() != null && standing.roster().contains(peer.address());
            if (!known && peer.physical() != null && !peer.address().equals(standing.self())) {
                addresses.put(peer.address(), peer.physical());
            }
        }
        return addresses;
    }

    /** Wishes of this member that the view has not fulfilled. */
    private void goOn() {
        Standing standing = parts.standing;
        if (standing.isLeaving()) {
            parts.departure.askAgain();
        } else if (standing.wantsState()) {
            parts.post.send(standing.acting(), new Word.StateWanted());
        }
        parts.absentees.announce();
        parts.requests.goOn();
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
        public List<String> aliases() {
            return List.of("pbcast.GMS");
        }

        @Override
        public String says() {
            return "Agrees on views: lets newcomers in, lets leavers go, removes the dead and merges groups, all virtually "
                    + "synchronously.";
        }

        @Override
        public List<String> promises() {
            return List.of(
                    "a member is in every view that it installs, and ids of views grow",
                    "members that go from one view to the next together have installed the same views in the same order, "
                        + "and were given the same messages in the former (virtual synchrony)",
                    "once failures cease, all that can reach one another are in one view",
                    "who leaves is not taken for dead; several joins and leaves that come close together make one view");
        }

        @Override
        public List<String> doesNotPromise() {
            return List.of(
                    "one group while the network is parted: each part has views of its own, unless PRIMARY_PARTITION lets "
                        + "only one act",
                    "protection from members that lie");
        }

        @Override
        public List<Figure> figures() {
            return List.of(
                    new Figure("views", "views installed"),
                    new Figure("rounds", "rounds that this member began as coordinator; each proposes a view"),
                    new Figure("rounds_restarted", "those begun anew, for a member did not answer or something changed "
                        + "meanwhile"),
                    new Figure("ballots_refused", "proposals refused because a later one was promised"),
                    new Figure("merges_declined", "merges refused because the link to who proposed them loses too much"),
                    new Figure("reports_outdated", "suspicions of members about a former view, passed over"),
                    new Figure("malformed", "words of other members that made no sense"));
        }

        @Override
        public List<Setting<?>> settings() {
            return MembershipSettings.ALL;
        }

        @Override
        public Set<Capability> provides() {
            return Set.of(Capability.MEMBERSHIP);
        }

        @Override
        public Set<Capability> requiresBelow() {
            return Set.of(Capability.DISCOVERY, Capability.RELIABLE_MULTICAST, Capability.RELIABLE_UNICAST);
        }

        @Override
        public List<HeaderCodec<?>> headers() {
            return List.of(MembershipHeader.CODEC);
        }

        @Override
        public Protocol create(Settings given) {
            return new GroupMembership(MembershipSettings.of(given));
        }
    }
}
