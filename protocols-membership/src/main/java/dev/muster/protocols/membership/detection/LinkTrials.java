package dev.muster.protocols.membership.detection;

import dev.muster.api.Address;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Tries whether links carry, both ways: a few questions one after the other, most of which must be answered. The limit is
 * between a bad link and one that is as good as none: with one packet in ten lost each way 998 of 1000 trials succeed, with
 * four in five lost one way one of 1800.
 */
final class LinkTrials {

    /** Questions asked. */
    static final int QUESTIONS = 20;
    /** Answers needed; the trial ends as soon as they are here. */
    static final int ANSWERS_NEEDED = 11;
    /** Trials at the same time; more are not begun, and count as failed: whoever is not let merge asks again. */
    static final int MOST = 1_000;
    private static final int TURNS = 2 * QUESTIONS;

    private final Map<Address, Trial> open = new LinkedHashMap<>();

    /** One link on trial. */
    static final class Trial {
        private final Address peer;
        private final InetSocketAddress physical;
        private int turns;
        private int answers;

        private Trial(Address peer, InetSocketAddress physical) {
            this.peer = peer;
            this.physical = physical;
        }

        Address peer() {
            return peer;
        }

        /** Where the peer is, null if the transport knows. */
        InetSocketAddress physical() {
            return physical;
        }
    }

    boolean isEmpty() {
        return open.isEmpty();
    }

    /** Begin a trial, or go on with the one of this peer; false if there are too many. */
    boolean begin(Address peer, InetSocketAddress physical) {
        if (open.size() >= MOST && !open.containsKey(peer)) {
            return false;
        }
        open.putIfAbsent(peer, new Trial(peer, physical));
        return true;
    }

    /** An answer has come; true if it was the last one needed, which ends the trial. */
    boolean answered(Address peer) {
        Trial trial = open.get(peer);
        if (trial == null) {
            return false;
        }
        trial.answers++;
        return trial.answers >= ANSWERS_NEEDED && open.remove(peer) != null;
    }

    /** Whom to ask now. As long as questions were asked is then waited for answers. */
    List<Trial> nextTurn() {
        List<Trial> toAsk = new ArrayList<>();
        for (Trial trial : open.values()) {
            trial.turns++;
            if (trial.turns <= QUESTIONS) {
                toAsk.add(trial);
            }
        }
        return toAsk;
    }

    /** Those for whom it is too late now; they have failed. */
    List<Address> end() {
        List<Address> failed = open.values().stream().filter(trial -> trial.turns >= TURNS).map(Trial::peer).toList();
        failed.forEach(open::remove);
        return failed;
    }
}
