package dev.muster.protocols.membership;

import dev.muster.api.Address;
import dev.muster.api.View;
import dev.muster.api.ViewId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What all members of a view have told of former primary views, and what follows. All members have been told the same, so
 * the same follows at each.
 */
final class Votes {

    private final View view;
    private final Map<Address, PrimaryHeader> statuses = new LinkedHashMap<>();

    Votes(View view) {
        this.view = view;
    }

    void told(Address member, PrimaryHeader status) {
        if (view.contains(member)) {
            statuses.put(member, status);
        }
    }

    boolean isComplete() {
        return statuses.size() == view.size();
    }

    /** The last primary view that anybody knows of; null if nobody knows any. */
    PrimaryHeader.Session last() {
        PrimaryHeader.Session last = null;
        for (PrimaryHeader status : statuses.values()) {
            if (status.last() != null && (last == null || status.last().id().compareTo(last.id()) > 0)) {
                last = status.last();
            }
        }
        return last;
    }

    /**
     * Later views that may be primary for somebody who is not here. Not those to which a member that is here never agreed:
     * it has gone on, so it never will.
     */
    List<PrimaryHeader.Session> openAttempts() {
        PrimaryHeader.Session last = last();
        Map<ViewId, PrimaryHeader.Session> open = new TreeMap<>();
        for (PrimaryHeader status : statuses.values()) {
            for (PrimaryHeader.Session attempt : status.attempts()) {
                if (last == null || attempt.id().compareTo(last.id()) > 0) {
                    open.put(attempt.id(), attempt);
                }
            }
        }
        open.values().removeIf(this::wasRefused);
        return new ArrayList<>(open.values());
    }

    private boolean wasRefused(PrimaryHeader.Session attempt) {
        for (PrimaryHeader.Voter voter : attempt.voters()) {
            PrimaryHeader status = statuses.get(voter.member());
            if (status != null && status.attempts().stream().noneMatch(own -> own.id().equals(attempt.id()))) {
                return true;
            }
        }
        return false;
    }

    /** Votes that a session's members in this view had in it. */
    long here(PrimaryHeader.Session session) {
        return session.voters().stream().filter(voter -> view.contains(voter.member()))
                .mapToLong(PrimaryHeader.Voter::weight).sum();
    }

    static long all(PrimaryHeader.Session session) {
        return session.voters().stream().mapToLong(PrimaryHeader.Voter::weight).sum();
    }

    boolean isMajorityOf(PrimaryHeader.Session session) {
        return 2 * here(session) > all(session);
    }

    /** This view with the votes that its members have now. */
    PrimaryHeader.Session session() {
        List<PrimaryHeader.Voter> voters = new ArrayList<>();
        for (Address member : view.members()) {
            voters.add(new PrimaryHeader.Voter(member, statuses.get(member).weight()));
        }
        return new PrimaryHeader.Session(view.id(), voters);
    }
}
