package dev.muster.protocols.reliability;

import dev.muster.api.Address;
import dev.muster.api.MergeView;
import dev.muster.api.View;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The account for group data: the slowest member of the view, this one included, decides. */
final class GroupCredits extends Account {

    private final long most;
    private final Address self;
    private View view;
    private long[] consumed = {};
    private long least;

    GroupCredits(Address self, long most) {
        super(null, 0);
        this.self = self;
        this.most = most;
    }

    @Override
    boolean maySend() {
        return sent() - least < most;
    }

    @Override
    List<Address> exhausted() {
        List<Address> exhausted = new ArrayList<>();
        for (int rank = 0; rank < consumed.length; rank++) {
            if (sent() - consumed[rank] >= most) {
                exhausted.add(view.members().get(rank));
            }
        }
        return exhausted;
    }

    @Override
    long send(int bytes) {
        long total = super.send(bytes);
        if (consumed.length == 0) {
            least = total;
        }
        return total;
    }

    /** A member of the view has consumed a total. */
    void granted(Address member, long total) {
        int rank = view == null ? -1 : view.rankOf(member);
        if (rank >= 0) {
            long former = consumed[rank];
            consumed[rank] = Math.min(total, sent());
            if (former == least || consumed[rank] < least) {
                findLeast();
            }
        }
    }

    /** Those who leave no longer count; those who come, also from another part of the group, owe nothing. */
    void install(View next) {
        long[] carried = new long[next.size()];
        Arrays.fill(carried, sent());
        for (int rank = 0; rank < carried.length; rank++) {
            int former = view == null ? -1 : view.rankOf(next.members().get(rank));
            if (former >= 0 && cameAlong(next, next.members().get(rank))) {
                carried[rank] = consumed[former];
            }
        }
        view = next;
        consumed = carried;
        findLeast();
    }

    private boolean cameAlong(View next, Address member) {
        if (next instanceof MergeView merge) {
            for (MergeView.Subgroup subgroup : merge.subgroups()) {
                if (subgroup.members().contains(self)) {
                    return subgroup.members().contains(member);
                }
            }
        }
        return true;
    }

    private void findLeast() {
        least = sent();
        for (long total : consumed) {
            least = Math.min(least, total);
        }
    }
}
