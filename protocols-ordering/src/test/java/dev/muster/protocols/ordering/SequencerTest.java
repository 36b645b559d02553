package dev.muster.protocols.ordering;

import static dev.muster.protocols.ordering.Members.data;
import static dev.muster.protocols.ordering.Members.delivered;
import static dev.muster.testkit.ProtocolHarness.member;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.api.Flag;
import dev.muster.api.Wait;
import dev.muster.spi.Packet;
import dev.muster.testkit.ProtocolHarness;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class SequencerTest {

    private final ProtocolHarness coordinator = Members.inView(new Sequencer.Provider(), 1);
    private final ProtocolHarness other = Members.inView(new Sequencer.Provider(), 2);

    @Test
    void whatHasNoPlaceInTheOrderSaysForHowLong() {
        other.up(data(3, "c1")).up(data(2, "b1"));
        other.advance(Duration.ofMillis(49));
        assertThat(other.layer(Sequencer.class).waits()).as("its place may be under way").isEmpty();
        other.advance(Duration.ofMillis(1));
        assertThat(other.layer(Sequencer.class).waits()).containsExactly(new Wait(Wait.Reason.ORDER,
                "messages that the coordinator has given no place yet: 2", List.of(member(1)), Duration.ofMillis(50)));
        other.up(Packet.toGroup().from(member(1), 1).with(new OrderHeader(1, List.of(new OrderHeader.Run(2, 1)))));
        assertThat(other.layer(Sequencer.class).waits()).as("it goes on").isEmpty();
    }

    @Test
    void theOrderOfTheCoordinatorIsTheOrderOfAllItselfIncluded() {
        coordinator.up(data(3, "c1")).up(data(2, "b1")).up(data(1, "a1"));
        other.up(data(1, "a1")).up(data(2, "b1")).up(data(3, "c1"));
        assertThat(delivered(coordinator)).isEmpty();
        assertThat(delivered(other)).isEmpty();

        for (Packet announcement : Members.sent(coordinator)) {
            coordinator.up(announcement);
            other.up(announcement);
        }

        assertThat(delivered(coordinator)).containsExactly("c1", "b1", "a1").isEqualTo(delivered(other));
        assertThat(coordinator.passedUp()).allMatch(packet -> packet.has(Packet.ONE_LANE));
    }

    @Test
    void packetsThatComeTogetherGetOneAnnouncement() {
        coordinator.up(List.of(data(2, "b1"), data(2, "b2"), data(3, "c1"), data(2, "b3")));

        assertThat(coordinator.passedDown()).hasSize(1);
        assertThat(coordinator.passedDown().get(0).header(OrderHeader.class).runs()).containsExactly(
                new OrderHeader.Run(1, 2), new OrderHeader.Run(2, 1), new OrderHeader.Run(1, 1));
    }

    @Test
    void anAnnouncementWaitsForThePacketsItSpeaksOf() {
        other.up(data(3, "c1"));
        other.up(Packet.toGroup().from(member(1), 1)
                .with(new OrderHeader(1, List.of(new OrderHeader.Run(1, 1), new OrderHeader.Run(2, 1)))));
        assertThat(delivered(other)).isEmpty();

        other.up(data(2, "b1"));

        assertThat(delivered(other)).containsExactly("b1", "c1");
    }

    @Test
    void whatHasNoPlaceAtTheEndOfAViewGoesSenderBySenderBeforeTheNextView() {
        other.up(data(3, "c1")).up(data(2, "b1")).up(data(3, "c2")).up(data(1, "a1"));
        other.up(Packet.toGroup().from(member(1), 1).with(new OrderHeader(1, List.of(new OrderHeader.Run(2, 1)))));

        other.event(Members.view(2));

        assertThat(delivered(other)).containsExactly("c1", "a1", "b1", "c2");
    }

    @Test
    void aPlaceOfAPacketThatNobodyHasAnyMoreIsSkippedAtTheEndOfTheView() {
        other.up(data(3, "c1")).up(data(1, "a1"));
        other.up(Packet.toGroup().from(member(1), 1)
                .with(new OrderHeader(1, List.of(new OrderHeader.Run(1, 1), new OrderHeader.Run(2, 1)))));

        other.event(Members.view(2));

        assertThat(delivered(other)).containsExactly("c1", "a1");
    }

    @Test
    void whatWasSaidInAnotherViewOrBySomebodyElseMeansNothing() {
        other.up(data(2, "b1"));
        other.up(Packet.toGroup().from(member(3), 1).with(new OrderHeader(1, List.of(new OrderHeader.Run(1, 1)))));
        other.up(Packet.toGroup().from(member(1), 1).with(new OrderHeader(7, List.of(new OrderHeader.Run(1, 1)))));

        assertThat(delivered(other)).isEmpty();
    }

    @Test
    void whoIsAloneWaitsForNothing() {
        other.event(ProtocolHarness.viewInstalled(2, member(2)));

        other.up(data(2, "b1"));

        assertThat(delivered(other)).containsExactly("b1");
        assertThat(other.passedDown()).isEmpty();
    }

    @Test
    void packetsOutOfBandPassAtOnce() {
        other.up(data(2, "late")).up(data(2, "oob").withFlags(Flag.OOB.bit()));

        assertThat(delivered(other)).containsExactly("oob");
    }
}
