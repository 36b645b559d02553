package dev.muster.protocols.membership;

import dev.muster.spi.Context;
import dev.muster.spi.Event;

/** How this member's part ends: it asks to leave and waits until the others have all it sent, or is made to go. */
final class Departure {

    private final Context context;
    private final Standing standing;
    private final Post post;
    private final MembershipSettings settings;
    private final Changes changes;
    private final Participation participation;
    private final Joining joining;
    private final Runnable collectLeavers;
    private boolean over;

    Departure(Context context, Standing standing, Post post, MembershipSettings settings, Changes changes,
            Participation participation, Joining joining, Runnable collectLeavers) {
        this.context = context;
        this.standing = standing;
        this.post = post;
        this.settings = settings;
        this.changes = changes;
        this.participation = participation;
        this.joining = joining;
        this.collectLeavers = collectLeavers;
    }

    /** The application wants to leave. */
    void begin() {
        standing.wantsToLeave();
        if (!standing.is(Standing.Stage.MEMBER) || standing.roster().view().size() == 1) {
            if (participation.proposer() != null && !participation.isIdle()) {
                post.send(participation.proposer(), new Word.Leave(standing.selfPeer(), 0));
            }
            done("left");
            return;
        }
        context.setTimer(GroupMembership.LEAVE_TIMER, settings.leaveTimeout());
        ask();
    }

    /** Ask whoever is to propose, perhaps again. */
    void ask() {
        if (standing.isActing()) {
            changes.leave(standing.self());
            collectLeavers.run();
        } else {
            post.send(standing.acting(), new Word.Leave(standing.selfPeer(), 0));
        }
    }

    /** This member has a view in which its wish to leave is not fulfilled. */
    void askAgain() {
        if (standing.roster().view().size() == 1) {
            done("left");
        } else {
            ask();
        }
    }

    /** The end, as wished. */
    void done(String reason) {
        end(false, reason);
    }

    /** The end, as others wish. */
    void forced(String reason) {
        end(true, reason);
    }

    /** Takes part in nothing any more. */
    private void end(boolean byOthers, String reason) {
        if (over) {
            return;
        }
        over = true;
        standing.enter(Standing.Stage.OVER);
        joining.end();
        for (int timer = GroupMembership.JOIN_TIMER; timer <= GroupMembership.MERGE_TIMER; timer++) {
            context.cancelTimer(timer);
        }
        context.emitUp(new Event.Disconnected(byOthers, reason));
    }
}
