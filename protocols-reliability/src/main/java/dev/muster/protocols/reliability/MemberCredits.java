package dev.muster.protocols.reliability;

import dev.muster.api.Address;
import java.util.List;

/** The account for data to one member: its own consumption decides. */
final class MemberCredits extends Account {

    private long limit;

    /** Begin with full credit. */
    MemberCredits(Address member, long window, long start) {
        super(member, start);
        limit = start + window;
    }

    @Override
    boolean maySend() {
        return sent() < limit;
    }

    @Override
    List<Address> exhausted() {
        return maySend() ? List.of() : List.of(destination());
    }

    /** The member has consumed a total, and lets so many bytes be sent beyond it. */
    void granted(long total, long window) {
        limit = Math.min(total, sent()) + window;
    }
}
