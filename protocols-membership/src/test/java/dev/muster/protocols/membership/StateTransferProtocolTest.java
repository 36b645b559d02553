package dev.muster.protocols.membership;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.api.Address;
import dev.muster.api.Settings;
import dev.muster.api.View;
import dev.muster.api.Wait;
import dev.muster.spi.Event;
import dev.muster.testkit.ProtocolHarness;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A state goes from provider to requester piece by piece, however the pieces and views are timed. */
class StateTransferProtocolTest {

    private static final Address PROVIDER = ProtocolHarness.member(1);
    private static final Address REQUESTER = ProtocolHarness.member(2);
    private static final Address OTHER = ProtocolHarness.member(3);

    private final ProtocolHarness provider = harness(PROVIDER);
    private final ProtocolHarness requester = harness(REQUESTER);

    private static ProtocolHarness harness(Address self) {
        Settings settings = new Settings().set(StateTransferProtocol.WINDOW, 2).set(StateTransferProtocol.CHUNK_SIZE, 100L);
        return ProtocolHarness.of(new StateTransferProtocol.Provider(), settings).self(self).start();
    }

    private static Event.ViewInstalled view(long counter, Address giver, Address... members) {
        View view = ProtocolHarness.view(counter, members);
        return new Event.ViewInstalled(view,
                giver == null ? List.of() : List.of(new Event.StateTransfer(REQUESTER, giver)));
    }

    private void read(View cut, int bytes) {
        Event.ChunkRequested request = provider.emittedUp(Event.ChunkRequested.class).get(0);
        provider.clear();
        provider.event(new Event.ChunkRead(request.transfer(), cut, new byte[bytes], null));
    }

    private void begin() {
        requester.event(new Event.Connect(true));
        provider.event(view(2, PROVIDER, PROVIDER, REQUESTER));
        requester.event(view(2, PROVIDER, PROVIDER, REQUESTER));
    }

    @Test
    void theWholeStateArrivesInOrderAndEndsWithAnEmptyChunk() {
        begin();
        List<Integer> sizes = new ArrayList<>();
        View cut = ProtocolHarness.view(2, PROVIDER, REQUESTER);
        int[] chunks = {100, 50, 70, 0};
        for (int chunk : chunks) {
            read(cut, chunk);
            provider.transferTo(requester);
            for (Event.ChunkReceived received : requester.emittedUp(Event.ChunkReceived.class)) {
                sizes.add(received.chunk().length);
                requester.event(new Event.ChunkWritten(received.view(), null));
            }
            List<Event> down = new ArrayList<>(requester.emittedDown());
            requester.transferTo(provider);
            requester.clear();
            assertThat(down.contains(new StateSettled(true))).isEqualTo(chunk == 0);
        }
        assertThat(sizes).containsExactly(100, 50, 70, 0);
        assertThat(provider.emittedUp(Event.ChunkRequested.class)).isEmpty();
        assertThat(requester.pendingTimers()).isEmpty();
    }

    @Test
    void noMoreThanTheWindowIsUnderWay() {
        begin();
        View cut = ProtocolHarness.view(2, PROVIDER, REQUESTER);
        read(cut, 100);
        read(cut, 100);

        assertThat(provider.emittedUp(Event.ChunkRequested.class)).isEmpty();
    }

    @Test
    void chunksThatComeBeforeTheViewWaitForIt() {
        requester.event(new Event.Connect(true));
        provider.event(view(2, PROVIDER, PROVIDER, REQUESTER));
        read(ProtocolHarness.view(2, PROVIDER, REQUESTER), 10);
        provider.transferTo(requester);
        assertThat(requester.emittedUp(Event.ChunkReceived.class)).isEmpty();

        requester.event(view(2, PROVIDER, PROVIDER, REQUESTER));

        assertThat(requester.emittedUp(Event.ChunkReceived.class)).hasSize(1);
        assertThat(requester.emittedUp().get(0)).isInstanceOf(Event.StateAwaited.class);
        assertThat(requester.emittedUp().get(1)).isInstanceOf(Event.ViewInstalled.class);
    }

    @Test
    void whenTheProviderIsGoneAndNobodyHasASnapshotAtHandTheStateIsAskedForAnew() {
        begin();
        requester.clear();

        requester.event(view(3, null, OTHER, REQUESTER));

        assertThat(requester.emittedDown(Event.StateRequested.class)).hasSize(1);
        assertThat(requester.emittedUp(Event.StateFailed.class)).isEmpty();
    }

    /** A group of three with all that has been received of a state by now; the other has a snapshot of it at hand. */
    private ProtocolHarness beginWithStandby(int... chunks) {
        ProtocolHarness other = harness(OTHER);
        List<ProtocolHarness> all = List.of(provider, other, requester);
        provider.event(view(1, null, PROVIDER, OTHER));
        other.event(view(1, null, PROVIDER, OTHER));
        requester.event(new Event.Connect(true));
        all.forEach(member -> member.event(view(2, PROVIDER, PROVIDER, OTHER, REQUESTER)));
        int position = 0;
        for (int length : chunks) {
            Event.ChunkRequested request = provider.emittedUp(Event.ChunkRequested.class).get(0);
            provider.clear();
            provider.event(new Event.ChunkRead(request.transfer(), request.view(), bytes(position, length), null));
            provider.transferTo(requester);
            requester.event(new Event.ChunkWritten(request.view(), null));
            requester.transferTo(provider);
            position += length;
        }
        return other;
    }

    private static byte[] bytes(int position, int length) {
        byte[] bytes = new byte[length];
        for (int index = 0; index < length; index++) {
            bytes[index] = (byte) ((position + index) * 31);
        }
        return bytes;
    }

    private static List<Event.ChunkReceived> received(ProtocolHarness member) {
        return member.emittedUp(Event.ChunkReceived.class);
    }

    /** The other reads that much of its snapshot, however much it is asked for. */
    private static void readAt(ProtocolHarness other, byte[] chunk) {
        Event.ChunkRequested request = other.emittedUp(Event.ChunkRequested.class).get(0);
        other.clear();
        other.event(new Event.ChunkRead(request.transfer(), request.view(), chunk, null));
    }

    @Test
    void whenTheProviderIsGoneWhoHasASnapshotOfTheSameCutAtHandGoesOnAtTheSameByte() {
        ProtocolHarness other = beginWithStandby(100, 50);
        assertThat(other.emittedUp(Event.SnapshotPrepared.class)).hasSize(1);
        requester.clear();
        requester.event(view(3, null, OTHER, REQUESTER));
        other.event(view(3, null, OTHER, REQUESTER));
        requester.transferTo(other);

        readAt(other, bytes(0, 90));
        assertThat(other.passedDown()).as("what the requester has is not sent again").isEmpty();
        readAt(other, bytes(90, 90));
        other.transferTo(requester);
        readAt(other, new byte[0]);
        other.transferTo(requester);

        assertThat(requester.emittedDown(Event.StateRequested.class)).isEmpty();
        assertThat(received(requester)).hasSize(2);
        assertThat(received(requester).get(0).chunk()).isEqualTo(bytes(150, 30));
        assertThat(received(requester).get(1).chunk()).isEmpty();
        received(requester).forEach(chunk -> requester.event(new Event.ChunkWritten(chunk.view(), null)));
        assertThat(requester.emittedDown(StateSettled.class)).containsExactly(new StateSettled(true));
    }

    @Test
    void aSnapshotAtHandThatDiffersIsNotGoneOnWith() {
        ProtocolHarness other = beginWithStandby(100, 50);
        requester.clear();
        requester.event(view(3, null, OTHER, REQUESTER));
        requester.transferTo(other);

        byte[] different = bytes(0, 100);
        different[99]++;
        readAt(other, different);
        readAt(other, bytes(100, 100));
        assertThat(other.emittedUp(Event.SnapshotReleased.class)).hasSize(1);
        other.transferTo(requester);

        assertThat(requester.emittedUp(Event.ChunkReceived.class)).isEmpty();
        assertThat(requester.emittedDown(Event.StateRequested.class)).hasSize(1);
    }

    @Test
    void aSnapshotAtHandThatIsShorterIsNotGoneOnWith() {
        ProtocolHarness other = beginWithStandby(100, 50);
        requester.clear();
        requester.event(view(3, null, OTHER, REQUESTER));
        requester.transferTo(other);

        readAt(other, bytes(0, 100));
        readAt(other, new byte[0]);
        other.transferTo(requester);

        assertThat(requester.emittedDown(Event.StateRequested.class)).hasSize(1);
    }

    @Test
    void whoHasNoSnapshotAtHandSaysSoAndTheStateIsAskedForAnew() {
        beginWithStandby(100);
        ProtocolHarness forgetful = harness(OTHER);
        forgetful.event(view(3, null, OTHER, REQUESTER));
        requester.clear();
        requester.event(view(3, null, OTHER, REQUESTER));

        requester.transferTo(forgetful);
        forgetful.transferTo(requester);

        assertThat(requester.emittedDown(Event.StateRequested.class)).hasSize(1);
    }

    @Test
    void aProviderThatFailsIsGoneOnWithoutToo() {
        ProtocolHarness other = beginWithStandby(100);
        Event.ChunkRequested request = provider.emittedUp(Event.ChunkRequested.class).get(0);
        provider.event(new Event.ChunkRead(request.transfer(), request.view(), new byte[0], "disk full"));
        requester.clear();
        provider.transferTo(requester);
        requester.transferTo(other);

        assertThat(other.emittedUp(Event.ChunkRequested.class)).hasSize(1);
        assertThat(requester.emittedDown(Event.StateRequested.class)).isEmpty();
    }

    @Test
    void whenAllHasBeenReceivedTheProviderMayGo() {
        ProtocolHarness other = beginWithStandby(100);
        readAt(provider, new byte[0]);
        requester.clear();
        provider.transferTo(requester);
        requester.event(view(3, null, OTHER, REQUESTER));
        assertThat(requester.transferTo(other)).isZero();

        requester.event(new Event.ChunkWritten(received(requester).get(0).view(), null));

        assertThat(requester.emittedDown(StateSettled.class)).containsExactly(new StateSettled(true));
    }

    @Test
    void aSnapshotAtHandIsReleasedWhenTheRequesterHasAll() {
        ProtocolHarness other = beginWithStandby(100);
        readAt(provider, new byte[0]);
        provider.transferTo(requester);
        requester.event(new Event.ChunkWritten(received(requester).get(0).view(), null));

        requester.transferTo(other);

        assertThat(other.emittedUp(Event.SnapshotReleased.class)).hasSize(1);
    }

    @Test
    void aSnapshotAtHandIsReleasedThoughTheRequesterHadAllBeforeTheViewWasHere() {
        ProtocolHarness other = harness(OTHER);
        other.event(view(1, null, PROVIDER, OTHER));
        requester.event(new Event.Connect(true));
        provider.event(view(2, PROVIDER, PROVIDER, OTHER, REQUESTER));
        requester.event(view(2, PROVIDER, PROVIDER, OTHER, REQUESTER));
        readAt(provider, new byte[0]);
        provider.transferTo(requester);
        requester.event(new Event.ChunkWritten(received(requester).get(0).view(), null));
        requester.transferTo(other);

        other.event(view(2, PROVIDER, PROVIDER, OTHER, REQUESTER));

        assertThat(other.emittedUp(Event.SnapshotReleased.class)).hasSize(1);
    }

    @Test
    void aStateThatIsCutAnewReleasesTheSnapshotsOfTheOldCut() {
        ProtocolHarness other = beginWithStandby(100);
        provider.clear();
        other.clear();

        provider.event(view(3, OTHER, PROVIDER, OTHER, REQUESTER));
        other.event(view(3, OTHER, PROVIDER, OTHER, REQUESTER));

        assertThat(provider.emittedUp(Event.SnapshotReleased.class)).hasSize(1);
        assertThat(other.emittedUp(Event.SnapshotReleased.class)).hasSize(1);
        assertThat(other.emittedUp(Event.ChunkRequested.class)).hasSize(1);
    }

    /** It has not delivered what the provider has. */
    @Test
    void whoCameInAtTheCutKeepsNoSnapshotAtHand() {
        ProtocolHarness newcomer = harness(OTHER);
        newcomer.event(new Event.Connect(false));

        newcomer.event(view(2, PROVIDER, PROVIDER, OTHER, REQUESTER));

        assertThat(newcomer.emittedUp(Event.SnapshotPrepared.class)).isEmpty();
    }

    @Test
    void aMemberThatNobodyIsCalledIsAskedForInVainAtOnce() {
        requester.event(new Event.Connect(true, "nobody"));

        requester.event(view(2, null, PROVIDER, REQUESTER));

        assertThat(requester.emittedUp(Event.StateFailed.class)).hasSize(1);
        assertThat(requester.emittedUp(Event.StateFailed.class).get(0).reason()).contains("'nobody'",
                PROVIDER.toString());
        assertThat(requester.emittedDown(StateSettled.class)).containsExactly(new StateSettled(false));
        requester.advance(Duration.ofMinutes(5));
        assertThat(requester.emittedDown(Event.StateRequested.class)).isEmpty();

        requester.event(new Event.StateRequested("nobody"));
        assertThat(requester.emittedUp(Event.StateFailed.class)).hasSize(2);
    }

    @Test
    void whoAskedInVainStillHasWhatItHadButNotIfItHadBegunToTakeAnother() {
        ProtocolHarness other = harness(REQUESTER);
        other.event(new Event.Connect(false));
        other.event(view(2, null, PROVIDER, REQUESTER));
        other.event(new Event.StateRequested());
        other.advance(Duration.ofMinutes(5));
        assertThat(other.emittedDown(StateSettled.class)).containsExactly(new StateSettled(true));

        other.clear();
        other.event(new Event.StateRequested());
        other.event(view(3, PROVIDER, PROVIDER, REQUESTER));
        other.advance(Duration.ofMinutes(5));
        assertThat(other.emittedDown(StateSettled.class)).containsExactly(new StateSettled(false));
    }

    @Test
    void ifTheNamedMemberIsGoneAnybodyWillDo() {
        requester.event(new Event.Connect(true, PROVIDER.id()));
        requester.event(view(2, PROVIDER, PROVIDER, REQUESTER));
        requester.clear();

        requester.event(view(3, null, OTHER, REQUESTER));

        assertThat(requester.emittedDown(Event.StateRequested.class)).containsExactly(new Event.StateRequested());
    }

    @Test
    void anApplicationThatTakesNoChunkForLongIsReportedAndTheProviderIsKept() {
        begin();
        read(ProtocolHarness.view(2, PROVIDER, REQUESTER), 100);
        provider.transferTo(requester);
        requester.clear();

        requester.advance(Duration.ofSeconds(40));

        assertThat(requester.emittedUp(Event.StateOverdue.class)).isNotEmpty();
        assertThat(requester.emittedDown(Event.StateRequested.class)).isEmpty();
    }

    @Test
    void whenNobodyEverGivesTheStateTheRequesterGivesUp() {
        requester.event(new Event.Connect(true));
        requester.event(view(3, null, OTHER, REQUESTER));

        requester.advance(Duration.ofMinutes(5));

        assertThat(requester.emittedDown(Event.StateRequested.class)).hasSize(3);
        assertThat(requester.emittedUp(Event.StateFailed.class)).hasSize(1);
    }

    @Test
    void aFailingProviderIsReportedWithItsReason() {
        begin();
        requester.clear();
        Event.ChunkRequested request = provider.emittedUp(Event.ChunkRequested.class).get(0);
        provider.event(new Event.ChunkRead(request.transfer(), request.view(), new byte[0], "disk full"));
        provider.transferTo(requester);

        assertThat(requester.emittedDown(Event.StateRequested.class)).hasSize(1);
    }

    private static Wait.Reason reason(ProtocolHarness member) {
        List<Wait> waits = member.layer(StateTransferProtocol.class).waits();
        return waits.isEmpty() ? null : waits.get(0).reason();
    }

    @Test
    void whoAsksWhyIsToldWhetherTheProviderOrTheApplicationIsWaitedFor() {
        assertThat(reason(requester)).isNull();
        begin();
        assertThat(reason(requester)).isEqualTo(Wait.Reason.STATE);

        read(ProtocolHarness.view(2, PROVIDER, REQUESTER), 0);
        provider.transferTo(requester);
        assertThat(reason(requester)).isEqualTo(Wait.Reason.APPLICATION);

        requester.event(new Event.ChunkWritten(received(requester).get(0).view(), null));
        assertThat(reason(requester)).isNull();
    }

    @Test
    void theFounderNeedsNoState() {
        requester.event(new Event.Connect(true));
        requester.event(view(1, null, REQUESTER));

        requester.advance(Duration.ofMinutes(5));

        assertThat(requester.emittedUp(Event.StateFailed.class)).isEmpty();
        assertThat(requester.emittedDown(Event.StateRequested.class)).isEmpty();
    }
}
