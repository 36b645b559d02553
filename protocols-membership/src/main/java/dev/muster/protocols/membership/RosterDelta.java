package dev.muster.protocols.membership;

import dev.muster.api.Address;
import dev.muster.api.MergeView;
import dev.muster.api.ViewId;
import dev.muster.spi.Event;
import java.util.ArrayList;
import java.util.List;

/**
 * A view told as what differs from one that the receiver has: a view of two thousand members that has lost one takes a
 * few dozen bytes.
 *
 * @param id the view told
 * @param base the view it is told against, null for none
 * @param parts the members in order
 * @param subgroups of a merge view, members by rank in the view told
 * @param transfers by rank in the view told
 */
record RosterDelta(ViewId id, ViewId base, List<Part> parts, List<Group> subgroups, List<Transfer> transfers) {

    /** Some members in order: a range of the base, or one newcomer. */
    sealed interface Part {}

    /**
     * Members of the base that follow one another.
     *
     * @param from rank of the first in the base
     * @param count how many
     */
    record Kept(int from, int count) implements Part {}

    /**
     * A member that the base lacks.
     *
     * @param peer the member
     */
    record Added(Peer peer) implements Part {}

    /**
     * Who came along together.
     *
     * @param from the view they come from
     * @param ranks ranges of ranks in the view told
     */
    record Group(ViewId from, List<Kept> ranks) {}

    /**
     * A state to be handed over.
     *
     * @param requester rank
     * @param provider rank
     */
    record Transfer(int requester, int provider) {}

    /**
     * Tell a view.
     *
     * @param base what the receiver has, null for nothing
     * @param target the view
     */
    static RosterDelta between(Roster base, Roster target) {
        List<Part> parts = new ArrayList<>();
        Ranges run = new Ranges();
        for (Peer peer : target.peers()) {
            int rank = base == null ? -1 : base.view().rankOf(peer.address());
            if (rank < 0) {
                run.moveTo(parts);
                parts.add(new Added(peer));
            } else {
                run.add(rank);
            }
        }
        run.moveTo(parts);
        List<Group> groups = new ArrayList<>();
        for (MergeView.Subgroup subgroup : target.subgroups()) {
            Ranges ranks = new Ranges();
            subgroup.members().forEach(member -> ranks.add(target.view().rankOf(member)));
            groups.add(new Group(subgroup.from(), ranks.list));
        }
        List<Transfer> transfers = new ArrayList<>();
        target.transfers().forEach(transfer -> transfers.add(new Transfer(
                target.view().rankOf(transfer.requester()), target.view().rankOf(transfer.provider()))));
        return new RosterDelta(target.id(), base == null ? null : base.id(), parts, groups, transfers);
    }

    /** Tell a view to somebody who may know nothing. */
    static RosterDelta whole(Roster target) {
        return between(null, target);
    }

    /**
     * Find out what view was told.
     *
     * @param known the view that this member has, null for none
     * @return the view
     * @throws IllegalArgumentException if it was told against another base, or makes no sense
     */
    Roster applyTo(Roster known) {
        if (base != null && (known == null || !known.id().equals(base))) {
            throw new IllegalArgumentException("view " + id + " is told against " + base + ", known is "
                    + (known == null ? "none" : known.id()));
        }
        List<Peer> peers = new ArrayList<>();
        int most = parts.size() + (base == null ? 0 : known.peers().size());
        for (Part part : parts) {
            if (peers.size() > most) {
                throw new IllegalArgumentException("view " + id + " names members of its base twice");
            }
            if (part instanceof Added added) {
                peers.add(added.peer);
            } else if (part instanceof Kept kept) {
                peers.addAll(cut(base == null ? List.of() : known.peers(), kept));
            }
        }
        List<MergeView.Subgroup> groups = groups(peers);
        List<Event.StateTransfer> states = new ArrayList<>();
        for (Transfer transfer : transfers) {
            states.add(new Event.StateTransfer(cut(peers, new Kept(transfer.requester, 1)).get(0).address(),
                    cut(peers, new Kept(transfer.provider, 1)).get(0).address()));
        }
        return new Roster(named(known, peers), peers, groups, states);
    }

    /** Nobody came along with two, so together they are no more than the view: a short word must not name a long list often. */
    private List<MergeView.Subgroup> groups(List<Peer> peers) {
        List<MergeView.Subgroup> groups = new ArrayList<>();
        int left = peers.size();
        for (Group group : subgroups) {
            List<Address> members = new ArrayList<>();
            for (Kept range : group.ranks) {
                left -= range.count;
                if (left < 0) {
                    throw new IllegalArgumentException("the subgroups of view " + id + " have more members than the view");
                }
                cut(peers, range).forEach(peer -> members.add(peer.address()));
            }
            groups.add(new MergeView.Subgroup(group.from, members));
        }
        return groups;
    }

    /** The creator as people know it: a view id on the wire has no names. */
    private ViewId named(Roster known, List<Peer> peers) {
        for (Peer peer : peers) {
            if (peer.address().equals(id.creator())) {
                return new ViewId(id.counter(), peer.address());
            }
        }
        Peer former = known == null ? null : known.peer(id.creator());
        return former == null ? id : new ViewId(id.counter(), former.address());
    }

    private static List<Peer> cut(List<Peer> peers, Kept range) {
        if (range.from < 0 || range.count < 1 || range.count > peers.size() - range.from) {
            throw new IllegalArgumentException(range.count + " members from rank " + range.from + ", there are "
                    + peers.size());
        }
        return peers.subList(range.from, range.from + range.count);
    }

    /** Collects ranks into ranges. */
    private static final class Ranges {
        private final List<Kept> list = new ArrayList<>();

        void add(int rank) {
            int last = list.size() - 1;
            if (last >= 0 && list.get(last).from + list.get(last).count == rank) {
                list.set(last, new Kept(list.get(last).from, list.get(last).count + 1));
            } else {
                list.add(new Kept(rank, 1));
            }
        }

        void moveTo(List<Part> parts) {
            parts.addAll(list);
            list.clear();
        }
    }
}
