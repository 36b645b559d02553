package dev.muster.protocols.reliability;

import static dev.muster.testkit.ProtocolHarness.member;
import static dev.muster.testkit.ProtocolHarness.viewInstalled;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.api.Address;
import dev.muster.api.Settings;
import dev.muster.api.Wait;
import dev.muster.spi.Event;
import dev.muster.spi.Packet;
import dev.muster.spi.ProtocolProvider;
import dev.muster.testkit.ProtocolHarness;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What layers say when somebody asks why a message does not come through. */
class ReasonsTest {

    private static final Address TWO = member(2);
    private static final Address THREE = member(3);
    private static final Event.ViewInstalled VIEW = viewInstalled(5, member(1), TWO, THREE);

    private static ProtocolHarness started(ProtocolProvider provider, Settings settings) {
        return ProtocolHarness.of(provider, settings).start().event(VIEW).clear();
    }

    private static Packet packet(Packet to, int bytes) {
        return TestCluster.numbered(to, 1, bytes).withFlags(Packet.DATA);
    }

    @Test
    void whoWaitsForCreditNamesThoseWhoOweItAndForHowLong() {
        ProtocolHarness harness = started(new FlowControl.Provider(), new Settings().set(FlowControl.MAX_CREDITS, 10_000L));
        FlowControl flow = harness.layer(FlowControl.class);
        assertThat(flow.waits()).isEmpty();
        harness.down(packet(Packet.toGroup(), 10_000));
        harness.event(new Event.Consumed(harness.self(), true, 10_000));
        harness.up(Packet.to(harness.self()).from(TWO, 1).with(new FlowControlHeader(FlowControlHeader.GRANT_GROUP, 9_000)));
        assertThat(flow.waits()).as("nothing waits while nothing is to be sent").isEmpty();
        harness.down(packet(Packet.toGroup(), 700));
        harness.down(packet(Packet.toGroup(), 300));
        harness.advance(Duration.ofMillis(1_200));
        Wait wait = flow.waits().get(0);
        assertThat(flow.waits()).hasSize(1);
        assertThat(wait.reason()).isEqualTo(Wait.Reason.CREDIT);
        assertThat(wait.members()).contains(THREE).doesNotContain(TWO);
        assertThat(wait.lasting()).isEqualTo(Duration.ofMillis(1_200));
        assertThat(wait.what()).isEqualTo("packets to the group: 2, bytes: 1000");

        harness.event(viewInstalled(6, member(1), TWO));
        harness.event(new Event.Consumed(harness.self(), true, 10_000));
        assertThat(flow.waits()).filteredOn(left -> left.members().contains(THREE)).as("who left owes nothing").isEmpty();
    }

    @Test
    void whoWaitsForOneMembersCreditSaysSo() {
        ProtocolHarness harness = started(new FlowControl.Provider(), new Settings().set(FlowControl.MAX_CREDITS, 10_000L));
        harness.down(packet(Packet.to(TWO), 10_000));
        harness.down(packet(Packet.to(TWO), 10));
        assertThat(harness.layer(FlowControl.class).waits()).singleElement()
                .satisfies(wait -> assertThat(wait.members()).containsExactly(TWO));
    }

    @Test
    void whoMissesGroupPacketsSaysWhichOfWhomAndHowOftenItHasAsked() {
        ProtocolHarness harness = started(new Nakack.Provider(), new Settings());
        Nakack nakack = harness.layer(Nakack.class);
        for (long sequence : new long[] {1, 3, 20}) {
            harness.up(packet(Packet.toGroup(), 8).from(TWO, 1).with(NakackHeader.data(VIEW.view().id(), sequence)));
        }
        assertThat(nakack.waits()).as("it may only be late").isEmpty();
        harness.advance(Duration.ofMillis(100));
        assertThat(nakack.waits()).singleElement().satisfies(wait -> {
            assertThat(wait.reason()).isEqualTo(Wait.Reason.RETRANSMISSION);
            assertThat(wait.members()).containsExactly(TWO);
            assertThat(wait.lasting()).isEqualTo(Duration.ofMillis(100));
            assertThat(wait.what()).isEqualTo("group packets 2, 4–19 of " + TWO
                    + " in view 5, asked for: 2 times, missing or behind: 19");
        });
        for (long sequence = 2; sequence < 20; sequence++) {
            harness.up(packet(Packet.toGroup(), 8).from(TWO, 1).with(NakackHeader.data(VIEW.view().id(), sequence)));
        }
        assertThat(nakack.waits()).isEmpty();
    }

    @Test
    void groupPacketsThatAViewChangeHoldsBackSaySo() {
        ProtocolHarness harness = started(new Nakack.Provider(), new Settings());
        harness.event(new Event.Flush());
        harness.down(packet(Packet.toGroup(), 8));
        harness.advance(Duration.ofMillis(70));
        assertThat(harness.layer(Nakack.class).waits()).containsExactly(new Wait(Wait.Reason.VIEW,
                "packets to the group that have no number yet: 1", List.of(), Duration.ofMillis(70)));
        harness.event(new Event.FlushEnded());
        assertThat(harness.layer(Nakack.class).waits()).isEmpty();
    }

    @Test
    void whoGetsNoAcknowledgementSaysFromWhomAndHowOftenItHasSentAgain() {
        ProtocolHarness harness = started(new Unicast.Provider(), new Settings());
        harness.down(packet(Packet.to(TWO), 8));
        harness.advance(Duration.ofMillis(99));
        assertThat(harness.layer(Unicast.class).waits()).as("it may only be late").isEmpty();
        harness.advance(Duration.ofMillis(401));
        assertThat(harness.layer(Unicast.class).waits()).containsExactly(new Wait(Wait.Reason.ACKNOWLEDGEMENT,
                "packets not acknowledged: 1, sent again: 2 times", List.of(TWO), Duration.ofMillis(500)));
    }

    @Test
    void whoMissesAPacketOfOneMemberSaysWhichAndSinceWhen() {
        ProtocolHarness harness = started(new Unicast.Provider(), new Settings());
        harness.up(toSelf(harness, UnicastHeader.OPENING, 1));
        harness.up(toSelf(harness, 0, 3)).up(toSelf(harness, 0, 4));
        assertThat(harness.layer(Unicast.class).waits()).as("it may only be late").isEmpty();
        harness.advance(Duration.ofMillis(30)).up(toSelf(harness, 0, 5)).advance(Duration.ofMillis(40));
        assertThat(harness.layer(Unicast.class).waits()).containsExactly(new Wait(Wait.Reason.RETRANSMISSION,
                "packet 2 is missing, behind it: 3", List.of(TWO), Duration.ofMillis(70)));
        harness.up(toSelf(harness, 0, 2));
        assertThat(harness.layer(Unicast.class).waits()).isEmpty();
    }

    private static Packet toSelf(ProtocolHarness harness, int flags, long sequence) {
        return packet(Packet.to(harness.self()), 8).from(TWO, 1).with(UnicastHeader.data(flags, 77, sequence, 0, 0));
    }

    @Test
    void whoHasSentMoreThanItsShareOfWhatMayBeUnstableSaysHowMuch() {
        ProtocolHarness harness = started(new Stable.Provider(), new Settings().set(Stable.MAX_UNSTABLE, 300_000L));
        assertThat(harness.layer(Stable.class).waits()).isEmpty();
        harness.up(packet(Packet.toGroup(), 300_000).from(harness.self(), 1)).advance(Duration.ofMillis(90));
        assertThat(harness.layer(Stable.class).waits()).singleElement().satisfies(wait -> {
            assertThat(wait.reason()).isEqualTo(Wait.Reason.STABILITY);
            assertThat(wait.what()).startsWith("bytes of this member that perhaps not all members have: 300").contains("share: ");
            assertThat(wait.lasting()).isEqualTo(Duration.ofMillis(90));
        });
        harness.event(viewInstalled(6, member(1), TWO));
        assertThat(harness.layer(Stable.class).waits()).isEmpty();
    }

    @Test
    void whoHasRunOutOfNumbersUntilSomePacketsAreStableSaysSo() {
        ProtocolHarness harness = started(new Nakack.Provider(), new Settings());
        for (int count = 0; count < 1 << 16; count++) {
            harness.down(packet(Packet.toGroup(), 8));
        }
        assertThat(harness.clear().layer(Nakack.class).waits()).isEmpty();
        harness.down(packet(Packet.toGroup(), 8));
        assertThat(harness.layer(Nakack.class).waits()).containsExactly(new Wait(Wait.Reason.STABILITY,
                "packets to the group that have no number yet: 1, not known to be with all members: 65536", List.of(),
                Duration.ZERO));
    }

    @Test
    void aLargeMessageOfWhichPartsAreMissingSaysHowMuchHasCome() {
        ProtocolHarness harness = started(new Fragmentation.Provider(), new Settings());
        harness.up(packet(Packet.to(harness.self()), 700).from(TWO, 1)
                .with(new FragmentHeader(false, false, 1, 0, 0, 50_000)));
        harness.advance(Duration.ofMillis(20));
        assertThat(harness.layer(Fragmentation.class).waits()).containsExactly(new Wait(Wait.Reason.FRAGMENTS,
                "the rest of a large message, of which has come: 700 bytes", List.of(TWO), Duration.ofMillis(20)));
    }

    @Test
    void aLargeMessageThatIsUnderWayWaitsForNothing() {
        ProtocolHarness harness = started(new Fragmentation.Provider(), new Settings().set(Fragmentation.FRAG_SIZE, 1_000L));
        harness.down(packet(Packet.toGroup(), 50_000).withFlags(Packet.SINGLE));
        assertThat(harness.layer(Fragmentation.class).waits()).isEmpty();
    }

    @Test
    void aLargeMessageThatIsHeldBackSaysHowFarItHasCome() {
        ProtocolHarness harness = started(new Fragmentation.Provider(), new Settings().set(Fragmentation.FRAG_SIZE, 1_000L));
        harness.event(new Event.SendingPaused(null));
        harness.down(packet(Packet.toGroup(), 50_000).withFlags(Packet.SINGLE));
        harness.advance(Duration.ofMillis(30));
        assertThat(harness.layer(Fragmentation.class).waits()).singleElement().satisfies(wait -> {
            assertThat(wait.reason()).isEqualTo(Wait.Reason.FRAGMENTS);
            assertThat(wait.what()).contains("messages to the group: 1", "layers below hold back");
            assertThat(wait.lasting()).isEqualTo(Duration.ofMillis(30));
        });
    }
}
