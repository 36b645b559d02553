package dev.muster.protocols.membership;

import dev.muster.api.Address;
import dev.muster.api.View;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Where this member stands: its view, whom it takes for gone, what it wants. Shared by the parts of membership. */
final class Standing {

    /** The stages of a member's life. */
    enum Stage {
        /** Not yet told to connect. */
        IDLE,
        /** Without a view, wants one. */
        JOINING,
        /** In a view. */
        MEMBER,
        /** Has left, or was made to. Takes part in nothing any more. */
        OVER
    }

    private final Address self;
    private InetSocketAddress physical;
    private Stage stage = Stage.IDLE;
    private boolean leaving;
    private boolean wantsState;
    private boolean lacksState;
    private String stateFrom = "";
    private boolean shuns;
    private boolean verifies;
    private Roster roster;
    private long highestCounter;

    /** Told by failure detection here or elsewhere, and whether that is certain; may be taken back. */
    private final Map<Address, Boolean> suspected = new LinkedHashMap<>();
    /** Known to have gone on without this member, or found to do nothing; never taken back. */
    private final Set<Address> departed = new LinkedHashSet<>();

    Standing(Address self, boolean shuns) {
        this.self = self;
        this.shuns = shuns;
    }

    Address self() {
        return self;
    }

    Peer selfPeer() {
        return new Peer(self, physical);
    }

    boolean isReachable() {
        return physical != null;
    }

    void reachableAt(InetSocketAddress address) {
        physical = address;
    }

    Stage stage() {
        return stage;
    }

    boolean is(Stage asked) {
        return stage == asked;
    }

    void enter(Stage next) {
        stage = next;
    }

    boolean isLeaving() {
        return leaving;
    }

    void wantsToLeave() {
        leaving = true;
    }

    boolean wantsState() {
        return wantsState;
    }

    boolean lacksState() {
        return lacksState;
    }

    /** Name or id of the member that is to give the state; empty for whoever can. */
    String stateFrom() {
        return stateFrom;
    }

    void wantState(String from) {
        wantsState = true;
        lacksState = true;
        stateFrom = from;
    }

    /** A transfer has begun: the wish need not be told any more, but the state is not here yet. */
    void stateIsComing() {
        wantsState = false;
    }

    /** The state is here, or it is wanted no more. */
    void stateIsSettled(boolean complete) {
        wantsState = false;
        lacksState = lacksState && !complete;
    }

    /** Tell whether this member's part is over when the others go on to a view without it. */
    boolean shuns() {
        return shuns;
    }

    /** Failure detection wants it so, too. */
    void shun() {
        shuns = true;
    }

    /** Tell whether a layer below makes sure of suspicions and tries links. */
    boolean verifies() {
        return verifies;
    }

    void verificationReady() {
        verifies = true;
    }

    /** The view, null for none. */
    Roster roster() {
        return roster;
    }

    View view() {
        return roster == null ? null : roster.view();
    }

    /** Begin a view. Members that are in it and were taken for gone are still taken for gone: the creator didn't know. */
    void moveTo(Roster next) {
        roster = next;
        stage = Stage.MEMBER;
        observe(next.id().counter());
        suspected.keySet().removeIf(member -> !next.contains(member));
        departed.clear();
    }

    /** Take note of a counter somebody uses, so that the next ballot of this member is higher. */
    void observe(long counter) {
        highestCounter = Math.max(highestCounter, counter);
    }

    long highestCounter() {
        return highestCounter;
    }

    Ballot nextBallot() {
        highestCounter++;
        return new Ballot(highestCounter, self);
    }

    /** Suspect a member of the view; true if that is news, or has become certain. */
    boolean suspect(Address member, boolean certain) {
        if (roster == null || !roster.contains(member) || member.equals(self)) {
            return false;
        }
        Boolean before = suspected.get(member);
        suspected.put(member, certain || before != null && before);
        return before == null || certain && !before;
    }

    /** Suspect a member no longer; true if it was suspected. */
    boolean unsuspect(Address member) {
        return suspected.remove(member) != null;
    }

    /** A member of the view is known to be elsewhere; true if that is news. */
    boolean depart(Address member) {
        return roster != null && roster.contains(member) && !member.equals(self) && departed.add(member);
    }

    /** Tell whether a member of the view is taken for gone. */
    boolean isOut(Address member) {
        return suspected.containsKey(member) || departed.contains(member);
    }

    /** Tell whether a member is gone for more reasons than what this member alone has not heard. */
    boolean isCertainlyOut(Address member) {
        return departed.contains(member) || suspected.getOrDefault(member, false);
    }

    /** Members of the view taken for gone, most senior first. */
    List<Address> out() {
        List<Address> out = new ArrayList<>();
        if (roster != null && !(suspected.isEmpty() && departed.isEmpty())) {
            for (Peer peer : roster.peers()) {
                if (isOut(peer.address())) {
                    out.add(peer.address());
                }
            }
        }
        return out;
    }

    /** Who proposes views: the most senior member that is not taken for gone. Null without a view. */
    Peer acting() {
        if (roster != null) {
            for (Peer peer : roster.peers()) {
                if (!isOut(peer.address())) {
                    return peer;
                }
            }
        }
        return null;
    }

    boolean isActing() {
        Peer acting = acting();
        return acting != null && acting.address().equals(self);
    }
}
