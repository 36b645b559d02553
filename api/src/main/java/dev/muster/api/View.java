package dev.muster.api;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * An agreed list of members, in order of seniority; the first is the coordinator.
 *
 * <p>Two members that install the same view and are both in each other's next view install the same next view.
 * Immutable; safe for use by any thread.
 */
public class View {

    private final ViewId id;
    private final List<Address> members;
    private final Map<Address, Integer> ranks;

    /**
     * Create a view.
     *
     * @param id its unique id
     * @param members all members, most senior first; copied
     * @throws IllegalArgumentException if there is no member, or one is listed twice
     */
    public View(ViewId id, List<Address> members) {
        this.id = java.util.Objects.requireNonNull(id, "id");
        this.members = List.copyOf(members);
        this.ranks = new HashMap<>(members.size() * 2);
        for (int rank = 0; rank < this.members.size(); rank++) {
            if (ranks.put(this.members.get(rank), rank) != null) {
                throw new IllegalArgumentException("view " + id + " lists " + this.members.get(rank) + " twice");
            }
        }
        if (this.members.isEmpty()) {
            throw new IllegalArgumentException("view " + id + " has no member, at least one is needed");
        }
    }

    /**
     * Unique id of this view.
     *
     * @return the id
     */
    public final ViewId id() {
        return id;
    }

    /**
     * All members, most senior first.
     *
     * @return an unmodifiable list
     */
    public final List<Address> members() {
        return members;
    }

    /**
     * Number of members.
     *
     * @return at least 1
     */
    public final int size() {
        return members.size();
    }

    /**
     * The member that admits newcomers: the most senior one.
     *
     * @return the coordinator
     */
    public final Address coordinator() {
        return members.get(0);
    }

    /**
     * Tell whether a member is in this view, in constant time.
     *
     * @param member any address
     * @return true if it is a member
     */
    public final boolean contains(Address member) {
        return ranks.containsKey(member);
    }

    /**
     * Position of a member, in constant time.
     *
     * @param member any address
     * @return its position from 0, or -1 if it is no member
     */
    public final int rankOf(Address member) {
        return ranks.getOrDefault(member, -1);
    }

    /** Equal if the ids are: ids are unique. */
    @Override
    public final boolean equals(Object other) {
        return this == other || other instanceof View that && id.equals(that.id);
    }

    @Override
    public final int hashCode() {
        return id.hashCode();
    }

    @Override
    public String toString() {
        return "[" + id + "] (" + members.size() + ") " + members;
    }
}
