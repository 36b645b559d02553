package dev.muster.testkit;

import static dev.muster.testkit.ProtocolHarness.member;
import static dev.muster.testkit.ProtocolHarness.viewInstalled;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.api.ProtocolType;
import dev.muster.api.Settings;
import dev.muster.spi.Context;
import dev.muster.spi.Event;
import dev.muster.spi.Header;
import dev.muster.spi.HeaderCodec;
import dev.muster.spi.Packet;
import dev.muster.spi.Protocol;
import dev.muster.spi.ProtocolProvider;
import dev.muster.spi.WireReader;
import dev.muster.spi.WireWriter;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProtocolHarnessTest {

    private record Number(long value) implements Header {}

    /** Numbers what goes down; repeats its last number after a second; counts what comes up. */
    private static final class Numbering implements Protocol {
        private Context context;
        private long last;

        @Override
        public void start(Context given) {
            context = given;
        }

        @Override
        public void down(Packet packet) {
            last++;
            context.passDown(packet.with(new Number(last)));
            context.setTimer(7, Duration.ofSeconds(1).toNanos());
        }

        @Override
        public void up(Packet packet) {
            context.counter("received").increment();
            context.passUp(packet);
        }

        @Override
        public void timer(int id) {
            context.passDown(Packet.to(member(2)).with(new Number(last)));
        }

        @Override
        public Event event(Event event) {
            if (event instanceof Event.ViewInstalled) {
                context.emitUp(new Event.SendingResumed(null));
            }
            return event instanceof Event.Flush ? null : event;
        }
    }

    private record Provider(boolean forgetful) implements ProtocolProvider {
        @Override
        public ProtocolType type() {
            return ProtocolType.of("test-numbering");
        }

        @Override
        public String says() {
            return "Numbers packets.";
        }

        @Override
        public List<HeaderCodec<?>> headers() {
            return List.of(new NumberCodec(forgetful));
        }

        @Override
        public Protocol create(Settings settings) {
            return new Numbering();
        }
    }

    private record NumberCodec(boolean forgetful) implements HeaderCodec<Number> {
        @Override
        public int id() {
            return 300;
        }

        @Override
        public Class<Number> type() {
            return Number.class;
        }

        @Override
        public void encode(Number header, WireWriter out) {
            out.writeVarint(header.value());
        }

        @Override
        public Number decode(WireReader in) {
            long value = in.readVarint();
            return new Number(forgetful ? 0 : value);
        }
    }

    private final ProtocolHarness harness = ProtocolHarness.of(new Provider(false)).start();

    @Test
    void recordsWhatLeavesAtBothEnds() {
        harness.down(Packet.toGroup());
        harness.up(Packet.toGroup().from(member(2), 0));

        assertThat(harness.passedDown()).singleElement().satisfies(packet -> {
            assertThat(packet.header(Number.class)).isEqualTo(new Number(1));
            assertThat(packet.source()).isEqualTo(harness.self());
        });
        assertThat(harness.passedUp()).hasSize(1);
        assertThat(harness.counter("received")).isEqualTo(1);
    }

    @Test
    void firesTimersAtTheirMomentAndNotBefore() {
        harness.down(Packet.toGroup()).clear();

        harness.advance(Duration.ofMillis(999));
        assertThat(harness.passedDown()).isEmpty();
        assertThat(harness.pendingTimers()).containsExactly(7);

        harness.advance(Duration.ofMillis(1));
        assertThat(harness.passedDown()).hasSize(1);
        assertThat(harness.pendingTimers()).isEmpty();
    }

    @Test
    void tellsEventsOfTheLayerFromThoseItLetThrough() {
        Event.ViewInstalled installed = viewInstalled(1, member(1), member(2));
        harness.event(installed).event(new Event.Flush());

        assertThat(harness.emittedUp()).containsExactly(new Event.SendingResumed(null));
        assertThat(harness.letThrough()).containsExactly(installed);
    }

    @Test
    void noticesACodecThatLosesSomething() {
        ProtocolHarness forgetful = ProtocolHarness.of(new Provider(true)).start();

        assertThatThrownBy(() -> forgetful.down(Packet.toGroup())).isInstanceOf(AssertionError.class)
                .hasMessageContaining("lost something of Number[value=1]");
    }

    @Test
    void bringsPacketsToAnotherHarnessOverTheWire() {
        ProtocolHarness other = ProtocolHarness.of(new Provider(false)).self(member(2)).start();
        harness.down(Packet.to(member(2)).withPayload(new byte[] {1, 2, 3}, 1, 2)).down(Packet.to(member(3)));

        assertThat(harness.transferTo(other)).isEqualTo(1);
        assertThat(harness.passedDown()).hasSize(1);
        assertThat(other.passedUp()).singleElement().satisfies(packet -> {
            assertThat(packet.source()).isEqualTo(member(1));
            assertThat(packet.length()).isEqualTo(2);
            assertThat(packet.header(Number.class)).isEqualTo(new Number(1));
        });
    }

    @Test
    void stacksLayersBottomFirst() {
        ProtocolHarness two = ProtocolHarness.of(new Provider(false)).above(new Top.Provider(), new Settings()).start();
        two.down(Packet.toGroup());

        assertThat(two.passedDown()).singleElement()
                .satisfies(packet -> assertThat(packet.header(Number.class)).isNotNull());
        assertThat(two.event(viewInstalled(1, member(1))).emittedUp(Event.SendingResumed.class)).hasSize(1);
    }

    /** Passes everything on. */
    private static final class Top implements Protocol {
        private Context context;

        @Override
        public void start(Context given) {
            context = given;
        }

        @Override
        public void up(Packet packet) {
            context.passUp(packet);
        }

        @Override
        public void down(Packet packet) {
            context.passDown(packet);
        }

        private record Provider() implements ProtocolProvider {
            @Override
            public ProtocolType type() {
                return ProtocolType.of("test-top");
            }

            @Override
            public String says() {
                return "Passes everything on.";
            }

            @Override
            public Protocol create(Settings settings) {
                return new Top();
            }
        }
    }
}
