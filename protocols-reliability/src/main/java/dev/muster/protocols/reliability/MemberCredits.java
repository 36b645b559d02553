package dev.muster.protocols.reliability;

import dev.muster.api.Address;
import java.util.List;

/** The account for data to one member: its own consumption decides. */
final class MemberCredits extends Account {

    private final long most;
    private long consumed;

    /** Begin with full credit. */
    MemberCredits(Address member, long most, long start) {
        super(member, start);
        this.most = most;
        this.consumed = start;
    }

    @Override
    boolean maySend() {
        return sent() - consumed < most;
    }

    @Override
    List<Address> exhausted() {
        return maySend() ? List.of() : List.of(destination());
    }

    /** The member has consumed a total. */
    void granted(long total) {
        consumed = Math.min(total, sent());
    }
}
