package dev.muster.protocols.membership;

import dev.muster.api.Address;
import dev.muster.api.ViewId;
import java.util.List;

/** What members tell each other about membership. All words travel as reliable unicasts. Layouts: {@link WordCodec}. */
sealed interface Word {

    /** Kind on the wire. */
    int kind();

    /** Newcomer → coordinator: let me in. Passed on by others, a few times at most. */
    record Join(Peer joiner, long counter, int hops, List<String> layers) implements Word {
        @Override
        public int kind() {
            return 1;
        }
    }

    /** Coordinator → newcomer: never. */
    record JoinRefused(String reason) implements Word {
        @Override
        public int kind() {
            return 2;
        }
    }

    /** Member → coordinator: let me go. Passed on by others, a few times at most. */
    record Leave(Peer leaver, int hops) implements Word {
        @Override
        public int kind() {
            return 3;
        }
    }

    /** Coordinator → leaver: the others have all you sent and go on without you. */
    record Left() implements Word {
        @Override
        public int kind() {
            return 4;
        }
    }

    /**
     * Member → coordinator: of this view I take these for gone. Certain: found out by more than this member alone;
     * believe it.
     */
    record Suspect(ViewId view, List<Address> members, boolean certain) implements Word {
        @Override
        public int kind() {
            return 5;
        }
    }

    /** Proposer → participant: promise this ballot, stop sending, report. */
    record Prepare(Ballot ballot, Peer proposer, ViewId expected) implements Word {
        @Override
        public int kind() {
            return 6;
        }
    }

    /** Participant → proposer: promised; here is where I stand, and from whom I want the state, if at all. */
    record Prepared(Ballot ballot, ViewId base, Ballot barrier, boolean wantsState, String stateFrom, boolean lacksState,
            List<Progress> progress, RosterDelta roster) implements Word {
        Prepared(Ballot ballot, ViewId base, Ballot barrier, boolean wantsState, boolean lacksState,
                List<Progress> progress, RosterDelta roster) {
            this(ballot, base, barrier, wantsState, "", lacksState, progress, roster);
        }

        @Override
        public int kind() {
            return 7;
        }
    }

    /** Participant → proposer: I have promised a higher one, perhaps still at it. */
    record Refused(Ballot ballot, Ballot promised, boolean busy) implements Word {
        @Override
        public int kind() {
            return 8;
        }
    }

    /** Participant → proposer: leave me out, I am not (or no longer) what you take me for. Nothing was promised. */
    record Declined(Ballot ballot) implements Word {
        @Override
        public int kind() {
            return 9;
        }
    }

    /** Proposer → participant: deliver exactly this. */
    record Fill(Ballot ballot, List<FlushTargets.Goal> goals) implements Word {
        @Override
        public int kind() {
            return 10;
        }
    }

    /** Participant → proposer: done. */
    record Filled(Ballot ballot) implements Word {
        @Override
        public int kind() {
            return 11;
        }
    }

    /** Proposer → participant: this view holds now. An older view than the ballot: one that the receiver has missed. */
    record Install(Ballot ballot, RosterDelta roster) implements Word {
        @Override
        public int kind() {
            return 12;
        }
    }

    /** Participant → proposer: installed. */
    record Installed(Ballot ballot) implements Word {
        @Override
        public int kind() {
            return 13;
        }
    }

    /** Proposer → participant: nothing comes of it, your view stays. */
    record Release(Ballot ballot) implements Word {
        @Override
        public int kind() {
            return 14;
        }
    }

    /** Coordinator → former member: these have gone on to a view without you. */
    record Removed(ViewId view, List<Address> members) implements Word {
        @Override
        public int kind() {
            return 15;
        }
    }

    /** Member → coordinator: make a view at which the state that I want is cut. */
    record StateWanted() implements Word {
        @Override
        public int kind() {
            return 16;
        }
    }

    /** Member → coordinator: I have promised and nobody goes on with it. Passed on by others, a few times at most. */
    record Help(Peer stuck, long counter, int hops) implements Word {
        @Override
        public int kind() {
            return 17;
        }
    }

    /** Coordinator → member: this one, which you suspect, has answered me. */
    record Vouch(Address member) implements Word {
        @Override
        public int kind() {
            return 21;
        }
    }

    /** Coordinator → coordinator with the smallest address: these groups are to be merged, lead it. */
    record MergeHint(List<Peer> coordinators) implements Word {
        @Override
        public int kind() {
            return 18;
        }
    }

    /** Leader of a merge → coordinator: who is in your view? */
    record ViewRequest(Peer leader) implements Word {
        @Override
        public int kind() {
            return 19;
        }
    }

    /** Coordinator → leader of a merge: these. */
    record ViewReply(long counter, RosterDelta roster) implements Word {
        @Override
        public int kind() {
            return 20;
        }
    }
}
