package dev.muster.protocols.membership;

import dev.muster.api.Address;
import dev.muster.spi.Context;
import dev.muster.spi.Event;
import dev.muster.spi.StackFingerprint;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Takes what others ask of the coordinator: to come in, to leave, to go on with a round. A member that is not the one to
 * decide passes the request on. Requests that come close together become one view.
 */
final class Requests {

    private static final int MAX_HOPS = 3;
    private static final int BUNDLING_FACTOR = 10;
    private static final int BUSY_FACTOR = 30;

    private final Context context;
    private final Standing standing;
    private final Post post;
    private final MembershipSettings settings;
    private final Changes changes;
    private final Participation participation;
    private final Proposer proposer;
    private final Consumer<Address> gone;
    private final Set<Address> told = new LinkedHashSet<>();
    private long bundleUntil;
    private long bundleFor;
    private long lastView;
    private boolean lastWasForOne;
    private boolean bundling;

    Requests(Context context, Standing standing, Post post, MembershipSettings settings, Changes changes,
            Participation participation, Proposer proposer, Consumer<Address> gone) {
        this.context = context;
        this.standing = standing;
        this.post = post;
        this.settings = settings;
        this.changes = changes;
        this.participation = participation;
        this.proposer = proposer;
        this.gone = gone;
        lastView = context.nowNanos() - Long.MAX_VALUE / 2;
    }

    /**
     * This member has a new view.
     *
     * @param before the one it had, null for none
     */
    void viewInstalled(Roster before) {
        told.clear();
        lastView = context.nowNanos();
        lastWasForOne = before != null && differences(before, standing.roster()) == 1;
    }

    private static long differences(Roster before, Roster now) {
        return now.view().members().stream().filter(member -> !before.contains(member)).count()
                + before.view().members().stream().filter(member -> !now.contains(member)).count();
    }

    /** What was asked for while a view was made waits for company like any other wish: who comes in that time comes not alone. */
    void goOn() {
        if (changes.isAny()) {
            collect();
        }
    }

    /** The state is wanted, which takes a view. */
    void stateWanted() {
        changes.owe();
        collect();
    }

    /** Enough collected. */
    void timer() {
        bundling = false;
        proposer.consider();
    }

    void join(Word.Join word) {
        if (!standing.is(Standing.Stage.MEMBER) || missesThisView(word.joiner())) {
            return;
        }
        if (!standing.isActing()) {
            if (word.hops() < MAX_HOPS) {
                post.send(standing.acting(), new Word.Join(word.joiner(), word.counter(), word.hops() + 1, word.layers()));
            }
            return;
        }
        String difference = context.fingerprint().differenceTo(new StackFingerprint(word.layers()));
        if (!difference.isEmpty()) {
            introduce(word.joiner());
            post.send(word.joiner(), new Word.JoinRefused("group " + context.cluster() + " runs another stack ("
                    + difference + "; 'here' is coordinator " + standing.self() + ")"));
            return;
        }
        standing.observe(word.counter());
        changes.join(word.joiner());
        collect();
    }

    /**
     * A member of the view that asks to be let in has not got it: whoever should have told it has died. Anybody may tell
     * it again, since it can only install what it has promised. If that does not help, it has promised something else, and
     * must first be out to come in.
     */
    private boolean missesThisView(Peer joiner) {
        if (!standing.roster().contains(joiner.address()) || joiner.address().equals(standing.self())) {
            return false;
        }
        if (told.add(joiner.address())) {
            tellThisView(joiner);
        } else if (standing.depart(joiner.address())) {
            gone.accept(joiner.address());
        }
        return true;
    }

    private void tellThisView(Peer member) {
        post.send(member, new Word.Install(Ballot.of(standing.roster().id()), RosterDelta.whole(standing.roster())));
    }

    private void introduce(Peer peer) {
        if (peer.physical() != null) {
            context.emitDown(new Event.PhysicalAddresses(Map.of(peer.address(), peer.physical())));
        }
    }

    void leave(Word.Leave word) {
        Address leaver = word.leaver().address();
        if (!standing.is(Standing.Stage.MEMBER)) {
            return;
        }
        if (!standing.isActing()) {
            if (word.hops() < MAX_HOPS && !standing.acting().address().equals(leaver)) {
                post.send(standing.acting(), new Word.Leave(word.leaver(), word.hops() + 1));
            }
        } else if (standing.roster().contains(leaver) || participation.promised() != null && !participation.isIdle()) {
            changes.leave(leaver);
            collect();
        } else {
            changes.forget(leaver);
            post.send(word.leaver(), new Word.Left());
        }
    }

    /** The one that is to propose can be stuck only because it has not got the view: whoever should have told it has died. */
    void help(Word.Help word) {
        if (!standing.is(Standing.Stage.MEMBER)) {
            return;
        }
        standing.observe(word.counter());
        if (!standing.roster().contains(word.stuck().address())) {
            post.send(word.stuck(), new Word.Removed(standing.roster().id(), standing.view().members()));
        } else if (standing.isActing()) {
            changes.owe();
            proposer.consider();
        } else if (standing.acting().address().equals(word.stuck().address())) {
            tellThisView(word.stuck());
        } else if (word.hops() < MAX_HOPS) {
            post.send(standing.acting(), new Word.Help(word.stuck(), word.counter(), word.hops() + 1));
        }
    }

    /**
     * Begin a view, now or when nothing more comes for a moment; for a longer moment right after a view, since many that
     * start together come one after another. Not if that view was for one alone: then each comes when the one before is in.
     */
    void collect() {
        boolean busy = !lastWasForOne && context.nowNanos() - lastView < BUSY_FACTOR * settings.bundlingTime();
        collect(busy ? BUNDLING_FACTOR * settings.bundlingTime() : settings.bundlingTime());
    }

    /** This member leaves: who leaves together with it says so at once, and must not become coordinator first to go. */
    void collectLeavers() {
        collect(settings.bundlingTime());
    }

    private void collect(long quiet) {
        if (!settings.viewBundling() || changes.isUrgent()) {
            proposer.consider();
            return;
        }
        long now = context.nowNanos();
        if (!bundling) {
            bundling = true;
            bundleFor = quiet;
            bundleUntil = now + 2 * BUNDLING_FACTOR * settings.bundlingTime();
        }
        context.setTimer(GroupMembership.BUNDLE_TIMER, Math.min(bundleFor, bundleUntil - now));
    }
}
