package dev.muster.protocols.membership.detection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.api.Address;
import dev.muster.api.Settings;
import dev.muster.spi.Event;
import dev.muster.spi.Event.Evidence;
import dev.muster.spi.Event.Suspected;
import dev.muster.spi.Packet;
import dev.muster.testkit.ProtocolHarness;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FdAllTest {

    private static final Address ANN = ProtocolHarness.member(1);
    private static final Address BOB = ProtocolHarness.member(2);
    private static final Address CID = ProtocolHarness.member(3);

    private final ProtocolHarness ann = ProtocolHarness.of(new FdAll.Provider()).start();

    @BeforeEach
    void joinBobAndCid() {
        ann.event(ProtocolHarness.viewInstalled(1, ANN, BOB, CID)).clear();
        untilTheFirstHeartbeat(ann);
        heartbeats(Duration.ofMillis(1), BOB, CID);
        ann.clear();
    }

    /** It comes after part of an interval; from then on tests can count. */
    private static Duration untilTheFirstHeartbeat(ProtocolHarness harness) {
        int millis = 0;
        for (; harness.passedDown().isEmpty() && millis < 20_000; millis++) {
            harness.advance(Duration.ofMillis(1));
        }
        return Duration.ofMillis(millis);
    }

    private void heartbeats(Duration time, Address... alive) {
        for (long millis = 0; millis < time.toMillis(); millis += 500) {
            for (Address each : alive) {
                ann.up(Packet.toGroup().from(each, 1).with(new HeartbeatHeader()));
            }
            ann.advance(Duration.ofMillis(Math.min(500, time.toMillis())));
        }
    }

    @Test
    void whoGetTheViewAtTheSameMomentDoNotAllSpeakAtTheSameMoment() {
        List<Duration> first = new ArrayList<>();
        for (long seed = 0; seed < 20; seed++) {
            ProtocolHarness each = ProtocolHarness.of(new FdAll.Provider()).seed(seed).start();
            each.event(ProtocolHarness.viewInstalled(1, ANN, BOB, CID)).clear();
            first.add(untilTheFirstHeartbeat(each));
        }
        assertThat(first).allMatch(when -> when.compareTo(Duration.ofMillis(701)) <= 0);
        assertThat(first.stream().distinct().count()).isGreaterThan(10);
    }

    @Test
    void everyIntervalTheGroupHearsOfThisMember() {
        ann.advance(Duration.ofMillis(2_100));
        assertThat(ann.passedDown()).hasSize(3)
                .allMatch(packet -> packet.isToGroup() && packet.has(Packet.UNRELIABLE));
    }

    @Test
    void howOftenAndHowSoonIsForTheSettingsToSay() {
        ProtocolHarness patient = ProtocolHarness.of(new FdAll.Provider(), new Settings()
                .set(FdAll.INTERVAL, Duration.ofSeconds(3)).set(FdAll.TIMEOUT, Duration.ofSeconds(20))).start();
        patient.event(ProtocolHarness.viewInstalled(1, ANN, BOB)).clear();
        untilTheFirstHeartbeat(patient);
        patient.up(Packet.toGroup().from(BOB, 1)).clear();
        patient.advance(Duration.ofSeconds(20));
        assertThat(patient.passedDown()).as("heartbeats, one per interval").hasSize(6);
        assertThat(patient.emittedUp()).isEmpty();
        patient.advance(Duration.ofSeconds(3));
        assertThat(patient.emittedUp()).containsExactly(new Suspected(BOB, Evidence.SILENCE));
    }

    @Test
    void otherPacketsToTheGroupSaveAHeartbeat() {
        ann.down(Packet.toGroup()).down(Packet.to(BOB)).clear().advance(Duration.ofMillis(700));
        assertThat(ann.passedDown()).isEmpty();
        ann.down(Packet.to(BOB)).clear().advance(Duration.ofMillis(700));
        assertThat(ann.passedDown()).hasSize(1);
    }

    @Test
    void aSilentMemberIsSuspectedAndTheOthersAreNot() {
        heartbeats(Duration.ofMillis(2_500), CID);
        assertThat(ann.emittedUp()).isEmpty();
        heartbeats(Duration.ofMillis(1_000), CID);
        assertThat(ann.emittedUp()).containsExactly(new Suspected(BOB, Evidence.SILENCE));
        assertThat(ann.passedUp()).isEmpty();
    }

    @Test
    void theSuspicionIsRepeatedWhileTheSilenceLasts() {
        heartbeats(Duration.ofSeconds(10), CID);
        assertThat(ann.emittedUp(Suspected.class)).hasSizeBetween(2, 4);
    }

    @Test
    void anyPacketCountsAsLife() {
        for (int i = 0; i < 20; i++) {
            ann.up(List.of(Packet.to(ANN).from(BOB, 1), Packet.toGroup().from(CID, 1)));
            ann.advance(Duration.ofMillis(500));
        }
        assertThat(ann.emittedUp()).isEmpty();
        assertThat(ann.passedUp()).hasSize(40);
    }

    @Test
    void beingHeardAgainEndsTheSuspicion() {
        heartbeats(Duration.ofMillis(3_500), CID);
        ann.clear();
        heartbeats(Duration.ofMillis(500), BOB, CID);
        assertThat(ann.emittedUp()).containsExactly(new Event.Unsuspected(BOB));
    }

    @Test
    void afterAPauseOfItsOwnItBeginsToObserveAnew() {
        ann.pause(Duration.ofSeconds(30));
        ann.advance(Duration.ofMillis(2_600));
        assertThat(ann.emittedUp()).isEmpty();
        ann.advance(Duration.ofSeconds(1));
        assertThat(ann.emittedUp(Suspected.class)).hasSize(2);
    }

    @Test
    void heartbeatsDoNotBreakUpABatchOfOthers() {
        ann.up(List.of(Packet.toGroup().from(BOB, 1), Packet.toGroup().from(CID, 1).with(new HeartbeatHeader()),
                Packet.toGroup().from(BOB, 1)));
        assertThat(ann.passedUp()).extracting(Packet::source).containsExactly(BOB, BOB);
    }

    @Test
    void aloneItIsSilent() {
        ann.event(ProtocolHarness.viewInstalled(2, ANN)).clear();
        ann.advance(Duration.ofSeconds(10));
        assertThat(ann.passedDown()).isEmpty();
        assertThat(ann.pendingTimers()).isEmpty();
    }

    @Test
    void aTimeoutThatOneHeartbeatMustNotMissIsReported() {
        List<String> problems = new ArrayList<>();
        new FdAll.Provider().validate(new Settings().set(FdAll.TIMEOUT, Duration.ofSeconds(1))
                .set(FdAll.INTERVAL, Duration.ofSeconds(2)), problems::add);
        assertThat(problems).containsExactly("timeout=1s must be longer than interval=2s; raise timeout to several intervals");
    }
}
