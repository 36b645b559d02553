package dev.muster.protocols.membership;

import dev.muster.api.Address;
import dev.muster.api.ViewId;
import dev.muster.spi.Context;
import dev.muster.spi.Event;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who is taken for gone, and what this member does about it: whoever failure detection suspects here or elsewhere, and
 * those that have gone on to a view without this member. The one that is to propose hears of all of them; if nothing
 * comes of that within a while, this member says it again, asks for help, and in the end takes that one for gone, too.
 */
final class Absentees {

    private static final Logger LOG = LoggerFactory.getLogger(Absentees.class);
    private static final int MAX_HELPS = 2;

    private final Context context;
    private final Standing standing;
    private final Post post;
    private final Changes changes;
    private final Participation participation;
    private final Proposer proposer;
    private final Departure departure;
    private final long patience;
    /** Whom others suspect and this member is making sure of, and who wants to know. Within the view, so bounded by it. */
    private final Map<Address, Set<Address>> reporters = new LinkedHashMap<>();
    private int helps;

    Absentees(Context context, Standing standing, Post post, Changes changes, Participation participation,
            Proposer proposer, Departure departure, long patience) {
        this.context = context;
        this.standing = standing;
        this.post = post;
        this.changes = changes;
        this.participation = participation;
        this.proposer = proposer;
        this.departure = departure;
        this.patience = patience;
    }

    /** This member has a new view. */
    void viewInstalled() {
        helps = 0;
        reporters.clear();
    }

    /** Failure detection here, or that of a member, has lost a member. */
    void suspect(Address member, boolean certain) {
        if (standing.suspect(member, certain)) {
            context.emitDown(new Event.SuspicionBegan(member));
            gone(member);
        }
    }

    /** A member answers, or is heard: whoever has suspected it is told. */
    void unsuspect(Address member) {
        takeForWell(member);
        Set<Address> mistaken = reporters.remove(member);
        if (mistaken != null) {
            mistaken.forEach(reporter -> vouch(member, reporter));
        }
    }

    private void takeForWell(Address member) {
        if (standing.unsuspect(member)) {
            context.emitDown(new Event.SuspicionEnded(member));
        }
    }

    private void vouch(Address member, Address reporter) {
        post.send(new Peer(reporter, null), new Word.Vouch(member));
    }

    /** Somebody else hears a member that this one has lost: the link is at fault, or this member is. */
    void vouched(Address from, Word.Vouch word) {
        if (standing.is(Standing.Stage.MEMBER) && standing.roster().contains(from)
                && !standing.isCertainlyOut(word.member())) {
            takeForWell(word.member());
        }
    }

    /**
     * Somebody says who is dead: a member, or a stranger that takes part in a round of this member's. What such a
     * stranger only guesses shows soon enough: whoever is dead does not answer. A word about a former view may have been
     * long on its way and is about members that have since been merged; who still thinks so says it of the new view.
     */
    void reported(Address from, Word.Suspect word) {
        if (standing.roster() != null && standing.roster().contains(from)
                && word.view().compareTo(standing.roster().id()) < 0) {
            context.counter("reports_outdated").increment();
        } else if (standing.is(Standing.Stage.MEMBER) && standing.roster().contains(from) && !standing.isOut(from)) {
            word.members().forEach(member -> reported(from, member, word.certain()));
        } else if (standing.roster() == null || !standing.roster().contains(from)) {
            if (word.certain() && proposer.isWorkingWith(from)) {
                word.members().forEach(proposer::memberOut);
            }
            tellWhereThisMemberIs(from, word.view());
        }
    }

    /** What one member alone has not heard may be its own fault: make sure, if the stack can. */
    private void reported(Address from, Address member, boolean certain) {
        if (member.equals(standing.self())) {
            vouch(member, from);
        } else if (certain || !standing.verifies()) {
            suspect(member, certain);
        } else if (standing.roster().contains(member) && !standing.isOut(member)) {
            reporters.computeIfAbsent(member, unused -> new LinkedHashSet<>()).add(from);
            context.emitDown(new Event.SuspicionReported(member));
        }
    }

    /** Somebody speaks of a view that this member has not been told of, and can still have; or is behind itself. */
    private void tellWhereThisMemberIs(Address stranger, ViewId view) {
        if (standing.is(Standing.Stage.MEMBER) && view.compareTo(standing.roster().id()) > 0) {
            post.send(stranger, new Word.Help(standing.selfPeer(), standing.highestCounter(), 0));
        } else {
            strangerHeard(stranger);
        }
    }

    /** A stranger takes this member for its comrade: the one that should have told it better has perhaps died. */
    void strangerHeard(Address stranger) {
        if (standing.is(Standing.Stage.MEMBER) && participation.isIdle() && !standing.roster().contains(stranger)) {
            post.send(stranger, new Word.Removed(standing.roster().id(), standing.view().members()));
        }
    }

    /** The one that is to propose has promised too much to ever install this member's view. */
    void refused(Address from, Word.Refused word) {
        if (standing.is(Standing.Stage.MEMBER) && word.ballot().equals(Ballot.of(standing.roster().id()))
                && from.equals(standing.acting().address()) && standing.depart(from)) {
            gone(from);
        }
    }

    /** A member of the view has just been found to be gone. */
    void gone(Address member) {
        announce();
        proposer.memberOut(member);
    }

    /** Whoever is to propose learns all that this member knows; so does a stranger that holds a round with it. */
    void announce() {
        List<Address> out = standing.out();
        if (out.isEmpty()) {
            helps = 0;
            return;
        }
        Peer acting = standing.acting();
        if (!standing.isActing()) {
            tell(acting, out);
            if (participation.isIdle()) {
                context.setTimer(GroupMembership.GUARD_TIMER, patience);
            }
        }
        if (standing.isLeaving()) {
            departure.ask();
        }
        if (participation.isBusyForAnother() && !participation.proposer().address().equals(acting.address())) {
            tell(participation.proposer(), out);
        }
    }

    private void tell(Peer peer, List<Address> out) {
        List<Address> certain = out.stream().filter(standing::isCertainlyOut).toList();
        List<Address> uncertain = out.stream().filter(member -> !standing.isCertainlyOut(member)).toList();
        if (!certain.isEmpty()) {
            post.send(peer, new Word.Suspect(standing.roster().id(), certain, true));
        }
        if (!uncertain.isEmpty()) {
            post.send(peer, new Word.Suspect(standing.roster().id(), uncertain, false));
        }
    }

    /** Members of the view have gone on to another without this member. */
    void removed(Word.Removed word) {
        Roster own = standing.roster();
        if (!standing.is(Standing.Stage.MEMBER) || word.view().compareTo(own.id()) <= 0
                || word.members().contains(standing.self())) {
            return;
        }
        if (standing.isLeaving()) {
            departure.done("left");
            return;
        }
        if (standing.shuns()) {
            departure.forced("the others went on to view " + word.view()
                    + " without this member; setting shun of GMS or FD is on");
            return;
        }
        List<Address> gone = word.members().stream().filter(standing::depart).toList();
        if (!gone.isEmpty()) {
            LOG.info("{} was left behind by view {}; goes on without {}", standing.self(), word.view(), gone);
            announce();
            gone.forEach(proposer::memberOut);
        }
    }

    /** This member has promised, or has told of a death, and nobody goes on: see to it that somebody does. */
    void guard() {
        if (!standing.is(Standing.Stage.MEMBER) || participation.isIdle() && standing.out().isEmpty()) {
            return;
        }
        boolean promised = !participation.isIdle();
        if (promised) {
            participation.abandon();
        }
        helps++;
        if (helps > MAX_HELPS && !standing.isActing()) {
            suspect(standing.acting().address(), false);
        }
        if (!promised) {
            announce();
        } else if (standing.isActing()) {
            changes.owe();
            proposer.consider();
        } else {
            post.send(standing.acting(), new Word.Help(standing.selfPeer(), standing.highestCounter(), 0));
        }
    }
}
