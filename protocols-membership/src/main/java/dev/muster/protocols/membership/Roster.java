package dev.muster.protocols.membership;

import dev.muster.api.Address;
import dev.muster.api.MergeView;
import dev.muster.api.View;
import dev.muster.api.ViewId;
import dev.muster.spi.Event;
import java.util.ArrayList;
import java.util.List;

/** A view with all that belongs to it: where members can be reached, who came along with whom, states to hand over. */
final class Roster {

    private final View view;
    private final List<Peer> peers;
    private final List<MergeView.Subgroup> subgroups;
    private final List<Event.StateTransfer> transfers;

    /**
     * Put a view together.
     *
     * @param id its id
     * @param peers its members, most senior first
     * @param subgroups empty unless several views were merged
     * @param transfers states to be handed over at this cut
     * @throws IllegalArgumentException if there is no member, or one is listed twice
     */
    Roster(ViewId id, List<Peer> peers, List<MergeView.Subgroup> subgroups, List<Event.StateTransfer> transfers) {
        this.peers = List.copyOf(peers);
        this.subgroups = List.copyOf(subgroups);
        this.transfers = List.copyOf(transfers);
        List<Address> members = new ArrayList<>(peers.size());
        peers.forEach(peer -> members.add(peer.address()));
        view = subgroups.isEmpty() ? new View(id, members) : new MergeView(id, members, subgroups);
    }

    View view() {
        return view;
    }

    ViewId id() {
        return view.id();
    }

    List<Peer> peers() {
        return peers;
    }

    List<MergeView.Subgroup> subgroups() {
        return subgroups;
    }

    List<Event.StateTransfer> transfers() {
        return transfers;
    }

    boolean contains(Address member) {
        return view.contains(member);
    }

    /** The member with its address, null if it is none. */
    Peer peer(Address member) {
        int rank = view.rankOf(member);
        return rank < 0 ? null : peers.get(rank);
    }

    @Override
    public boolean equals(Object other) {
        return this == other || other instanceof Roster that && id().equals(that.id()) && peers.equals(that.peers)
                && subgroups.equals(that.subgroups) && transfers.equals(that.transfers);
    }

    @Override
    public int hashCode() {
        return id().hashCode();
    }

    @Override
    public String toString() {
        return view.toString();
    }
}
