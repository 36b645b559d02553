package dev.muster.protocols.membership;

import dev.muster.api.Address;
import dev.muster.api.ViewId;
import dev.muster.api.Wait;
import dev.muster.spi.Context;
import dev.muster.spi.Event;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The coordinator's side: turns changes into rounds and rounds into views, one at a time.
 *
 * <p>A participant that fails while promises are collected is simply left out. One that fails later may be the only
 * holder of messages that others are to fetch: the round begins anew under a higher ballot. A refusal means that another
 * proposer has promised; this one steps back for a random time if that is at work, and else goes higher at once.
 */
final class Proposer {

    private static final Logger LOG = LoggerFactory.getLogger(Proposer.class);
    private static final long FIRST_BACKOFF_NANOS = 50_000_000L;
    private static final int LARGEST_BACKOFF_SHIFT = 5;

    private final Context context;
    private final Standing standing;
    private final Post post;
    private final Participation participation;
    private final MembershipSettings settings;
    private final Changes changes;
    private final Runnable handedOver;

    private Round round;
    private long deadline;
    private boolean extended;
    private long armedAt;
    private boolean waiting;
    private int refusals;
    private List<Peer> toDismiss = List.of();
    private List<Peer> toNotify = List.of();
    private ViewId handover;
    private final Map<Address, Peer> successors = new LinkedHashMap<>();

    Proposer(Context context, Standing standing, Post post, Participation participation, MembershipSettings settings,
            Changes changes, Runnable handedOver) {
        this.context = context;
        this.standing = standing;
        this.post = post;
        this.participation = participation;
        this.settings = settings;
        this.changes = changes;
        this.handedOver = handedOver;
    }

    /** Begin a round if there is anything to change and this member is the one to do it. */
    void consider() {
        if (round == null && !waiting && mayPropose() && changes.isAny()) {
            begin();
        }
    }

    private boolean mayPropose() {
        return standing.is(Standing.Stage.MEMBER) && standing.isActing() && !participation.isBusyForAnother();
    }

    private void begin() {
        Roster own = standing.roster();
        round = new Round(standing.nextBallot(), own);
        for (Peer peer : own.peers()) {
            if (!standing.isOut(peer.address()) && !changes.isExcluded(peer.address())) {
                round.invite(peer, own, changes.leaves(peer.address()));
            }
        }
        changes.inviteOthers(round, own);
        Map<Address, InetSocketAddress> strangers = new LinkedHashMap<>();
        Map<ViewId, Word> words = new HashMap<>();
        Word newcomers = new Word.Prepare(round.ballot(), standing.selfPeer(), null);
        for (Round.Seat seat : round.seats()) {
            if (!own.contains(seat.address()) && seat.peer().physical() != null) {
                strangers.put(seat.address(), seat.peer().physical());
            }
        }
        if (!strangers.isEmpty()) {
            context.emitDown(new Event.PhysicalAddresses(strangers));
        }
        for (Round.Seat seat : round.seats()) {
            post.send(seat.peer(), seat.expected() == null ? newcomers : words.computeIfAbsent(seat.expected(),
                    id -> new Word.Prepare(round.ballot(), standing.selfPeer(), id)));
        }
        arm(settings.prepareTimeout());
        context.counter("rounds").increment();
    }

    private void arm(long timeout) {
        extended = false;
        armedAt = context.nowNanos();
        deadline = context.nowNanos() + timeout;
        context.setTimer(GroupMembership.ROUND_TIMER, timeout);
    }

    /** A round of this member's own that members have not answered. */
    List<Wait> waits() {
        if (round == null || round.silent().isEmpty()) {
            return List.of();
        }
        List<Address> silent = round.silent().stream().map(Peer::address).toList();
        return List.of(new Wait(Wait.Reason.VIEW, "this member proposes view " + round.ballot().viewId() + " and has no "
                + (round.isFilling() ? "word yet that all was delivered" : "promise yet"), silent,
                Duration.ofNanos(context.nowNanos() - armedAt)));
    }

    private void restart() {
        changes.owe();
        round = null;
        context.counter("rounds_restarted").increment();
        if (mayPropose()) {
            begin();
        } else {
            context.cancelTimer(GroupMembership.ROUND_TIMER);
        }
    }

    void prepared(Address from, Word.Prepared word) {
        boolean known = isCurrent(word.ballot()) && round.has(from);
        if (known && round.isFilling()) {
            // its answer has come before; who repeats itself, since a layer below forgot it, must not be sent home now
            return;
        }
        if (known && round.prepared(from, word)) {
            check();
        } else {
            if (known) {
                round.drop(from);
            }
            post.send(from, new Word.Release(word.ballot()));
            if (known) {
                check();
            }
        }
    }

    /** It has promised nothing, and is no newcomer, or no longer a member. */
    void declined(Address from, Word.Declined word) {
        if (isCurrent(word.ballot()) && round.has(from)) {
            changes.forget(from);
            changes.exclude(from);
            leaveOut(from);
        }
    }

    private boolean isCurrent(Ballot ballot) {
        return round != null && round.ballot().equals(ballot);
    }

    private void leaveOut(Address member) {
        if (round.isFilling()) {
            restart();
        } else {
            round.drop(member);
            check();
        }
    }

    private void check() {
        if (round == null || round.isFilling() || !round.isPrepared()) {
            return;
        }
        Round.Verdict verdict = round.judge(standing.self(), participation.barrier());
        for (Peer peer : verdict.excluded()) {
            changes.exclude(peer.address());
            round.drop(peer.address());
            post.send(peer, new Word.Release(round.ballot()));
        }
        if (verdict.adopt() != null) {
            LOG.info("{} adopts view {} that its creator did not finish", standing.self(), verdict.adopt());
            notifyLeftBehind(standing.roster(), verdict.adopt());
            round = null;
            changes.owe();
            participation.moveTo(verdict.adopt());
            changes.owe();
            consider();
        } else if (!verdict.lagging().isEmpty()) {
            Word missed = new Word.Install(round.ballot(), RosterDelta.whole(standing.roster()));
            verdict.lagging().forEach(peer -> post.send(peer, missed));
            restart();
        } else if (round.changesNothing()) {
            stepBack();
            changes.settle(standing.roster());
        } else {
            fill();
        }
    }

    private void notifyLeftBehind(Roster old, Roster next) {
        Word word = new Word.Removed(next.id(), next.view().members());
        old.peers().stream().filter(peer -> !next.contains(peer.address())).forEach(peer -> post.send(peer, word));
    }

    private void fill() {
        round.beginFill();
        Map<ViewId, Word> words = new HashMap<>();
        for (Round.Seat seat : round.seats()) {
            if (seat.base() != null) {
                post.send(seat.peer(), words.computeIfAbsent(seat.base().id(),
                        id -> new Word.Fill(round.ballot(), round.goals(seat.base()))));
            }
        }
        arm(settings.fillTimeout());
    }

    void filled(Address from, Word.Filled word) {
        if (isCurrent(word.ballot()) && round.has(from) && round.isFilling()) {
            round.filled(from);
            if (round.isFilled()) {
                install();
            }
        }
    }

    private void install() {
        context.cancelTimer(GroupMembership.ROUND_TIMER);
        Roster next = round.outcome();
        toDismiss = round.leavers();
        toNotify = round.leftBehind(next);
        Map<ViewId, Word> words = new HashMap<>();
        Word whole = next == null ? null : new Word.Install(round.ballot(), RosterDelta.whole(next));
        for (Round.Seat seat : round.seats()) {
            if (next != null && next.contains(seat.address())) {
                post.send(seat.peer(), seat.base() == null ? whole : words.computeIfAbsent(seat.base().id(),
                        id -> new Word.Install(round.ballot(), RosterDelta.between(seat.base(), next))));
            }
        }
        refusals = 0;
        if (next == null || !next.contains(standing.self())) {
            handOver(next);
        }
        round = null;
    }

    /** The proposer itself leaves: it must stay until all have the view, since nobody else could tell them. */
    private void handOver(Roster next) {
        standing.enter(Standing.Stage.OVER);
        if (next != null) {
            handover = next.id();
            next.peers().forEach(peer -> successors.put(peer.address(), peer));
            farewell(next);
        } else {
            dismiss();
        }
        if (successors.isEmpty()) {
            handedOver.run();
        }
    }

    void installed(Address from, Word.Installed word) {
        if (handover != null && word.ballot().viewId().equals(handover)) {
            successorDone(from);
        }
    }

    private void successorDone(Address member) {
        if (successors.remove(member) != null && successors.isEmpty()) {
            handedOver.run();
        }
    }

    /** This member has a new view, whoever made it. Those left behind are told only now: their channels begin anew. */
    void moved(Roster next) {
        changes.settle(next);
        round = null;
        waiting = false;
        context.cancelTimer(GroupMembership.ROUND_TIMER);
        context.cancelTimer(GroupMembership.RETRY_TIMER);
        if (Ballot.of(next.id()).proposer().equals(standing.self())) {
            farewell(next);
        }
        toDismiss = List.of();
        toNotify = List.of();
    }

    private void farewell(Roster next) {
        dismiss();
        Word removed = new Word.Removed(next.id(), next.view().members());
        toNotify.forEach(peer -> post.send(peer, removed));
    }

    private void dismiss() {
        for (Peer peer : toDismiss) {
            if (!peer.address().equals(standing.self())) {
                post.send(peer, new Word.Left());
            }
        }
    }

    void refused(Address from, Word.Refused word) {
        standing.observe(word.promised().counter());
        if (isCurrent(word.ballot()) && round.has(from)) {
            refusals++;
            boolean atWork = word.busy() && !word.promised().proposer().equals(standing.self())
                    && !standing.isOut(word.promised().proposer());
            if (atWork && !standing.roster().contains(from)) {
                changes.forget(from);
                changes.exclude(from);
                leaveOut(from);
            } else if (atWork) {
                stepBack();
                backOff();
            } else {
                restart();
            }
        } else if (standing.roster() != null && word.ballot().equals(Ballot.of(standing.roster().id()))) {
            changes.owe();
            consider();
        }
    }

    private void backOff() {
        waiting = true;
        changes.owe();
        long most = FIRST_BACKOFF_NANOS << Math.min(refusals, LARGEST_BACKOFF_SHIFT);
        context.setTimer(GroupMembership.RETRY_TIMER, FIRST_BACKOFF_NANOS + context.random().nextLong(most));
    }

    /** Let everybody go on as before. */
    private void stepBack() {
        Word release = new Word.Release(round.ballot());
        round.seats().forEach(seat -> post.send(seat.peer(), release));
        round = null;
        context.cancelTimer(GroupMembership.ROUND_TIMER);
    }

    void retryTimer() {
        waiting = false;
        consider();
    }

    /** This member has promised a ballot: a lower one of its own is over. */
    void yieldTo(Ballot promised) {
        if (round != null && round.ballot().isBelow(promised)) {
            stepBack();
            changes.owe();
        }
    }

    /** Tell whether somebody takes part in the round that this member holds. */
    boolean isWorkingWith(Address participant) {
        return round != null && round.has(participant);
    }

    /** A member has failed or gone elsewhere. */
    void memberOut(Address member) {
        successorDone(member);
        if (round != null && round.has(member)) {
            leaveOut(member);
        } else {
            consider();
        }
    }

    /** Somebody has not answered in time. A timer that itself comes late proves nothing: this member was held up. */
    void roundTimer() {
        if (round == null) {
            return;
        }
        long timeout = round.isFilling() ? settings.fillTimeout() : settings.prepareTimeout();
        if (!extended && context.nowNanos() - deadline > timeout / 2) {
            arm(timeout);
            extended = true;
            return;
        }
        List<Peer> silent = new ArrayList<>(round.silent());
        boolean selfSilent = silent.removeIf(peer -> peer.address().equals(standing.self()));
        if (selfSilent) {
            silent.addAll(holders());
        }
        LOG.info("{} goes on without {}, which have not {} in time", standing.self(), silent,
                round.isFilling() ? "fetched what they lacked" : "answered");
        if (silent.stream().anyMatch(peer -> round.comesAlong(peer.address()))) {
            LOG.info("{} gives up merging: without {} the view they come from would be torn", standing.self(), silent);
            stepBack();
            changes.mergeLater();
            consider();
            return;
        }
        for (Peer peer : silent) {
            changes.exclude(peer.address());
            changes.forget(peer.address());
        }
        if (round.isFilling() || selfSilent) {
            restart();
        } else {
            silent.forEach(peer -> round.drop(peer.address()));
            check();
        }
    }

    /** Those from whom this member was to fetch what it lacks. */
    private List<Peer> holders() {
        List<Peer> holders = new ArrayList<>();
        if (round.isFilling()) {
            for (FlushTargets.Goal goal : round.goals(standing.roster())) {
                Peer holder = standing.roster().peers().get(goal.holder());
                if (!holder.address().equals(standing.self()) && !holders.contains(holder)) {
                    holders.add(holder);
                }
            }
        }
        return holders;
    }
}
