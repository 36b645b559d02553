package dev.muster.protocols.reliability;

import static dev.muster.testkit.ProtocolHarness.member;
import static dev.muster.testkit.ProtocolHarness.viewInstalled;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.api.Address;
import dev.muster.api.Settings;
import dev.muster.spi.Digest;
import dev.muster.spi.Event;
import dev.muster.spi.Packet;
import dev.muster.spi.RankedNumbers;
import dev.muster.testkit.ProtocolHarness;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StableTest {

    private static final Address ONE = member(1);
    private static final Address TWO = member(2);
    private static final Address THREE = member(3);
    private static final Event.ViewInstalled VIEW = viewInstalled(5, ONE, TWO, THREE);

    private ProtocolHarness started(Address self, Settings settings) {
        return ProtocolHarness.of(new Stable.Provider(), settings).self(self).start().event(VIEW);
    }

    private static void deliver(ProtocolHarness harness, Address sender, int bytes) {
        harness.up(TestCluster.numbered(Packet.toGroup(), 1, bytes).from(sender, 1));
    }

    private static void progress(ProtocolHarness harness, long one, long two) {
        harness.event(new Event.DigestReported(new Digest(VIEW.view().id(), Map.of(ONE, one, TWO, two), Map.of())));
    }

    private static Packet report(Address from, long... delivered) {
        return Packet.to(ONE).from(from, 1).withFlags(Packet.UNRELIABLE)
                .with(new StableHeader(StableHeader.REPORT, VIEW.view().id(), RankedNumbers.of(delivered)));
    }

    private static List<StableHeader> sent(ProtocolHarness harness, int kind) {
        return harness.passedDown().stream().map(packet -> packet.header(StableHeader.class))
                .filter(header -> header.kind() == kind).toList();
    }

    @Test
    void aMemberReportsToTheCoordinatorAfterSoManyBytes() {
        ProtocolHarness harness = started(TWO, new Settings().set(Stable.MAX_BYTES, 10_000L));
        deliver(harness, ONE, 9_000);
        assertThat(harness.emittedDown(Event.DigestRequested.class)).isEmpty();
        deliver(harness, ONE, 1_000);
        assertThat(harness.emittedDown(Event.DigestRequested.class)).hasSize(1);
        progress(harness, 2, 0);
        assertThat(sent(harness, StableHeader.REPORT)).singleElement()
                .isEqualTo(new StableHeader(StableHeader.REPORT, VIEW.view().id(), RankedNumbers.of(2)));
        assertThat(harness.passedDown().get(0).destination()).isEqualTo(ONE);
        assertThat(harness.passedDown().get(0).has(Packet.UNRELIABLE)).isTrue();
    }

    @Test
    void theCoordinatorTellsTheLeastOnceEverybodyHasReported() {
        ProtocolHarness harness = started(ONE, new Settings());
        harness.up(report(TWO, 5, 7)).up(report(THREE, 3, 9, 4));
        assertThat(harness.passedDown()).isEmpty();
        progress(harness, 8, 6);
        assertThat(sent(harness, StableHeader.STABLE)).singleElement()
                .isEqualTo(new StableHeader(StableHeader.STABLE, VIEW.view().id(), RankedNumbers.of(3, 6)));
        assertThat(harness.emittedDown(Event.Stable.class)).singleElement()
                .extracting(event -> event.digest().delivered()).isEqualTo(Map.of(ONE, 3L, TWO, 6L));
        harness.clear().up(report(TWO, 9, 9)).up(report(TWO, 10, 10)).up(report(THREE, 9, 9));
        assertThat(harness.passedDown()).isEmpty();
    }

    @Test
    void aMemberLearnsWhatIsStableFromItsCoordinatorOnlyAndInItsViewOnly() {
        ProtocolHarness harness = started(TWO, new Settings());
        StableHeader word = new StableHeader(StableHeader.STABLE, VIEW.view().id(), RankedNumbers.of(1));
        harness.up(Packet.toGroup().from(THREE, 1).with(word));
        harness.up(Packet.toGroup().from(ONE, 1).with(new StableHeader(StableHeader.STABLE,
                viewInstalled(4, ONE).view().id(), RankedNumbers.of(1))));
        assertThat(harness.emittedDown()).isEmpty();
        harness.up(Packet.toGroup().from(ONE, 1).with(word));
        assertThat(harness.emittedDown(Event.Stable.class)).hasSize(1);
        assertThat(harness.passedUp()).isEmpty();
    }

    @Test
    void anIdleMemberReportsUntilItKnowsThatEverythingIsStableAndThenIsSilent() {
        ProtocolHarness harness = started(TWO, new Settings());
        deliver(harness, ONE, 100);
        harness.advance(Duration.ofSeconds(1));
        assertThat(harness.emittedDown(Event.DigestRequested.class)).hasSize(1);
        progress(harness, 1, 0);
        harness.clear().advance(Duration.ofSeconds(3));
        assertThat(harness.emittedDown(Event.DigestRequested.class)).hasSizeBetween(2, 3);
        harness.up(Packet.toGroup().from(ONE, 1)
                .with(new StableHeader(StableHeader.STABLE, VIEW.view().id(), RankedNumbers.of(1))));
        harness.advance(Duration.ofSeconds(2)).clear().advance(Duration.ofMinutes(1));
        assertThat(harness.emittedDown()).isEmpty();
        assertThat(harness.pendingTimers()).isEmpty();
    }

    @Test
    void theCoordinatorTellsAgainWhoeverMissedTheOutcome() {
        ProtocolHarness harness = started(ONE, new Settings());
        progress(harness, 4, 4);
        harness.up(report(TWO, 4, 4)).up(report(THREE, 4, 4)).clear();
        harness.up(report(THREE, 4, 4));
        assertThat(harness.passedDown()).singleElement().satisfies(packet -> {
            assertThat(packet.destination()).isEqualTo(THREE);
            assertThat(packet.header(StableHeader.class).kind()).isEqualTo(StableHeader.STABLE);
        });
    }

    @Test
    void aSenderWithTooMuchUnstableStopsAndAsksUntilItIsLess() {
        ProtocolHarness harness = started(TWO, new Settings().set(Stable.MAX_UNSTABLE, 900_000L));
        for (int i = 1; i <= 6; i++) {
            deliver(harness, TWO, 60_000);
            progress(harness, 0, i);
        }
        assertThat(harness.emittedUp(Event.SendingPaused.class)).hasSize(1);
        harness.clear().advance(Duration.ofMillis(200));
        assertThat(sent(harness, StableHeader.ASK)).hasSizeBetween(3, 5);
        harness.up(Packet.toGroup().from(ONE, 1)
                .with(new StableHeader(StableHeader.STABLE, VIEW.view().id(), RankedNumbers.of(0, 2))));
        assertThat(harness.emittedUp(Event.SendingResumed.class)).isEmpty();
        harness.up(Packet.toGroup().from(ONE, 1)
                .with(new StableHeader(StableHeader.STABLE, VIEW.view().id(), RankedNumbers.of(0, 6))));
        assertThat(harness.emittedUp(Event.SendingResumed.class)).hasSize(1);
    }

    @Test
    void aViewEndsAPause() {
        ProtocolHarness harness = started(TWO, new Settings().set(Stable.MAX_UNSTABLE, 100_000L));
        deliver(harness, TWO, 200_000);
        assertThat(harness.emittedUp(Event.SendingPaused.class)).hasSize(1);
        harness.event(viewInstalled(6, ONE, TWO));
        assertThat(harness.emittedUp(Event.SendingResumed.class)).hasSize(1);
        assertThat(harness.pendingTimers()).isEmpty();
    }

    @Test
    void theCoordinatorAsksEverybodyOnceWhenOneWaits() {
        ProtocolHarness harness = started(ONE, new Settings());
        Packet ask = Packet.to(ONE).from(TWO, 1).with(StableHeader.ask(VIEW.view().id()));
        harness.up(ask).up(ask);
        assertThat(sent(harness, StableHeader.ASK)).hasSize(1);
        progress(harness, 1, 1);
        harness.up(report(TWO, 1, 1)).up(report(THREE, 1, 1));
        assertThat(sent(harness, StableHeader.STABLE)).hasSize(1);
    }
}
