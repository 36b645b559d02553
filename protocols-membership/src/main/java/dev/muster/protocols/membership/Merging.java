package dev.muster.protocols.membership;

import dev.muster.api.Address;
import dev.muster.spi.Context;
import dev.muster.spi.Event;
import dev.muster.spi.MemberInfo;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings groups together. The coordinator with the smallest address leads: it asks the others for their views and holds
 * one round over all members. Whoever does not answer is left out and merges later. Two leaders at once are told apart
 * by their ballots.
 */
final class Merging {

    private static final Logger LOG = LoggerFactory.getLogger(Merging.class);

    /** Groups merged at once; more merge next time. */
    static final int MAX_GROUPS = 1_000;

    private final Context context;
    private final Standing standing;
    private final Post post;
    private final MembershipSettings settings;
    private final Changes changes;
    private final Runnable ready;

    private final Map<Address, Roster> replies = new TreeMap<>();
    private final Map<Address, Peer> asked = new LinkedHashMap<>();
    private final Map<Address, Peer> leadersOnTrial = new LinkedHashMap<>();

    Merging(Context context, Standing standing, Post post, MembershipSettings settings, Changes changes, Runnable ready) {
        this.context = context;
        this.standing = standing;
        this.post = post;
        this.settings = settings;
        this.changes = changes;
        this.ready = ready;
    }

    /** There are other views. */
    void needed(List<MemberInfo> others) {
        Roster own = standing.roster();
        if (own == null || !standing.is(Standing.Stage.MEMBER)) {
            return;
        }
        Map<Address, Peer> coordinators = new TreeMap<>();
        for (MemberInfo info : others) {
            if (info.view() == null || info.coordinator() == null) {
                continue;
            }
            boolean foreign = !own.contains(info.member());
            if (!foreign && !standing.isActing()) {
                continue;
            } else if (!foreign && !info.view().equals(own.id())) {
                // it has gone elsewhere, or was left behind, and this view has not noticed: the round will find out
                changes.owe();
                ready.run();
            } else if (foreign && own.contains(info.coordinator())) {
                post.send(new Peer(info.member(), info.physical()), new Word.Removed(own.id(), own.view().members()));
            } else if (foreign) {
                coordinators.put(info.coordinator(), new Peer(info.coordinator(),
                        info.isCoordinator() ? info.physical() : info.coordinatorPhysical()));
            }
        }
        if (!coordinators.isEmpty() && standing.isActing()) {
            settleLeader(coordinators);
        } else if (!coordinators.isEmpty()) {
            post.send(standing.acting(), new Word.MergeHint(List.copyOf(coordinators.values())));
        }
    }

    private void settleLeader(Map<Address, Peer> coordinators) {
        Address smallest = coordinators.keySet().iterator().next();
        if (standing.self().compareTo(smallest) < 0) {
            lead(coordinators.values());
        } else {
            Peer leader = coordinators.get(smallest);
            List<Peer> group = new ArrayList<>(coordinators.values());
            group.set(group.indexOf(leader), standing.selfPeer());
            introduce(List.of(leader));
            post.send(leader, new Word.MergeHint(group));
        }
    }

    /**
     * Another coordinator has found out that groups are to be merged and that this member should lead, or a member that
     * there are other groups. Hints go from larger addresses to smaller ones, so they come to an end.
     */
    void hinted(Word.MergeHint word) {
        if (standing.is(Standing.Stage.MEMBER) && standing.isActing()) {
            Map<Address, Peer> foreign = new TreeMap<>();
            word.coordinators().stream().filter(peer -> !standing.roster().contains(peer.address()))
                    .forEach(peer -> foreign.put(peer.address(), peer));
            if (!foreign.isEmpty()) {
                settleLeader(foreign);
            }
        }
    }

    private void lead(Collection<Peer> coordinators) {
        boolean first = asked.isEmpty();
        List<Peer> news = new ArrayList<>();
        for (Peer peer : coordinators) {
            if (asked.size() < MAX_GROUPS && asked.putIfAbsent(peer.address(), peer) == null) {
                news.add(peer);
            }
        }
        introduce(news);
        Word request = new Word.ViewRequest(standing.selfPeer());
        news.forEach(peer -> post.send(peer, request));
        if (first && !asked.isEmpty()) {
            context.setTimer(GroupMembership.MERGE_TIMER, settings.mergeTimeout());
        }
    }

    private void introduce(List<Peer> peers) {
        Map<Address, InetSocketAddress> addresses = new LinkedHashMap<>();
        peers.stream().filter(peer -> peer.physical() != null)
                .forEach(peer -> addresses.put(peer.address(), peer.physical()));
        if (!addresses.isEmpty()) {
            context.emitDown(new Event.PhysicalAddresses(addresses));
        }
    }

    /**
     * A leader wants to merge this member's group with its own. Over a link that hardly carries, that would tear both
     * apart again: no answer then. A member that was removed since it loses most packets so stays out until it does not.
     */
    void requested(Word.ViewRequest word) {
        Peer leader = word.leader();
        if (!standing.verifies()) {
            reply(leader);
        } else if (leadersOnTrial.size() < MAX_GROUPS && leadersOnTrial.put(leader.address(), leader) == null) {
            context.emitDown(new Event.LinkAsked(leader.address(), leader.physical()));
        }
    }

    void tried(Event.LinkTried tried) {
        Peer leader = leadersOnTrial.remove(tried.peer());
        if (leader != null && tried.carries()) {
            reply(leader);
        } else if (leader != null) {
            LOG.info("{} does not let {} merge: the link loses too much", standing.self(), leader);
            context.counter("merges_declined").increment();
        }
    }

    private void reply(Peer leader) {
        Roster own = standing.is(Standing.Stage.MEMBER) ? standing.roster() : null;
        post.send(leader, new Word.ViewReply(standing.highestCounter(), own == null ? null : RosterDelta.whole(own)));
    }

    void replied(Address from, Word.ViewReply word) {
        standing.observe(word.counter());
        if (asked.remove(from) == null) {
            return;
        }
        if (word.roster() != null) {
            replies.put(from, word.roster().applyTo(null));
        }
        if (asked.isEmpty()) {
            timer();
        }
    }

    /** Go on with those that have answered. */
    void timer() {
        asked.clear();
        context.cancelTimer(GroupMembership.MERGE_TIMER);
        Roster own = standing.roster();
        List<Roster> others = new ArrayList<>(replies.values());
        replies.clear();
        others.removeIf(other -> own == null || other.id().equals(own.id()));
        if (!others.isEmpty()) {
            changes.merge(others);
            ready.run();
        }
    }
}
