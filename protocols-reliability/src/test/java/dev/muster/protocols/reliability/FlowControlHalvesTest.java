package dev.muster.protocols.reliability;

import static dev.muster.protocols.reliability.FlowControlKind.data;
import static dev.muster.testkit.ProtocolHarness.member;
import static dev.muster.testkit.ProtocolHarness.viewInstalled;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.api.Address;
import dev.muster.api.Settings;
import dev.muster.spi.Event;
import dev.muster.spi.Packet;
import dev.muster.spi.ProtocolProvider;
import dev.muster.testkit.ProtocolHarness;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What FC, MFC, UFC, and the last two together have in common, and what each leaves to the other. */
class FlowControlHalvesTest {

    private static final Address TWO = member(2);
    private static final long CREDITS = 10_000;

    private static ProtocolHarness started(FlowControlKind kind) {
        ProtocolHarness harness = kind.harness(CREDITS).start();
        return harness.event(viewInstalled(1, harness.self(), TWO)).clear();
    }

    /** Own group data come back from below, and are consumed. */
    private static void consumeOwn(ProtocolHarness harness, long bytes) {
        List<Packet> sent = new ArrayList<>(harness.passedDown());
        sent.stream().filter(Packet::isToGroup).forEach(harness::up);
        harness.eventFromAbove(new Event.Consumed(harness.self(), true, bytes));
    }

    @ParameterizedTest
    @EnumSource
    void controlsWhatItIsForAndLetsTheRestPass(FlowControlKind kind) {
        ProtocolHarness harness = started(kind);
        for (boolean toGroup : new boolean[] {true, false}) {
            Packet packet = toGroup ? Packet.toGroup() : Packet.to(TWO);
            harness.clear().down(data(packet, (int) CREDITS)).down(data(packet, 100));

            assertThat(harness.passedDown()).as("to group: %s", toGroup).hasSize(kind.controls(toGroup) ? 1 : 2);
            assertThat(harness.emittedUp(Event.SendingPaused.class)).hasSize(kind.controls(toGroup) ? 1 : 0);
        }
    }

    @ParameterizedTest
    @EnumSource
    void onlyWhatItControlsNeedsToBeConsumed(FlowControlKind kind) {
        ProtocolHarness harness = started(kind);
        ProtocolHarness peer = kind.harness(CREDITS).self(TWO).start();
        peer.event(viewInstalled(1, harness.self(), TWO)).down(data(Packet.toGroup(), 1_000))
                .down(data(Packet.to(harness.self()), 1_000));
        peer.transferTo(harness);

        assertThat(harness.passedUp()).extracting(Packet::credit)
                .containsExactly(kind.controls(true) ? 1_000L : 0L, kind.controls(false) ? 1_000L : 0L);
    }

    @ParameterizedTest
    @EnumSource
    void aGrantEndsTheWaitingOfTheHalfThatItIsFor(FlowControlKind kind) {
        ProtocolHarness harness = started(kind);
        ProtocolHarness peer = kind.harness(CREDITS).self(TWO).start();
        peer.event(viewInstalled(1, harness.self(), TWO)).clear();
        for (boolean toGroup : new boolean[] {true, false}) {
            Packet packet = toGroup ? Packet.toGroup() : Packet.to(TWO);
            harness.down(data(packet, (int) CREDITS)).down(data(packet, 100));
            consumeOwn(harness, CREDITS);
            harness.transferTo(peer);
            peer.eventFromAbove(new Event.Consumed(harness.self(), toGroup, CREDITS));
            peer.transferTo(harness);
        }

        assertThat(harness.emittedUp(Event.SendingResumed.class))
                .hasSameSizeAs(harness.emittedUp(Event.SendingPaused.class))
                .hasSize((kind.controls(true) ? 1 : 0) + (kind.controls(false) ? 1 : 0));
        long underWay = harness.passedDown().stream().filter(packet -> packet.has(Packet.DATA)).count();
        assertThat(peer.passedUp().size() + underWay).as("all four").isEqualTo(4);
    }

    @ParameterizedTest
    @EnumSource
    void whatIsConsumedIsToldToTheHalfThatCounts(FlowControlKind kind) {
        ProtocolHarness harness = started(kind);
        harness.eventFromAbove(new Event.Consumed(TWO, true, 1)).eventFromAbove(new Event.Consumed(TWO, false, 1));

        assertThat(harness.letThrough()).map(event -> ((Event.Consumed) event).toGroup())
                .isEqualTo(Stream.of(true, false).filter(toGroup -> !kind.controls(toGroup)).toList());
    }

    @ParameterizedTest
    @EnumSource
    void nobodyWaitsForAStranger(FlowControlKind kind) {
        ProtocolHarness harness = started(kind);
        for (int i = 0; i < 100; i++) {
            harness.down(data(Packet.to(member(9)), 1_000));
        }

        assertThat(harness.emittedUp()).isEmpty();
        assertThat(harness.passedDown()).hasSize(kind.controls(false) ? (int) CREDITS / 1_000 : 100);
        assertThat(harness.advance(Duration.ofMinutes(1)).counter("credits_asked")).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void whatComesForALeaverAfterItHasLeftIsNotWaitedFor(FlowControlKind kind) {
        ProtocolHarness harness = started(kind);
        for (int i = 0; i < 20; i++) {
            harness.down(data(Packet.to(TWO), 1_000));
        }
        harness.event(viewInstalled(2, harness.self()));
        for (int i = 0; i < 20; i++) {
            harness.down(data(Packet.to(TWO), 1_000));
        }

        assertThat(harness.emittedUp(Event.SendingResumed.class)).hasSameSizeAs(harness.emittedUp(Event.SendingPaused.class));
        assertThat(harness.advance(Duration.ofMinutes(1)).counter("credits_asked")).isZero();
    }

    /** When a receiver of 10 000 bytes has consumed so many, it tells. */
    private static long tellsAfter(FlowControlKind kind, String... settings) {
        ProtocolProvider provider = kind.provider();
        Settings values = new Settings().assign(FlowControlKind.setting(provider, "max_credits"), CREDITS);
        for (int i = 0; i < settings.length; i += 2) {
            values.assign(FlowControlKind.setting(provider, settings[i]), settings[i + 1]);
        }
        ProtocolHarness harness = ProtocolHarness.of(provider, values).start();
        boolean toGroup = kind.controls(true);
        Packet packet = toGroup ? Packet.toGroup() : Packet.to(harness.self());
        harness.event(viewInstalled(1, harness.self(), TWO)).clear().up(data(packet, (int) CREDITS).from(TWO, 1)
                .with(FlowControlHeader.sent(CREDITS)));
        long consumed = 0;
        while (harness.passedDown().isEmpty() && consumed < CREDITS) {
            harness.eventFromAbove(new Event.Consumed(TWO, toGroup, 100));
            consumed += 100;
        }
        return consumed;
    }

    @ParameterizedTest
    @EnumSource(names = {"FC", "MFC", "UFC"})
    void aReceiverTellsWhenTheSenderHasNoMoreThanTheThresholdLeft(FlowControlKind kind) {
        assertThat(tellsAfter(kind)).isEqualTo(5_000);
        assertThat(tellsAfter(kind, "min_threshold", "0.1")).isEqualTo(9_000);
        assertThat(tellsAfter(kind, "min_credits", "2000")).isEqualTo(8_000);
        assertThat(tellsAfter(kind, "min_credits", "2000", "min_threshold", "0.7")).as("the threshold goes first")
                .isEqualTo(3_000);
        assertThat(tellsAfter(kind, "min_threshold", "0")).isEqualTo(CREDITS);
    }

    @ParameterizedTest
    @EnumSource(names = {"FC", "MFC", "UFC"})
    void creditsThatCantBeAreRefusedWithTheNumbers(FlowControlKind kind) {
        ProtocolProvider provider = kind.provider();
        List<String> problems = new ArrayList<>();
        provider.validate(new Settings().assign(FlowControlKind.setting(provider, "max_credits"), Long.MAX_VALUE / 4),
                problems::add);
        provider.validate(new Settings().assign(FlowControlKind.setting(provider, "max_credits"), "5K")
                .assign(FlowControlKind.setting(provider, "min_credits"), "5K"), problems::add);
        provider.validate(new Settings(), problems::add);

        assertThat(problems).hasSize(2);
        assertThat(problems.get(0)).contains("max_credits").contains("heap").contains("lower max_credits");
        assertThat(problems.get(1)).contains("min_credits=5K").contains("max_credits=5K");
    }
}
