package dev.muster.protocols.membership;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.api.Address;
import dev.muster.api.ViewId;
import dev.muster.spi.Digest;
import dev.muster.spi.Event;
import dev.muster.spi.Packet;
import dev.muster.spi.WireWriter;
import dev.muster.testkit.ProtocolHarness;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a participant installs, told by hand what honest, slow and broken proposers may say. */
class ParticipationTest {

    private static final Peer OLD = peer(2);
    private static final Peer NEXT = peer(3);

    private final ProtocolHarness member = ProtocolHarness.of(new GroupMembership.Provider());
    private final Roster first = new Roster(id(5, OLD), List.of(OLD, peer(1), NEXT), List.of(), List.of());

    private static Peer peer(int number) {
        return new Peer(ProtocolHarness.member(number), new InetSocketAddress(InetAddress.getLoopbackAddress(), 7800 + number));
    }

    private static ViewId id(long counter, Peer creator) {
        return new ViewId(counter, creator.address());
    }

    private void told(Peer from, Word word) {
        WireWriter out = new WireWriter(100);
        WordCodec.encode(word, out);
        member.up(Packet.to(member.self()).from(from.address(), 0).with(new MembershipHeader(word.kind()))
                .withPayload(out.toByteArray(), 0, out.length()));
    }

    private <W extends Word> List<W> said(Class<W> type) {
        return member.passedDown().stream().map(WordCodec::decode)
                .filter(type::isInstance).map(type::cast).toList();
    }

    private List<Long> views() {
        return member.emittedDown(Event.ViewInstalled.class).stream().map(each -> each.view().id().counter()).toList();
    }

    private void promise(long ballot, Peer proposer) {
        told(proposer, new Word.Prepare(new Ballot(ballot, proposer.address()), proposer, first.id()));
        member.event(new Event.Flushed(new Digest(first.id(), Map.of(), Map.of())));
    }

    private void fill(long ballot, Peer proposer) {
        promise(ballot, proposer);
        told(proposer, new Word.Fill(new Ballot(ballot, proposer.address()), List.of()));
        member.event(new Event.Filled());
    }

    /** The proposer of a ballot tells a view: the outcome of the ballot, or an older one. */
    private void install(long ballot, Peer proposer, ViewId view) {
        Roster next = new Roster(view, List.of(peer(1), NEXT), List.of(), List.of());
        told(proposer, new Word.Install(new Ballot(ballot, proposer.address()), RosterDelta.whole(next)));
    }

    @BeforeEach
    void joinAViewOfThree() {
        member.start();
        member.event(new Event.TransportReady(peer(1).physical())).event(new Event.Connect(false));
        told(OLD, new Word.Prepare(new Ballot(5, OLD.address()), OLD, null));
        told(OLD, new Word.Install(new Ballot(5, OLD.address()), RosterDelta.whole(first)));
        assertThat(views()).containsExactly(5L);
    }

    @Test
    void theOutcomeOfABallotIsInstalledOnlyByWhoHasFilledUnderIt() {
        promise(6, OLD);
        install(6, OLD, id(6, OLD));
        assertThat(views()).as("promised, not filled").containsExactly(5L);

        told(OLD, new Word.Fill(new Ballot(6, OLD.address()), List.of()));
        install(6, OLD, id(6, OLD));
        assertThat(views()).as("still fetching what it lacks").containsExactly(5L);

        member.event(new Event.Filled());
        install(6, OLD, id(6, OLD));
        assertThat(views()).containsExactly(5L, 6L);
    }

    @Test
    void aViewThatWasNeverPreparedForIsNotInstalled() {
        install(6, OLD, id(6, OLD));
        promise(7, OLD);
        install(7, OLD, id(6, OLD));

        assertThat(views()).containsExactly(5L);
    }

    @Test
    void theOutcomeOfABallotIsRefusedByWhoHasPromisedAHigherOne() {
        fill(6, OLD);
        promise(7, NEXT);
        member.clear();
        install(6, OLD, id(6, OLD));

        assertThat(views()).isEmpty();
        assertThat(said(Word.Refused.class)).extracting(Word.Refused::promised).containsExactly(new Ballot(7, NEXT.address()));
    }

    @Test
    void aViewThatWasMissedIsMadeUpForIfTheLastFillWasForIt() {
        fill(6, OLD);
        promise(7, NEXT);
        assertThat(said(Word.Prepared.class)).last().extracting(Word.Prepared::barrier)
                .isEqualTo(new Ballot(6, OLD.address()));
        install(7, NEXT, id(6, OLD));

        assertThat(views()).containsExactly(5L, 6L);
    }

    /** More than belongs to view 6 may have been delivered since. */
    @Test
    void aViewThatWasMissedIsNotMadeUpForAfterALaterFill() {
        fill(6, OLD);
        fill(7, NEXT);
        promise(8, OLD);
        install(8, OLD, id(6, OLD));
        assertThat(views()).containsExactly(5L);

        install(8, OLD, id(7, NEXT));
        assertThat(views()).containsExactly(5L, 7L);
    }

    /** It has gone on delivering in the old view. */
    @Test
    void aViewThatWasMissedIsNotMadeUpForAfterARelease() {
        fill(6, OLD);
        promise(7, NEXT);
        told(NEXT, new Word.Release(new Ballot(7, NEXT.address())));
        promise(8, NEXT);
        install(8, NEXT, id(6, OLD));

        assertThat(views()).containsExactly(5L);
    }

    @Test
    void aMemberThatFillsForTheNextViewNoLongerMakesUpForAnEarlierOne() {
        fill(6, OLD);
        promise(7, NEXT);
        told(NEXT, new Word.Fill(new Ballot(7, NEXT.address()), List.of()));
        install(7, NEXT, id(6, OLD));

        assertThat(views()).containsExactly(5L);
    }

    @Test
    void aViewWithoutThisMemberIsNotInstalled() {
        fill(6, OLD);
        Address other = NEXT.address();
        told(OLD, new Word.Install(new Ballot(6, OLD.address()), RosterDelta.whole(
                new Roster(id(6, OLD), List.of(OLD, new Peer(other, null)), List.of(), List.of()))));

        assertThat(views()).containsExactly(5L);
    }
}
