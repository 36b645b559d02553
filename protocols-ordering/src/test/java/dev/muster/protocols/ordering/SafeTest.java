package dev.muster.protocols.ordering;

import static dev.muster.protocols.ordering.Members.data;
import static dev.muster.protocols.ordering.Members.delivered;
import static dev.muster.testkit.ProtocolHarness.member;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.api.Flag;
import dev.muster.api.Wait;
import dev.muster.spi.Packet;
import dev.muster.spi.RankedNumbers;
import dev.muster.testkit.ProtocolHarness;
import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SafeTest {

    private final ProtocolHarness coordinator = Members.inView(new Safe.Provider(), 1);
    private final ProtocolHarness two = Members.inView(new Safe.Provider(), 2);
    private final ProtocolHarness three = Members.inView(new Safe.Provider(), 3);

    /** Let all report, and the coordinator announce. */
    private void exchange() {
        List.of(coordinator, two, three).forEach(each -> each.advance(Duration.ofMillis(5)));
        Members.sent(two).forEach(coordinator::up);
        Members.sent(three).forEach(coordinator::up);
        for (Packet announcement : Members.sent(coordinator)) {
            List.of(coordinator, two, three).forEach(each -> each.up(announcement));
        }
    }

    @Test
    void nothingIsDeliveredBeforeEverybodyHasIt() {
        coordinator.up(data(2, "b1"));
        two.up(data(2, "b1"));
        exchange();
        assertThat(delivered(coordinator)).isEmpty();
        assertThat(delivered(two)).isEmpty();

        three.up(data(2, "b1"));
        exchange();

        List.of(coordinator, two, three).forEach(each -> assertThat(delivered(each)).containsExactly("b1"));
        assertThat(two.passedUp()).allMatch(packet -> packet.has(Packet.ONE_LANE));
    }

    @Test
    void whatNotEverybodyIsKnownToHaveSaysForHowLong() {
        two.up(data(2, "b1")).advance(Duration.ofMillis(60));
        assertThat(two.layer(Safe.class).waits()).containsExactly(new Wait(Wait.Reason.ORDER,
                "messages that not all members are known to have: 1", List.of(member(1)), Duration.ofMillis(60)));
        coordinator.up(data(2, "b1"));
        three.up(data(2, "b1"));
        exchange();
        assertThat(two.advance(Duration.ofMillis(60)).layer(Safe.class).waits()).isEmpty();
    }

    @Test
    void theOrderInWhichPacketsCameIsKept() {
        for (ProtocolHarness each : List.of(coordinator, two)) {
            each.up(data(2, "b1")).up(data(3, "c1"));
        }
        three.up(data(3, "c1"));
        exchange();
        assertThat(delivered(two)).isEmpty();
        assertThat(delivered(three)).containsExactly("c1");

        three.up(data(2, "b1"));
        exchange();

        assertThat(delivered(two)).containsExactly("b1", "c1");
    }

    @Test
    void manyPacketsAreReportedTogether() {
        for (int i = 0; i < 100; i++) {
            two.up(data(1, "a" + i)).up(data(2, "b" + i));
        }
        two.advance(Duration.ofMillis(5));

        assertThat(two.passedDown()).hasSize(1);
        assertThat(two.passedDown().get(0).header(SafeHeader.class).packets().byRank()).containsExactly(100, 100);
        assertThat(two.passedDown().get(0).destination()).isEqualTo(member(1));
    }

    @Test
    void atTheEndOfAViewEverythingGoesUpBeforeTheNextView() {
        three.up(data(1, "a1")).up(data(2, "b1"));

        three.event(ProtocolHarness.viewInstalled(2, member(2), member(3)));

        assertThat(delivered(three)).containsExactly("a1", "b1");
    }

    @Test
    void aReportThatComesBeforeTheViewItSpeaksOfIsKept() {
        two.event(Members.view(2)).up(data(2, "b1")).up(data(3, "c1")).advance(Duration.ofMillis(5));
        two.up(data(2, "b2")).advance(Duration.ofMillis(5));
        Members.sent(two).forEach(coordinator::up);

        coordinator.event(Members.view(2));
        three.event(Members.view(2));
        for (ProtocolHarness each : List.of(coordinator, three)) {
            each.up(data(2, "b1")).up(data(3, "c1")).up(data(2, "b2"));
        }
        exchange();

        assertThat(delivered(coordinator)).containsExactly("b1", "c1", "b2");
    }

    @Test
    void reportsOfViewsThatNeverComeDoNotFillTheMemory() {
        SafeHeader report = new SafeHeader(SafeHeader.HAS, ProtocolHarness.view(99, member(1)).id(),
                RankedNumbers.of(LongStream.rangeClosed(1, 999).toArray()));
        for (int stranger = 10; stranger < 310; stranger++) {
            coordinator.up(Packet.to(member(1)).from(member(stranger), 1).with(report));
        }

        assertThat(coordinator.counter("early_reports_dropped")).isEqualTo(100);
    }

    @Test
    void whatWasSaidInAnotherViewMeansNothing() {
        two.up(data(2, "b1"));
        two.event(Members.view(2)).clear();
        two.up(data(2, "b2"));
        two.up(Packet.toGroup().from(member(1), 1)
                .with(new SafeHeader(SafeHeader.SAFE, ProtocolHarness.view(1, member(1)).id(), RankedNumbers.of(0, 1))));

        assertThat(delivered(two)).isEmpty();
    }

    @Test
    void whoIsAloneWaitsForNothing() {
        two.event(ProtocolHarness.viewInstalled(2, member(2)));

        two.up(data(2, "b1"));

        assertThat(delivered(two)).containsExactly("b1");
    }

    @Test
    void packetsOutOfBandPassAtOnce() {
        two.up(data(3, "waits")).up(data(3, "oob").withFlags(Flag.OOB.bit()));

        assertThat(delivered(two)).containsExactly("oob");
    }
}
