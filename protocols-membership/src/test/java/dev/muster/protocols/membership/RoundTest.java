package dev.muster.protocols.membership;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.api.Address;
import dev.muster.testkit.ProtocolHarness;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a proposer makes of the answers of members that come from different views. */
class RoundTest {

    private static final Address SELF = ProtocolHarness.member(1);
    private static final Ballot BALLOT = new Ballot(20, SELF);

    private static Roster view(long counter, int... members) {
        List<Peer> peers = Arrays.stream(members).mapToObj(RoundTest::peer).toList();
        return new Roster(new Ballot(counter, peers.get(0).address()).viewId(), peers, List.of(), List.of());
    }

    private static Peer peer(int number) {
        return new Peer(ProtocolHarness.member(number), null);
    }

    private static void answers(Round round, int member, Roster from, Ballot barrier) {
        assertThat(round.prepared(ProtocolHarness.member(member), new Word.Prepared(BALLOT, from == null ? null : from.id(),
                barrier, false, false, List.of(), from == null ? null : RosterDelta.whole(from)))).isTrue();
    }

    private static Round merging(Roster own, Roster... others) {
        Round round = new Round(BALLOT, own);
        own.peers().forEach(peer -> round.invite(peer, own, false));
        for (Roster other : others) {
            other.peers().forEach(peer -> round.invite(peer, other, false));
        }
        return round;
    }

    @Test
    void groupsThatHaveNothingInCommonMergeAtOnce() {
        Roster own = view(5, 1, 2);
        Roster other = view(6, 3, 4);
        Round round = merging(own, other);
        List.of(1, 2).forEach(member -> answers(round, member, own, Ballot.of(own.id())));
        List.of(3, 4).forEach(member -> answers(round, member, other, Ballot.of(other.id())));

        assertThat(round.judge(SELF, Ballot.of(own.id()))).isEqualTo(new Round.Verdict(null, List.of(), List.of()));
    }

    /** Else 3 could go from view 6 to the merge view with 4, which has gone from view 6 to another one without 3. */
    @Test
    void aGroupWhoseViewStillHoldsSomebodyWhoHasGoneElsewhereIsLeftOut() {
        Roster own = view(5, 1);
        Roster former = view(6, 3, 4);
        Roster later = view(8, 4);
        Round round = merging(own, former);
        answers(round, 1, own, Ballot.of(own.id()));
        answers(round, 3, former, Ballot.of(former.id()));
        answers(round, 4, later, Ballot.of(later.id()));

        Round.Verdict verdict = round.judge(SELF, Ballot.of(own.id()));
        assertThat(verdict.excluded()).containsExactly(peer(3));
        verdict.excluded().forEach(peer -> round.drop(peer.address()));
        assertThat(round.outcome().view().members()).containsExactly(SELF, ProtocolHarness.member(4));
    }

    @Test
    void twoGroupsThatHoldEachOtherAreBothLeftOut() {
        Roster own = view(5, 1);
        Roster one = view(6, 3, 4);
        Roster other = view(7, 4, 3);
        Round round = merging(own, one);
        answers(round, 1, own, Ballot.of(own.id()));
        answers(round, 3, one, Ballot.of(one.id()));
        answers(round, 4, other, Ballot.of(other.id()));

        assertThat(round.judge(SELF, Ballot.of(own.id())).excluded()).containsExactly(peer(3), peer(4));
    }

    @Test
    void aMemberThatMissedTheViewMakesUpForItOnlyIfItFilledForThatViewLast() {
        Roster before = view(3, 2, 1, 3, 4);
        Roster own = view(5, 1, 3, 4);
        Round round = merging(own);
        answers(round, 1, own, Ballot.of(own.id()));
        answers(round, 3, before, Ballot.of(own.id()));
        answers(round, 4, before, new Ballot(6, ProtocolHarness.member(2)));

        Round.Verdict verdict = round.judge(SELF, Ballot.of(own.id()));
        assertThat(verdict.adopt()).isNull();
        assertThat(verdict.lagging()).containsExactly(peer(3));
        assertThat(verdict.excluded()).containsExactly(peer(4));
    }

    @Test
    void aProposerAdoptsALaterViewOnlyIfItFilledForThatViewLast() {
        Roster own = view(5, 1, 2);
        Roster later = view(7, 2, 1);
        Round round = merging(own);
        answers(round, 1, own, Ballot.of(later.id()));
        answers(round, 2, later, Ballot.of(later.id()));

        assertThat(round.judge(SELF, Ballot.of(later.id())).adopt().id()).isEqualTo(later.id());
        Round.Verdict otherwise = round.judge(SELF, new Ballot(8, ProtocolHarness.member(2)));
        assertThat(otherwise.adopt()).isNull();
        assertThat(otherwise.excluded()).containsExactly(peer(2));
    }
}
