package dev.muster.protocols.reliability;

import dev.muster.api.Address;
import dev.muster.api.MergeView;
import dev.muster.api.View;
import dev.muster.spi.Packet;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/**
 * The sending half of flow control for group data (in other toolkits MFC): the slowest member of the view, this one
 * included, decides.
 */
final class GroupCredits {

    private final long most;
    private final Address self;
    private final Deque<Packet> queue = new ArrayDeque<>();
    private View view;
    private long[] consumed = {};
    private long least;
    private long sent;

    /** Whether {@link dev.muster.spi.Event.SendingPaused} has been emitted. */
    boolean paused;
    /** Total when it was last looked at. */
    long sentBefore;
    /** When the pause began. */
    long pausedAt;

    GroupCredits(Address self, long most) {
        this.self = self;
        this.most = most;
    }

    Deque<Packet> queue() {
        return queue;
    }

    long sent() {
        return sent;
    }

    /** Whether every member has credit left; the packet sent on it may be larger. */
    boolean maySend() {
        return sent - least < most;
    }

    /** Members without credit. */
    List<Address> exhausted() {
        List<Address> exhausted = new ArrayList<>();
        for (int rank = 0; rank < consumed.length; rank++) {
            if (sent - consumed[rank] >= most) {
                exhausted.add(view.members().get(rank));
            }
        }
        return exhausted;
    }

    /** Account for data; the total that goes with them. */
    long send(int bytes) {
        sent += bytes;
        if (consumed.length == 0) {
            least = sent;
        }
        return sent;
    }

    /** A member of the view has consumed a total. */
    void granted(Address member, long total) {
        int rank = view == null ? -1 : view.rankOf(member);
        if (rank >= 0) {
            long former = consumed[rank];
            consumed[rank] = Math.min(total, sent);
            if (former == least || consumed[rank] < least) {
                findLeast();
            }
        }
    }

    /** Those who leave no longer count; those who come, also from another part of the group, owe nothing. */
    void install(View next) {
        long[] carried = new long[next.size()];
        Arrays.fill(carried, sent);
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
        least = sent;
        for (long total : consumed) {
            least = Math.min(least, total);
        }
    }
}
