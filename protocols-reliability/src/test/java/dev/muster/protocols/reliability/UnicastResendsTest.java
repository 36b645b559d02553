package dev.muster.protocols.reliability;

import static dev.muster.testkit.ProtocolHarness.member;
import static dev.muster.testkit.ProtocolHarness.viewInstalled;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.api.Address;
import dev.muster.api.Settings;
import dev.muster.spi.Event;
import dev.muster.spi.MemberInfo;
import dev.muster.spi.Packet;
import dev.muster.testkit.ProtocolHarness;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** When packets to one member are sent again, and when that ends. */
class UnicastResendsTest {

    private static final Address ONE = member(1);
    private static final Address TWO = member(2);
    private static final Address THREE = member(3);
    private static final int MINUTE = 60_000;

    private static ProtocolHarness started(Settings settings) {
        return ProtocolHarness.of(new Unicast.Provider(), settings).start().event(viewInstalled(1, ONE, TWO, THREE));
    }

    private static void send(ProtocolHarness harness, Address to, long number) {
        harness.down(TestCluster.numbered(Packet.to(to), number, 8));
    }

    private static List<Long> sent(ProtocolHarness harness) {
        return harness.passedDown().stream().map(TestCluster::number).toList();
    }

    /** In which milliseconds from now on something is sent. */
    private static List<Integer> moments(ProtocolHarness harness, int milliseconds) {
        List<Integer> moments = new ArrayList<>();
        for (int millisecond = 1; millisecond <= milliseconds; millisecond++) {
            harness.clear().advance(Duration.ofMillis(1));
            if (!harness.passedDown().isEmpty()) {
                moments.add(millisecond);
            }
        }
        return moments;
    }

    private static Settings waits(int... milliseconds) {
        List<Duration> waits = new ArrayList<>();
        for (int wait : milliseconds) {
            waits.add(Duration.ofMillis(wait));
        }
        return new Settings().set(Unicast.TIMEOUT, waits);
    }

    private static void hear(ProtocolHarness harness, Address from) {
        harness.up(Packet.to(harness.self()).withFlags(Packet.UNRELIABLE).from(from, 1));
    }

    @Test
    void aPacketThatIsNotAcknowledgedIsSentAgainAfterEachWaitOfTimeoutAndAfterTheLastAgainAndAgain() {
        ProtocolHarness harness = started(waits(10, 40, 100));
        send(harness, TWO, 1);
        assertThat(moments(harness, 400)).containsExactly(10, 50, 150, 250, 350);
    }

    @Test
    void whenThePeerIsHeardAfterASilenceThePacketGoesAtOnceAndTheWaitsBeginAnew() {
        ProtocolHarness harness = started(waits(10, 40, 1_000));
        send(harness, TWO, 1);
        harness.advance(Duration.ofMillis(1_100));
        harness.clear();
        hear(harness, TWO);
        assertThat(sent(harness)).containsExactly(1L);
        assertThat(moments(harness, 60)).containsExactly(10, 50);
    }

    @Test
    void aGroupPacketIsASignOfLifeToo() {
        ProtocolHarness harness = started(waits(10, 40, 1_000));
        send(harness, TWO, 1);
        harness.advance(Duration.ofMillis(1_100));
        harness.clear().up(List.of(Packet.toGroup().from(THREE, 1), Packet.toGroup().from(TWO, 1)));
        assertThat(sent(harness)).containsExactly(1L);
    }

    @Test
    void whoIsHeardAllTheTimeAndAcknowledgesNothingDoesNotShortenTheWaits() {
        ProtocolHarness harness = started(waits(10, 40, 1_000));
        send(harness, TWO, 1);
        int sent = 0;
        for (int tenth = 0; tenth < 100; tenth++) {
            harness.advance(Duration.ofMillis(100));
            sent += harness.passedDown().size();
            harness.clear();
            hear(harness, TWO);
            assertThat(harness.passedDown()).isEmpty();
        }
        assertThat(sent).as("the first, and two after short waits").isEqualTo(3 + 9);
    }

    @Test
    void whatIsNewTakesAlongWhatWasSentInVain() {
        ProtocolHarness harness = started(waits(10, 40, 1_000));
        send(harness, TWO, 1);
        send(harness, TWO, 2);
        harness.advance(Duration.ofMillis(300)).clear();
        send(harness, TWO, 3);
        assertThat(sent(harness)).as("in order, so that the receiver hands all up at once").containsExactly(1L, 2L, 3L);
        harness.clear();
        send(harness, TWO, 4);
        assertThat(sent(harness)).as("not again at once").containsExactly(4L);
    }

    @Test
    void whatIsNewDoesNotTakeAlongTheWindowOfAReceiverThatStandsStill() {
        ProtocolHarness harness = started(waits(10, 40, 1_000));
        for (long number = 1; number <= 20; number++) {
            send(harness, TWO, number);
        }
        harness.advance(Duration.ofMillis(300)).clear();
        send(harness, TWO, 21);
        assertThat(sent(harness)).containsExactly(21L);
    }

    private enum News {
        LINK_CARRIES(new Event.LinkTried(TWO, true)),
        UNSUSPECTED(new Event.Unsuspected(TWO)),
        FOUND(new Event.MembersFound("merge",
                List.of(new MemberInfo(TWO, null, null, null, null)))),
        LINK_DOES_NOT_CARRY(new Event.LinkTried(TWO, false)),
        OF_ANOTHER(new Event.Unsuspected(THREE));

        private final Event event;

        News(Event event) {
            this.event = event;
        }
    }

    private static List<Long> sentAfter(News news) {
        ProtocolHarness harness = started(waits(10, 40, 1_000));
        send(harness, TWO, 1);
        harness.advance(Duration.ofMillis(300)).clear();
        harness.event(news.event);
        return sent(harness);
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.INCLUDE, names = {"LINK_CARRIES", "UNSUSPECTED", "FOUND"})
    void whenALinkIsSaidToWorkWhatWasSentInVainGoesAtOnce(News news) {
        assertThat(sentAfter(news)).containsExactly(1L);
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.INCLUDE, names = {"LINK_DOES_NOT_CARRY", "OF_ANOTHER"})
    void otherNewsChangeNoWait(News news) {
        assertThat(sentAfter(news)).isEmpty();
    }

    @Test
    void whatIsKeptForAMemberWhoseProcessHasEndedIsFreedWithTheViewThatLeavesItOut() {
        ProtocolHarness harness = started(new Settings());
        send(harness, TWO, 1);
        harness.event(new Event.Suspected(TWO, Event.Evidence.CONNECTION_REFUSED));
        assertThat(harness.counter("waiting_packets")).as("others may see it alive").isEqualTo(1);
        harness.event(viewInstalled(2, ONE, THREE));
        assertThat(harness.counter("waiting_packets")).isZero();
        assertThat(harness.counter("kept_bytes")).isZero();
    }

    @Test
    void aWordToTheDeadIsRepeatedForASecondAtMost() {
        ProtocolHarness harness = started(waits(100, 200, 400, 800));
        harness.event(new Event.Suspected(TWO, Event.Evidence.CONNECTION_REFUSED));
        harness.event(viewInstalled(2, ONE, THREE)).clear();
        send(harness, TWO, 2);
        assertThat(moments(harness, 10_000)).containsExactly(100, 300, 700);
        assertThat(harness.counter("waiting_packets")).isZero();
        assertThat(harness.pendingTimers()).isEmpty();
    }

    @Test
    void aDeathThatIsNoticedAfterTheViewFreesAtOnce() {
        ProtocolHarness harness = started(new Settings());
        harness.event(viewInstalled(2, ONE, THREE));
        send(harness, TWO, 1);
        harness.event(new Event.Suspected(TWO, Event.Evidence.CONNECTION_REFUSED));
        assertThat(harness.counter("waiting_packets")).isZero();
    }

    @Test
    void whoWasTakenForDeadAndIsHeardLives() {
        ProtocolHarness harness = started(waits(100, 200, 400, 800));
        harness.event(new Event.Suspected(TWO, Event.Evidence.CONNECTION_REFUSED));
        harness.event(viewInstalled(2, ONE, THREE));
        harness.up(TestCluster.numbered(Packet.to(ONE), 1, 8).from(TWO, 1)
                .with(UnicastHeader.data(UnicastHeader.OPENING, 4, 1, 0, 0)));
        harness.clear();
        send(harness, TWO, 2);
        assertThat(moments(harness, 2_000)).containsExactly(100, 300, 700, 1_500);
    }

    @Test
    void aWordToAMemberThatWasRemovedForItsSilenceIsRepeatedForSomeSecondsAndThenForgotten() {
        ProtocolHarness harness = started(new Settings());
        send(harness, TWO, 1);
        harness.event(new Event.Suspected(TWO, Event.Evidence.SILENCE));
        harness.event(viewInstalled(2, ONE, THREE)).clear();
        assertThat(moments(harness, 5_000)).isNotEmpty();
        harness.advance(Duration.ofSeconds(15));
        assertThat(harness.counter("waiting_packets")).isZero();
        assertThat(harness.pendingTimers()).isEmpty();
    }

    @Test
    void whatIsKeptForSomebodyWhoIsNoMemberIsBoundedInBytesAndInTime() {
        ProtocolHarness harness = started(new Settings());
        Address stranger = member(9);
        for (long number = 1; number <= 300; number++) {
            harness.down(TestCluster.numbered(Packet.to(stranger), number, 50_000));
            assertThat(harness.counter("kept_bytes")).isLessThanOrEqualTo(8L << 20);
        }
        assertThat(harness.counter("connections_given_up")).isPositive();
        harness.advance(Duration.ofMillis(MINUTE));
        assertThat(harness.counter("kept_bytes")).isZero();
        assertThat(harness.pendingTimers()).isEmpty();
    }
}
