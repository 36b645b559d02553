package dev.muster.protocols.membership;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.api.Address;
import dev.muster.api.Settings;
import dev.muster.api.View;
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
            assertThat(down.contains(new StateSettled())).isEqualTo(chunk == 0);
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
        assertThat(requester.emittedUp().get(0)).isInstanceOf(Event.ViewInstalled.class);
    }

    @Test
    void whenTheProviderIsGoneTheStateIsAskedForAnew() {
        begin();
        requester.clear();

        requester.event(view(3, null, OTHER, REQUESTER));

        assertThat(requester.emittedDown(Event.StateRequested.class)).hasSize(1);
        assertThat(requester.emittedUp(Event.StateFailed.class)).isEmpty();
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

    @Test
    void theFounderNeedsNoState() {
        requester.event(new Event.Connect(true));
        requester.event(view(1, null, REQUESTER));

        requester.advance(Duration.ofMinutes(5));

        assertThat(requester.emittedUp(Event.StateFailed.class)).isEmpty();
        assertThat(requester.emittedDown(Event.StateRequested.class)).isEmpty();
    }
}
