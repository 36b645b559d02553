package dev.muster.api;

import java.util.List;

/**
 * A view that joins members of several former views, after a partition has healed.
 *
 * <p>Each subgroup lists who came along together: those members were in the same former view and delivered the same
 * messages in it. Between subgroups nothing of the kind holds; their states may differ, and the application decides
 * what to do about it.
 */
public final class MergeView extends View {

    private final List<Subgroup> subgroups;

    /**
     * Members that move into the merge view together.
     *
     * @param from the view they all come from
     * @param members those of them that are in the merge view
     */
    public record Subgroup(ViewId from, List<Address> members) {
        /**
         * Copy the members.
         *
         * @param from the former view
         * @param members the members
         */
        public Subgroup {
            members = List.copyOf(members);
        }
    }

    /**
     * Create a merge view.
     *
     * @param id its unique id
     * @param members all members, most senior first
     * @param subgroups who came along with whom; every member is in exactly one
     */
    public MergeView(ViewId id, List<Address> members, List<Subgroup> subgroups) {
        super(id, members);
        this.subgroups = List.copyOf(subgroups);
    }

    /**
     * Who came along with whom.
     *
     * @return an unmodifiable list
     */
    public List<Subgroup> subgroups() {
        return subgroups;
    }

    @Override
    public String toString() {
        return "merge " + super.toString() + " of " + subgroups;
    }
}
