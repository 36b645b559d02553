package dev.muster.protocols.membership;

import dev.muster.api.Address;
import dev.muster.api.ViewId;

/**
 * Number of one attempt to agree on a view. Ballots are totally ordered; a member that has promised one refuses all
 * lower ones. The view that comes out of an attempt has the ballot as its id, so whatever holds for ballots (unique,
 * growing at each member) holds for view ids.
 *
 * @param counter from 1
 * @param proposer the member that attempts it
 */
record Ballot(long counter, Address proposer) implements Comparable<Ballot> {

    /** The ballot that a view came out of. */
    static Ballot of(ViewId id) {
        return new Ballot(id.counter(), id.creator());
    }

    /** Id of the view that comes out of this attempt. */
    ViewId viewId() {
        return new ViewId(counter, proposer);
    }

    @Override
    public int compareTo(Ballot other) {
        int byCounter = Long.compare(counter, other.counter);
        return byCounter != 0 ? byCounter : proposer.compareTo(other.proposer);
    }

    /** Tell whether this is the lower one; nothing is lower than no ballot at all. */
    boolean isBelow(Ballot other) {
        return other != null && compareTo(other) < 0;
    }

    @Override
    public String toString() {
        return proposer + "#" + counter;
    }
}
