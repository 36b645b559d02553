package dev.muster.protocols.reliability;

import dev.muster.api.Address;
import dev.muster.api.MergeView;
import dev.muster.api.View;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The account for group data: the slowest member of the view, this one included, decides. */
final class GroupCredits extends Account {

    private final CreditWindow window;
    private final Address self;
    private View view;
    /** By rank: the total that a member lets this one send. */
    private long[] limits = {};
    private long least;

    GroupCredits(Address self, CreditWindow window) {
        super(null, 0);
        this.self = self;
        this.window = window;
        least = window.most();
    }

    @Override
    boolean maySend() {
        return sent() < least;
    }

    @Override
    List<Address> exhausted() {
        List<Address> exhausted = new ArrayList<>();
        for (int rank = 0; rank < limits.length; rank++) {
            if (sent() >= limits[rank]) {
                exhausted.add(view.members().get(rank));
            }
        }
        return exhausted;
    }

    @Override
    long send(int bytes) {
        long total = super.send(bytes);
        if (limits.length == 0) {
            least = total + window.most();
        }
        return total;
    }

    /** A member of the view has consumed a total, and lets so many bytes be sent beyond it. */
    void granted(Address member, long total, long beyond) {
        int rank = view == null ? -1 : view.rankOf(member);
        if (rank >= 0) {
            long former = limits[rank];
            limits[rank] = Math.min(total, sent()) + beyond;
            if (former == least || limits[rank] < least) {
                findLeast();
            }
        }
    }

    /** Those who leave no longer count; those who come, also from another part of the group, owe nothing. */
    void install(View next) {
        long[] carried = new long[next.size()];
        Arrays.fill(carried, sent() + window.first());
        for (int rank = 0; rank < carried.length; rank++) {
            int former = view == null ? -1 : view.rankOf(next.members().get(rank));
            if (former >= 0 && cameAlong(next, next.members().get(rank))) {
                carried[rank] = limits[former];
            }
        }
        view = next;
        limits = carried;
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
        least = sent() + window.most();
        for (long limit : limits) {
            least = Math.min(least, limit);
        }
    }
}
