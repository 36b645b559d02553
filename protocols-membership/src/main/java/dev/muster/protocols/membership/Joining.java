package dev.muster.protocols.membership;

import dev.muster.api.Address;
import dev.muster.api.Wait;
import dev.muster.spi.Context;
import dev.muster.spi.Event;
import dev.muster.spi.MemberInfo;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way to the first view: search, ask to be let in, search again; or found the group.
 *
 * <p>Several may start at once and find each other but no group. Then the one with the smallest address founds it, and
 * only if a second search still finds no group: so two that see each other never found two. Whoever finds nobody at all
 * founds at once. If the smallest does not found (perhaps it must not), the next may after a while.
 */
final class Joining {

    /** What discovery is asked with. */
    static final String PURPOSE = "join";

    private static final Logger LOG = LoggerFactory.getLogger(Joining.class);
    private static final long PAUSE_NANOS = 100_000_000L;
    private static final int SEARCHES_PER_RANK = 20;

    private final Context context;
    private final Standing standing;
    private final Post post;
    private final Participation participation;
    private final MembershipSettings settings;

    private boolean searching;
    private boolean asked;
    private boolean confirming;
    private int searches;
    private int requests;
    private Peer target;
    private long since;

    Joining(Context context, Standing standing, Post post, Participation participation, MembershipSettings settings) {
        this.context = context;
        this.standing = standing;
        this.post = post;
        this.participation = participation;
        this.settings = settings;
    }

    /** A newcomer that is not let in. */
    List<Wait> waits() {
        if (!standing.is(Standing.Stage.JOINING)) {
            return List.of();
        }
        boolean knowsWhom = asked && target != null;
        String what = knowsWhom ? "to be let in by " + target.address() + ", asked " + requests + " times"
                : "members or leave to found the group, searched " + searches + " times";
        return List.of(new Wait(Wait.Reason.VIEW, what, knowsWhom ? List.of(target.address()) : List.of(),
                Duration.ofNanos(context.nowNanos() - since)));
    }

    void begin() {
        since = searches == 0 ? context.nowNanos() : since;
        if (standing.is(Standing.Stage.JOINING) && standing.isReachable() && !searching && !asked) {
            search();
        }
    }

    private void search() {
        searching = true;
        asked = false;
        target = null;
        searches++;
        // in case that nobody below answers; twice the time that any discovery takes
        context.setTimer(GroupMembership.JOIN_TIMER, 2 * settings.joinTimeout() + settings.joinRetryTimeout());
        context.emitDown(new Event.FindMembers(PURPOSE));
    }

    void found(List<MemberInfo> found) {
        if (!searching || !standing.is(Standing.Stage.JOINING)) {
            return;
        }
        searching = false;
        List<Peer> doors = doors(found);
        if (!doors.isEmpty()) {
            confirming = false;
            request(doors);
        } else if (mayFound(found)) {
            LOG.info("{} founds group {}", standing.self(), context.cluster());
            context.cancelTimer(GroupMembership.JOIN_TIMER);
            participation.found();
        } else {
            context.setTimer(GroupMembership.JOIN_TIMER, PAUSE_NANOS + context.random().nextLong(PAUSE_NANOS));
        }
    }

    /** Whom to ask, best first: coordinators by address, then members, which pass the wish on. */
    private static List<Peer> doors(List<MemberInfo> found) {
        Map<Address, Peer> coordinators = new java.util.TreeMap<>();
        Map<Address, Peer> members = new LinkedHashMap<>();
        for (MemberInfo info : found) {
            if (info.coordinator() != null) {
                members.put(info.member(), new Peer(info.member(), info.physical()));
                if (info.isCoordinator()) {
                    coordinators.put(info.member(), new Peer(info.member(), info.physical()));
                } else if (info.coordinatorPhysical() != null) {
                    coordinators.putIfAbsent(info.coordinator(), new Peer(info.coordinator(), info.coordinatorPhysical()));
                }
            }
        }
        List<Peer> doors = new ArrayList<>(coordinators.values());
        members.values().stream().filter(peer -> !coordinators.containsKey(peer.address())).forEach(doors::add);
        return doors;
    }

    private boolean mayFound(List<MemberInfo> found) {
        if (settings.disableInitialCoordinator()) {
            return false;
        }
        TreeSet<Address> smaller = new TreeSet<>();
        found.forEach(info -> smaller.add(info.member()));
        int rank = smaller.headSet(standing.self()).size();
        boolean turn = rank <= (searches - 1) / SEARCHES_PER_RANK;
        boolean confirmed = found.isEmpty() || confirming;
        confirming = turn;
        return turn && confirmed;
    }

    private void request(List<Peer> doors) {
        target = doors.get(requests % doors.size());
        requests++;
        asked = true;
        if (target.physical() != null) {
            context.emitDown(new Event.PhysicalAddresses(Map.of(target.address(), target.physical())));
        }
        long counter = standing.highestCounter();
        post.send(target, new Word.Join(standing.selfPeer(), counter, 0, context.fingerprint().layers()));
        context.setTimer(GroupMembership.JOIN_TIMER, settings.joinTimeout());
    }

    void timer() {
        if (!standing.is(Standing.Stage.JOINING)) {
            return;
        }
        if (asked) {
            asked = false;
            context.setTimer(GroupMembership.JOIN_TIMER, settings.joinRetryTimeout());
        } else {
            search();
        }
    }

    /** Nobody listens where this member has asked to be let in: search again soon. */
    void unreachable(InetSocketAddress peer) {
        if (asked && target != null && peer.equals(target.physical()) && participation.isIdle()) {
            asked = false;
            context.setTimer(GroupMembership.JOIN_TIMER, PAUSE_NANOS + context.random().nextLong(PAUSE_NANOS));
        }
    }

    /** Whoever lets this member in has to know it, the end of patience is counted from here. */
    void promised() {
        if (standing.is(Standing.Stage.JOINING)) {
            asked = true;
            searching = false;
            context.setTimer(GroupMembership.JOIN_TIMER, settings.joinTimeout());
        }
    }

    void end() {
        searching = false;
        asked = false;
        context.cancelTimer(GroupMembership.JOIN_TIMER);
    }
}
