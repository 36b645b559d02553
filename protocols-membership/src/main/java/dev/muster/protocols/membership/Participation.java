package dev.muster.protocols.membership;

import dev.muster.api.Address;
import dev.muster.api.ViewId;
import dev.muster.api.Wait;
import dev.muster.spi.Context;
import dev.muster.spi.Digest;
import dev.muster.spi.Event;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * The participant's side of a round: promise, flush, report, fill, install.
 *
 * <p>What makes it safe, whoever proposes and whoever dies: (1) A promise is for ever; a lower ballot is refused at every
 * step. (2) The outcome of a ballot is installed only by those who have filled up under that very ballot and promised
 * none since. (3) A view that others installed and this member missed may be made up for under a later ballot only if
 * the last fill was for that view: then exactly its messages have been delivered. The ballot of the last fill, or of the
 * last return to the old view, is called the barrier. (4) From promise to installation or release nothing is sent or
 * delivered beyond what a fill names.
 */
final class Participation {

    private enum Phase { IDLE, FLUSHING, PREPARED, FILLING, FILLED }

    private final Context context;
    private final Standing standing;
    private final Post post;
    private final long patience;
    private final Consumer<Roster> installer;

    private Phase phase = Phase.IDLE;
    private Ballot promised;
    private Ballot barrier;
    private Peer proposer;
    private ViewId expected;
    private boolean abandoned;
    private long since;

    Participation(Context context, Standing standing, Post post, long patience, Consumer<Roster> installer) {
        this.context = context;
        this.standing = standing;
        this.post = post;
        this.patience = patience;
        this.installer = installer;
    }

    Ballot promised() {
        return promised;
    }

    Ballot barrier() {
        return barrier;
    }

    boolean isIdle() {
        return phase == Phase.IDLE;
    }

    /** Whoever this member has promised last. */
    Peer proposer() {
        return proposer;
    }

    /** Tell whether somebody else who is taken for alive runs a round with this member. */
    boolean isBusyForAnother() {
        return phase != Phase.IDLE && !abandoned && !proposer.address().equals(standing.self())
                && !standing.isOut(proposer.address());
    }

    /** A round that has not come to its end here. */
    List<Wait> waits() {
        if (phase == Phase.IDLE) {
            return List.of();
        }
        String what = switch (phase) {
            case FLUSHING -> "this member stops sending";
            case PREPARED -> "this member has promised and waits to hear what must be delivered before";
            case FILLING -> "this member fetches what it has to deliver before";
            default -> "this member is ready and waits for the view";
        };
        return List.of(new Wait(Wait.Reason.VIEW, "a view change by " + proposer.address() + " is under way: " + what,
                List.of(proposer.address()), Duration.ofNanos(context.nowNanos() - since)));
    }

    /** Nobody has gone on with the round for too long; this member no longer waits for its proposer. */
    void abandon() {
        abandoned = true;
        guard();
    }

    /** Begin a first view of this member alone. */
    void found() {
        promised = standing.nextBallot();
        barrier = promised;
        phase = Phase.IDLE;
        installer.accept(new Roster(promised.viewId(), List.of(standing.selfPeer()), List.of(), List.of()));
    }

    void prepare(Word.Prepare word) {
        standing.observe(word.ballot().counter());
        if (!takesPart(word)) {
            decline(word);
        } else if (word.ballot().isBelow(promised)) {
            refuse(word.proposer(), word.ballot());
        } else if (!word.ballot().equals(promised)) {
            promise(word);
        }
    }

    private void promise(Word.Prepare word) {
        promised = word.ballot();
        since = phase == Phase.IDLE ? context.nowNanos() : since;
        proposer = word.proposer();
        expected = word.expected();
        abandoned = false;
        guard();
        if (standing.roster() == null) {
            phase = Phase.PREPARED;
            post.send(proposer, new Word.Prepared(promised, null, barrier, standing.wantsState(), standing.stateFrom(),
                    standing.lacksState(),
                    List.of(), null));
        } else {
            phase = Phase.FLUSHING;
            context.emitDown(new Event.Flush());
        }
    }

    /**
     * A proposer that this member's view contains gets a true answer, whatever it expected: it may have missed that view.
     * A stranger gets one only if it knows this member's view: else its members would be torn apart.
     */
    private boolean takesPart(Word.Prepare word) {
        if (standing.is(Standing.Stage.OVER) || standing.is(Standing.Stage.IDLE)) {
            return false;
        }
        Roster roster = standing.roster();
        return roster == null || roster.id().equals(word.expected()) || roster.contains(word.proposer().address());
    }

    private void decline(Word.Prepare word) {
        post.send(word.proposer(), new Word.Declined(word.ballot()));
        Roster roster = standing.roster();
        if (roster != null && word.expected() != null && word.expected().compareTo(roster.id()) < 0
                && !standing.is(Standing.Stage.OVER)) {
            post.send(word.proposer(), new Word.Removed(roster.id(), roster.view().members()));
        }
    }

    private void refuse(Peer to, Ballot ballot) {
        context.counter("ballots_refused").increment();
        post.send(to, new Word.Refused(ballot, promised, phase != Phase.IDLE && !abandoned));
    }

    /** The layer below has stopped. An answer to an earlier flush of the same view is as good: nothing came in between. */
    void flushed(Digest digest) {
        Roster roster = standing.roster();
        if (phase != Phase.FLUSHING || roster == null || !roster.id().equals(digest.view())) {
            return;
        }
        phase = Phase.PREPARED;
        RosterDelta told = roster.id().equals(expected) ? null : RosterDelta.whole(roster);
        post.send(proposer, new Word.Prepared(promised, roster.id(), barrier, standing.wantsState(),
                standing.stateFrom(), standing.lacksState(), Progress.of(roster.view(), digest), told));
    }

    void fill(Address from, Word.Fill word) {
        if (word.ballot().isBelow(promised)) {
            refuse(new Peer(from, null), word.ballot());
        } else if (word.ballot().equals(promised) && phase == Phase.PREPARED && standing.roster() != null) {
            Event.Fill fill = new Event.Fill(FlushTargets.inView(word.goals(), standing.view()));
            barrier = promised;
            phase = Phase.FILLING;
            guard();
            context.emitDown(fill);
        }
    }

    void filled() {
        if (phase == Phase.FILLING) {
            phase = Phase.FILLED;
            post.send(proposer, new Word.Filled(promised));
        }
    }

    void install(Address from, Word.Install word) {
        if (word.ballot().isBelow(promised)) {
            refuse(new Peer(from, null), word.ballot());
        } else if (word.ballot().equals(promised) && mayInstall(word.roster().id())) {
            Roster next = word.roster().applyTo(standing.roster());
            if (next.contains(standing.self())) {
                post.send(proposer, new Word.Installed(promised));
                moveTo(next);
            }
        }
    }

    private boolean mayInstall(ViewId id) {
        boolean outcome = id.equals(promised.viewId());
        if (standing.roster() == null) {
            return standing.is(Standing.Stage.JOINING) && !promised.isBelow(Ballot.of(id));
        }
        return outcome ? phase == Phase.FILLED : phase == Phase.PREPARED && mayAdopt(id);
    }

    /** Tell whether this member may make up for a view that others have installed. */
    boolean mayAdopt(ViewId id) {
        return Ballot.of(id).equals(barrier) && standing.roster() != null && standing.roster().id().compareTo(id) < 0;
    }

    /** Install a view that was missed, or the outcome of the promised ballot. */
    void moveTo(Roster next) {
        phase = Phase.IDLE;
        context.cancelTimer(GroupMembership.GUARD_TIMER);
        barrier = Ballot.of(next.id());
        installer.accept(context.shared(next));
    }

    /** Nothing comes of the round: go on in the old view. Nothing lower may be installed from now on. */
    boolean release(Word.Release word) {
        if (!word.ballot().equals(promised) || phase == Phase.IDLE) {
            return false;
        }
        phase = Phase.IDLE;
        context.cancelTimer(GroupMembership.GUARD_TIMER);
        if (standing.roster() != null) {
            barrier = promised;
            context.emitDown(new Event.FlushEnded());
        }
        return true;
    }

    private void guard() {
        if (standing.roster() != null) {
            context.setTimer(GroupMembership.GUARD_TIMER, patience);
        }
    }
}
