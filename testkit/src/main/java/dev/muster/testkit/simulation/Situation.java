package dev.muster.testkit.simulation;

import java.util.List;

/**
 * Rare situations that a batch of runs has to meet, or it proves little; seen from outside, in histories and in what
 * stacks count of themselves.
 */
public enum Situation {
    /** A coordinator died with a round begun since its last view: between asking the others and telling the new view. */
    COORDINATOR_DIED_IN_ROUND,
    /** A view joined three parts or more. */
    MERGE_OF_THREE,
    /** While a newcomer got its state, another view was installed. */
    VIEW_CHANGE_DURING_STATE_TRANSFER,
    /** A state whose provider was gone was gone on with by a member that had a snapshot at hand. */
    STATE_RESUMED("STATE_TRANSFER.resumed"),
    /** A state whose provider was gone was cut anew. */
    STATE_CUT_ANEW("STATE_TRANSFER.asked_again"),
    /** The others went on to a view without a member that lived. */
    MEMBER_LEFT_BEHIND,
    /** A member had promised one proposer when another asked. */
    TWO_PROPOSERS("GMS.ballots_refused"),
    /** A proposer had to begin again because a member of its round was lost. */
    ROUND_RESTARTED("GMS.rounds_restarted"),
    /** A fragmented message that a view had cut was sent again. */
    MESSAGE_RESTARTED("FRAG2.messages_restarted"),
    /** A sender had used up its credits. */
    CREDITS_USED_UP("FC.credit_waits"),
    /** Bytes that are no packet were dropped. */
    MALFORMED_DROPPED("TCP.malformed", "DATAGRAM.malformed"),
    /** A message of a view that was over was dropped. */
    OLD_VIEW_DROPPED("NAKACK.dropped_old_view"),
    /** Somebody suspected turned out to live. */
    SUSPICION_REFUTED("VERIFY_SUSPECT.suspicions_refuted"),
    /** A reliable connection of which the other side knew nothing began anew: only where thousands of strangers have come by. */
    CONNECTION_RESET("UNICAST.resets");

    private final List<String> counters;

    Situation(String... counters) {
        this.counters = List.of(counters);
    }

    /** The counters of a stack that tell it; none if it is seen otherwise. */
    List<String> counters() {
        return counters;
    }
}
