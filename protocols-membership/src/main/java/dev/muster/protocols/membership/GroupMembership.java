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
import dev.muster.spi.MalformedException;
import dev.muster.spi.Packet;
import dev.muster.spi.Protocol;
import dev.muster.spi.ProtocolProvider;
import dev.muster.spi.WireReader;
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
 * <p>This class is the shell: it takes packets, timers and events and hands them to the parts: {@link Joining}, {@link
 * Requests}, {@link Participation}, {@link Proposer} with its {@link Round}, {@link Merging}, {@link Absentees},
 * {@link Departure}.
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
    private Standing standing;
    private Post post;
    private Changes changes;
    private Participation participation;
    private Proposer proposer;
    private Joining joining;
    private Merging merging;
    private Requests requests;
    private Departure departure;
    private Absentees absentees;

    private GroupMembership(MembershipSettings settings) {
        this.settings = settings;
    }

    @Override
    public void start(Context given) {
        context = given;
        standing = new Standing(context.self());
        post = new Post(context);
        changes = new Changes(standing);
        participation = new Participation(context, standing, post, settings.patience(), this::installed);
        proposer = new Proposer(context, standing, post, participation, settings, changes,
                () -> departure.done("left"));
        joining = new Joining(context, standing, post, participation, settings);
        merging = new Merging(context, standing, post, settings, changes, proposer::consider);
        departure = new Departure(context, standing, post, settings, changes, participation, proposer, joining);
        absentees = new Absentees(context, standing, post, settings, changes, participation, proposer, departure);
        requests = new Requests(context, standing, post, settings, changes, participation, proposer, absentees::gone);
    }

    @Override
    public void up(Packet packet) {
        MembershipHeader header = packet.header(MembershipHeader.class);
        if (header == null) {
            context.passUp(packet);
            return;
        }
        try {
            Word word = WordCodec.decode(header.kind(),
                    new WireReader(packet.buffer(), packet.offset(), packet.length()));
            take(packet.source(), word);
        } catch (MalformedException | IllegalArgumentException e) {
            context.counter("malformed").increment();
            LOG.debug("word of membership from {} dropped: {}", packet.source(), e.getMessage());
        }
        takeOwn();
    }

    @Override
    public List<Wait> waits() {
        return Stream.of(joining.waits(), proposer.waits(), participation.waits()).flatMap(List::stream).toList();
    }

    @Override
    public void down(Packet packet) {
        context.passDown(packet);
    }

    private void takeOwn() {
        for (Word word = post.nextToSelf(); word != null; word = post.nextToSelf()) {
            take(standing.self(), word);
        }
    }

    private void take(Address from, Word word) {
        if (word instanceof Word.Prepare prepare) {
            participation.prepare(prepare);
            if (prepare.ballot().equals(participation.promised())) {
                proposer.yieldTo(prepare.ballot());
                joining.promised();
            }
        } else if (word instanceof Word.Prepared prepared) {
            proposer.prepared(from, prepared);
        } else if (word instanceof Word.Refused refused) {
            proposer.refused(from, refused);
            absentees.refused(from, refused);
        } else if (word instanceof Word.Declined declined) {
            proposer.declined(from, declined);
        } else if (word instanceof Word.Fill fill) {
            participation.fill(from, fill);
        } else if (word instanceof Word.Filled filled) {
            proposer.filled(from, filled);
        } else if (word instanceof Word.Install install) {
            participation.install(from, install);
        } else if (word instanceof Word.Installed done) {
            proposer.installed(from, done);
        } else if (word instanceof Word.Release release) {
            if (participation.release(release)) {
                absentees.announce();
                proposer.consider();
            }
        } else {
            takeWish(from, word);
        }
    }

    private void takeWish(Address from, Word word) {
        if (word instanceof Word.Join join) {
            requests.join(join);
        } else if (word instanceof Word.JoinRefused refused) {
            refused(refused);
        } else if (word instanceof Word.Leave leave) {
            requests.leave(leave);
        } else if (word instanceof Word.Left) {
            departure.done("left");
        } else if (word instanceof Word.Suspect suspect) {
            absentees.reported(from, suspect);
        } else if (word instanceof Word.Vouch vouch) {
            absentees.vouched(from, vouch);
        } else if (word instanceof Word.Removed removed) {
            absentees.removed(removed);
        } else if (word instanceof Word.StateWanted) {
            requests.stateWanted();
        } else if (word instanceof Word.Help help) {
            requests.help(help);
        } else if (word instanceof Word.MergeHint hint) {
            merging.hinted(hint);
        } else if (word instanceof Word.ViewRequest request) {
            merging.requested(request);
        } else if (word instanceof Word.ViewReply reply) {
            merging.replied(from, reply);
        }
    }

    private void refused(Word.JoinRefused word) {
        if (standing.is(Standing.Stage.JOINING)) {
            joining.end();
            standing.enter(Standing.Stage.IDLE);
            context.emitUp(new Event.ConnectFailed(word.reason() + "; give all members of the group the same stack"));
        }
    }

    @Override
    public void timer(int id) {
        switch (id) {
            case JOIN_TIMER -> joining.timer();
            case LEAVE_TIMER -> departure.done("left, but the others could not be told in time");
            case BUNDLE_TIMER -> requests.timer();
            case ROUND_TIMER -> proposer.roundTimer();
            case RETRY_TIMER -> proposer.retryTimer();
            case GUARD_TIMER -> absentees.guard();
            case MERGE_TIMER -> merging.timer();
            default -> throw new IllegalArgumentException("timer " + id);
        }
        takeOwn();
    }

    @Override
    public Event event(Event event) {
        Event onward = handle(event);
        takeOwn();
        return onward;
    }

    private Event handle(Event event) {
        if (event instanceof Event.Flushed flushed) {
            participation.flushed(flushed.digest());
            return null;
        }
        if (event instanceof Event.Filled) {
            participation.filled();
            return null;
        }
        if (event instanceof Event.Disconnect) {
            departure.begin();
            return null;
        }
        if (event instanceof Event.StateRequested requested) {
            wantState(requested.from());
            return null;
        }
        if (event instanceof StateSettled settled) {
            standing.stateIsSettled(settled.complete());
            return null;
        }
        if (event instanceof Event.VerificationReady) {
            absentees.verificationReady();
            merging.verificationReady();
            return null;
        }
        if (absentees.takes(event)) {
            return null;
        }
        if (event instanceof Event.LinkTried tried) {
            merging.tried(tried);
            return null;
        }
        if (event instanceof Event.MergeNeeded needed) {
            merging.needed(needed.others());
            return null;
        }
        if (event instanceof Event.MembersFound found && found.purpose().equals(Joining.PURPOSE)) {
            joining.found(found.found());
            return null;
        }
        observe(event);
        return event;
    }

    private void observe(Event event) {
        if (event instanceof Event.TransportReady ready) {
            standing.reachableAt(ready.local());
            if (settings.printLocalAddress()) {
                LOG.info("{} ({}) of group {} is at {}", standing.self(), standing.self().id(), context.cluster(),
                        ready.local());
            }
            joining.begin();
        } else if (event instanceof Event.Connect connect && standing.is(Standing.Stage.IDLE)) {
            standing.enter(Standing.Stage.JOINING);
            if (connect.withState()) {
                standing.wantState(connect.stateFrom());
            }
            joining.begin();
        } else if (event instanceof Event.Suspected suspected) {
            absentees.suspect(suspected.member(), suspected.evidence() == Event.Evidence.AGREED
                    || suspected.evidence() == Event.Evidence.CONNECTION_REFUSED);
        } else if (event instanceof Event.Unsuspected unsuspected) {
            absentees.unsuspect(unsuspected.member());
        } else if (event instanceof Event.Unreachable unreachable) {
            joining.unreachable(unreachable.peer());
        }
    }

    private void wantState(String from) {
        if (standing.is(Standing.Stage.MEMBER)) {
            standing.wantState(from);
            post.send(standing.acting(), new Word.StateWanted());
        }
    }

    private void installed(Roster next) {
        Map<Address, InetSocketAddress> addresses = new LinkedHashMap<>();
        for (Peer peer : next.peers()) {
            boolean known = standing.roster() != null && standing.roster().contains(peer.address());
            if (!known && peer.physical() != null && !peer.address().equals(standing.self())) {
                addresses.put(peer.address(), peer.physical());
            }
        }
        standing.moveTo(next);
        joining.end();
        if (next.view().size() == 1) {
            // what it has is all there is
            standing.stateIsSettled(true);
        }
        if (next.transfers().stream().anyMatch(transfer -> transfer.requester().equals(standing.self()))) {
            standing.stateIsComing();
        }
        absentees.viewInstalled();
        requests.viewInstalled();
        context.counter("views").increment();
        LOG.info("{} installs view {}", standing.self(), next);
        if (!addresses.isEmpty()) {
            context.emitDown(new Event.PhysicalAddresses(addresses));
        }
        context.emit(new Event.ViewInstalled(next.view(), next.transfers()));
        proposer.moved(next);
        goOn();
    }

    /** Wishes of this member that the view has not fulfilled. */
    private void goOn() {
        if (standing.isLeaving()) {
            departure.askAgain();
        } else if (standing.wantsState()) {
            post.send(standing.acting(), new Word.StateWanted());
        }
        absentees.announce();
        requests.goOn();
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
