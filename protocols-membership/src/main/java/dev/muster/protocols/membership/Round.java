package dev.muster.protocols.membership;

import dev.muster.api.Address;
import dev.muster.api.MergeView;
import dev.muster.api.ViewId;
import dev.muster.spi.Event;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The proposer's record of one ballot: who takes part, what they answered, what follows from it. Sends nothing; the same
 * for joins, leaves, deaths and merges.
 */
final class Round {

    /** One participant. */
    static final class Seat {
        private final Peer peer;
        private final ViewId expected;
        private final boolean leaver;
        private Word.Prepared answer;
        private Roster base;
        private boolean filled;

        Seat(Peer peer, ViewId expected, boolean leaver) {
            this.peer = peer;
            this.expected = expected;
            this.leaver = leaver;
        }

        Peer peer() {
            return peer;
        }

        Address address() {
            return peer.address();
        }

        ViewId expected() {
            return expected;
        }

        /** The view it comes from, null for a newcomer; known once it has answered. */
        Roster base() {
            return base;
        }
    }

    /**
     * What to do once everybody has answered.
     *
     * @param adopt a later view that contains the proposer and that others have installed already; null if there is none
     * @param lagging members that have missed the proposer's view and may make up for it
     * @param excluded those that can't come along: members that have missed the view and may not make up for it, and
     *     groups that have gone separate ways and first must forget each other
     */
    record Verdict(Roster adopt, List<Peer> lagging, List<Peer> excluded) {}

    private final Ballot ballot;
    private final Roster own;
    private final Map<Address, Seat> seats = new LinkedHashMap<>();
    private final Map<ViewId, Roster> bases = new TreeMap<>();
    private boolean filling;

    Round(Ballot ballot, Roster own) {
        this.ballot = ballot;
        this.own = own;
        bases.put(own.id(), own);
    }

    Ballot ballot() {
        return ballot;
    }

    /** Add a participant and the view it is believed to be in, null for a newcomer. The first invitation counts. */
    void invite(Peer peer, Roster base, boolean leaver) {
        if (base != null) {
            bases.putIfAbsent(base.id(), base);
        }
        seats.putIfAbsent(peer.address(), new Seat(peer, base == null ? null : base.id(), leaver));
    }

    Collection<Seat> seats() {
        return seats.values();
    }

    boolean has(Address member) {
        return seats.containsKey(member);
    }

    /** Take somebody out; only before {@link #beginFill}, since goals may rest on it afterwards. */
    Seat drop(Address member) {
        return seats.remove(member);
    }

    /**
     * Note an answer.
     *
     * @return false if it makes no sense
     */
    boolean prepared(Address from, Word.Prepared answer) {
        Seat seat = seats.get(from);
        Roster base = null;
        if (answer.base() != null) {
            base = bases.get(answer.base());
            if (base == null && answer.roster() != null && answer.roster().id().equals(answer.base())) {
                base = answer.roster().applyTo(own);
                bases.put(base.id(), base);
            }
            if (base == null || !base.contains(from)) {
                return false;
            }
            for (Progress progress : answer.progress()) {
                if (progress.rank() >= base.view().size()) {
                    return false;
                }
            }
        }
        seat.answer = answer;
        seat.base = base;
        return true;
    }

    boolean isPrepared() {
        return seats.values().stream().allMatch(seat -> seat.answer != null);
    }

    List<Peer> silent() {
        return seats.values().stream().filter(seat -> filling ? !seat.filled : seat.answer == null).map(Seat::peer).toList();
    }

    /** Judge the answers; see {@link Verdict}. */
    Verdict judge(Address self, Ballot ownBarrier) {
        List<Peer> lagging = new ArrayList<>();
        List<Peer> excluded = new ArrayList<>();
        for (Seat seat : seats.values()) {
            Roster base = seat.base;
            if (base != null && base.contains(self) && own.id().compareTo(base.id()) < 0
                    && Ballot.of(base.id()).equals(ownBarrier)) {
                return new Verdict(base, List.of(), List.of());
            }
            if (base != own && own.contains(seat.address())) {
                boolean mayMakeUp = base == null || Ballot.of(own.id()).equals(seat.answer.barrier());
                (mayMakeUp ? lagging : excluded).add(seat.peer);
            } else if (base != null && base != own && hasStrayed(base)) {
                excluded.add(seat.peer);
            }
        }
        return new Verdict(null, lagging, excluded);
    }

    /** A member of that view takes part, but from another view: its comrades must first move on without it. */
    private boolean hasStrayed(Roster base) {
        return seats.values().stream().anyMatch(seat -> seat.base != base && base.contains(seat.address()));
    }

    /** Begin to fill; newcomers have nothing to fill. */
    void beginFill() {
        filling = true;
        seats.values().forEach(seat -> seat.filled = seat.base == null);
    }

    boolean isFilling() {
        return filling;
    }

    /** What those who come from a view have to deliver in it. */
    List<FlushTargets.Goal> goals(Roster base) {
        Map<Integer, List<Progress>> progress = new TreeMap<>();
        for (Seat seat : seats.values()) {
            if (seat.base == base) {
                progress.put(base.view().rankOf(seat.address()), seat.answer.progress());
            }
        }
        return FlushTargets.compute(progress);
    }

    void filled(Address from) {
        seats.get(from).filled = true;
    }

    boolean isFilled() {
        return filling && seats.values().stream().allMatch(seat -> seat.filled);
    }

    /** Views that participants come from, the proposer's first, then by id. */
    List<Roster> origins() {
        List<Roster> origins = new ArrayList<>();
        origins.add(own);
        for (Roster base : bases.values()) {
            if (base != own && seats.values().stream().anyMatch(seat -> seat.base == base)) {
                origins.add(base);
            }
        }
        return origins;
    }

    /** Tell whether somebody takes part as a member of another view, which is to be merged with the proposer's. */
    boolean comesAlong(Address member) {
        Seat seat = seats.get(member);
        return seat != null && seat.expected != null && !own.contains(member);
    }

    /** The view that comes out of it; null if nobody stays. */
    Roster outcome() {
        List<Peer> peers = new ArrayList<>();
        List<MergeView.Subgroup> subgroups = new ArrayList<>();
        for (Roster base : origins()) {
            List<Address> stayers = new ArrayList<>();
            for (Peer peer : base.peers()) {
                Seat seat = seats.get(peer.address());
                if (seat != null && seat.base == base && !seat.leaver) {
                    peers.add(peer);
                    stayers.add(peer.address());
                }
            }
            if (!stayers.isEmpty()) {
                subgroups.add(new MergeView.Subgroup(base.id(), stayers));
            }
        }
        seats.values().stream().filter(seat -> seat.base == null && !seat.leaver).forEach(seat -> peers.add(seat.peer));
        if (peers.isEmpty()) {
            return null;
        }
        List<MergeView.Subgroup> parts = subgroups.size() > 1 ? subgroups : List.of();
        return new Roster(ballot.viewId(), peers, parts, transfers(peers));
    }

    /**
     * The state comes from whom the requester has named, or else from the most senior member with the requester's past, the
     * proposer's for newcomers.
     */
    private List<Event.StateTransfer> transfers(List<Peer> peers) {
        List<Event.StateTransfer> transfers = new ArrayList<>();
        for (Peer peer : peers) {
            Seat requester = seats.get(peer.address());
            if (requester.answer.wantsState()) {
                peers.stream().map(other -> seats.get(other.address()))
                        .filter(other -> other != requester && mayProvide(other, requester))
                        .findFirst().ifPresent(provider -> transfers.add(
                                new Event.StateTransfer(requester.address(), provider.address())));
            }
        }
        return transfers;
    }

    private boolean mayProvide(Seat other, Seat requester) {
        String named = requester.answer.stateFrom();
        Roster past = requester.base == null ? own : requester.base;
        return !other.answer.wantsState() && !other.answer.lacksState()
                && (named.isEmpty() ? other.base == past : other.base != null && other.peer.isCalled(named));
    }

    /** Tell whether the proposer's view can simply stay. */
    boolean changesNothing() {
        Roster outcome = outcome();
        return outcome != null && outcome.subgroups().isEmpty() && outcome.transfers().isEmpty()
                && outcome.view().members().equals(own.view().members());
    }

    /** Members of the old views that do not come along and have not asked to leave. */
    List<Peer> leftBehind(Roster outcome) {
        List<Peer> behind = new ArrayList<>();
        for (Roster base : origins()) {
            for (Peer peer : base.peers()) {
                Seat seat = seats.get(peer.address());
                if ((seat == null || !seat.leaver) && (outcome == null || !outcome.contains(peer.address()))) {
                    behind.add(peer);
                }
            }
        }
        return behind;
    }

    /** Those who leave. */
    List<Peer> leavers() {
        return seats.values().stream().filter(seat -> seat.leaver).map(Seat::peer).toList();
    }
}
