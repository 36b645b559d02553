package dev.muster.testkit.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.muster.api.Address;
import dev.muster.api.Setting;
import dev.muster.api.Settings;
import dev.muster.spi.Capability;
import dev.muster.spi.Event;
import dev.muster.spi.Figure;
import dev.muster.spi.Header;
import dev.muster.spi.HeaderCodec;
import dev.muster.spi.MalformedException;
import dev.muster.spi.Network;
import dev.muster.spi.Packet;
import dev.muster.spi.ProtocolProvider;
import dev.muster.spi.WireReader;
import dev.muster.spi.WireWriter;
import dev.muster.testkit.ProtocolHarness;
import dev.muster.testkit.ScriptedNetwork;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * What every protocol has to keep to: names, documented settings, headers that survive the wire and resist garbage,
 * equal output for equal input, and passing on what is none of its business.
 */
public abstract class ProtocolConformance {

    private static final Address PEER = ProtocolHarness.member(2);
    private static final int GARBAGE_ROUNDS = 2_000;

    /** Create the suite. */
    protected ProtocolConformance() {}

    /**
     * The protocol under test.
     *
     * @return its provider
     */
    protected abstract ProtocolProvider provider();

    /**
     * Settings it is run with.
     *
     * @return its defaults unless overridden
     */
    protected Settings settings() {
        return new Settings();
    }

    /**
     * Samples of every header it has, extreme values included.
     *
     * @return must hold at least one of each type in {@link ProtocolProvider#headers}
     */
    protected List<? extends Header> sampleHeaders() {
        return List.of();
    }

    /**
     * A network, if it needs one.
     *
     * @return one in which nothing happens unless overridden
     */
    protected Network network() {
        return new ScriptedNetwork();
    }

    private boolean isMusters() {
        return provider().getClass().getName().startsWith("dev.muster.");
    }

    private ProtocolHarness started() {
        return ProtocolHarness.of(provider(), settings()).network(network()).start();
    }

    private boolean isTransport() {
        return provider().provides().contains(Capability.TRANSPORT);
    }

    private record Foreign(String text) implements Header {}

    private record ForeignEvent(int number) implements Event.Custom {}

    /** Names without a hyphen are reserved. */
    @Test
    void hasANameOfItsOwn() {
        String name = provider().type().name();
        assertTrue(isMusters() || name.contains("-"),
                "name '" + name + "': names without a hyphen are Muster's; call it vendor-" + name);
        assertFalse(provider().says().isBlank(), "says() is blank; expected one sentence");
    }

    /** People configure by these names and read these words. */
    @Test
    void documentsItsSettings() {
        Set<String> names = new HashSet<>();
        for (Setting<?> setting : provider().settings()) {
            assertTrue(setting.name().matches("[a-z][a-z0-9_.]*"), setting + ": names are in snake_case");
            assertFalse(setting.meaning().isBlank(), setting + " has no meaning; say it with says()");
            assertTrue(names.add(setting.name()), setting + " is listed twice");
            setting.aliases().forEach(alias -> assertTrue(names.add(alias), "alias " + alias + " is used twice"));
            assertDefaultIsReadable(setting);
        }
    }

    private static <T> void assertDefaultIsReadable(Setting<T> setting) {
        setting.initial().filter(value -> !setting.format(value).isEmpty()).ifPresent(value ->
                assertEquals(setting.format(value), setting.format(setting.parse(setting.format(value))),
                        setting + ": its default can't be read back"));
    }

    /** Ids decide who gets which bytes. */
    @Test
    void usesHeaderIdsInItsRange() {
        Set<Integer> ids = new HashSet<>();
        Set<Class<?>> types = new HashSet<>();
        for (HeaderCodec<?> codec : provider().headers()) {
            int least = isMusters() ? 1 : HeaderCodec.FIRST_PLUGIN_ID;
            assertTrue(codec.id() >= least && codec.id() <= HeaderCodec.LAST_ID,
                    "header id " + codec.id() + " must be from " + least + " to " + HeaderCodec.LAST_ID);
            assertTrue(ids.add(codec.id()), "header id " + codec.id() + " is used twice");
            assertTrue(types.add(codec.type()), codec.type() + " has two codecs");
        }
    }

    /** What is sent is what arrives. */
    @Test
    void headersSurviveTheWire() {
        for (HeaderCodec<?> codec : provider().headers()) {
            List<? extends Header> samples = samplesOf(codec);
            assertFalse(samples.isEmpty(), "sampleHeaders() has none of " + codec.type());
            samples.forEach(sample -> assertSurvives(codec, sample));
        }
    }

    private List<? extends Header> samplesOf(HeaderCodec<?> codec) {
        return sampleHeaders().stream().filter(header -> header.getClass() == codec.type()).toList();
    }

    private static <H extends Header> void assertSurvives(HeaderCodec<H> codec, Header sample) {
        byte[] bytes = encoded(codec, sample);
        WireReader in = new WireReader(bytes, 0, bytes.length);
        H decoded = codec.decode(in);
        assertEquals(0, in.remaining(), sample + ": bytes are left over");
        assertTrue(Arrays.equals(bytes, encoded(codec, decoded)), sample + " became " + decoded);
    }

    private static <H extends Header> byte[] encoded(HeaderCodec<H> codec, Header header) {
        WireWriter out = new WireWriter(64);
        codec.encode(codec.type().cast(header), out);
        return out.toByteArray();
    }

    /** Bytes from the network may be anything. */
    @Test
    void refusesGarbageWithoutHarm() {
        SplittableRandom random = new SplittableRandom(99);
        for (HeaderCodec<?> codec : provider().headers()) {
            for (int round = 0; round < GARBAGE_ROUNDS; round++) {
                byte[] garbage = new byte[random.nextInt(40)];
                random.nextBytes(garbage);
                assertHarmless(codec, garbage);
            }
            for (Header sample : samplesOf(codec)) {
                byte[] bytes = encoded(codec, sample);
                for (int length = 0; length < bytes.length; length++) {
                    assertHarmless(codec, Arrays.copyOf(bytes, length));
                }
            }
        }
    }

    private static void assertHarmless(HeaderCodec<?> codec, byte[] bytes) {
        try {
            codec.decode(new WireReader(bytes, 0, bytes.length));
        } catch (MalformedException expected) {
            assertNotNull(expected.getMessage());
        } catch (RuntimeException e) {
            throw new AssertionError("header " + codec.id() + ": " + Arrays.toString(bytes)
                    + " raised " + e + ", expected a MalformedException", e);
        }
    }

    /** A protocol that is started and stopped leaves nothing behind and can be created again. */
    @Test
    void startsAndStopsAgainAndAgain() {
        ProtocolProvider provider = provider();
        for (int life = 0; life < 3; life++) {
            ProtocolHarness harness = ProtocolHarness.of(provider, settings()).network(network()).start();
            harness.event(view(1)).advance(Duration.ofSeconds(3));
            harness.stop();
        }
    }

    /** No clock, no randomness, no order of hashes of its own. */
    @Test
    void doesTheSameWhenTheSameHappens() {
        assertEquals(record(7), record(7), "the same input led to different output");
    }

    /** Whoever watches a member reads these names, and wants to know what they mean. */
    @Test
    void tellsWhatItCounts() {
        Set<String> told = new HashSet<>();
        for (Figure figure : provider().figures()) {
            assertFalse(figure.meaning().isBlank(), "figure " + figure.name() + " has no meaning");
            assertTrue(told.add(figure.name()), "figure " + figure.name() + " is told twice");
        }
        Set<String> untold = new TreeSet<>(busy(7).figures());
        untold.removeAll(told);
        assertTrue(untold.isEmpty(), "counters or gauges that figures() of the provider does not tell: " + untold);
    }

    private ProtocolHarness busy(long seed) {
        ProtocolHarness harness = ProtocolHarness.of(provider(), settings()).network(network()).seed(seed).start();
        SplittableRandom random = new SplittableRandom(seed);
        harness.event(view(1));
        for (int step = 0; step < 300; step++) {
            step(harness, random, step);
        }
        return harness;
    }

    private List<String> record(long seed) {
        ProtocolHarness harness = busy(seed);
        List<String> seen = new ArrayList<>();
        harness.passedUp().forEach(packet -> seen.add("up " + packet));
        harness.passedDown().forEach(packet -> seen.add("down " + packet));
        harness.emittedUp().forEach(event -> seen.add("event up " + event));
        harness.emittedDown().forEach(event -> seen.add("event down " + event));
        return seen;
    }

    private void step(ProtocolHarness harness, SplittableRandom random, int step) {
        int length = 1 + random.nextInt(500);
        switch (random.nextInt(6)) {
            case 0 -> harness.down(Packet.toGroup().withPayload(new byte[length], 0, length).withFlags(Packet.DATA));
            case 1 -> harness.down(Packet.to(PEER).withPayload(new byte[length], 0, length).withFlags(Packet.DATA));
            case 2 -> harness.advance(Duration.ofMillis(random.nextInt(2_000)));
            case 3 -> harness.event(new Event.SendingPaused(null)).event(new Event.SendingResumed(null));
            case 4 -> harness.event(view(2 + step));
            default -> {
                if (!isTransport()) {
                    harness.up(Packet.toGroup().from(PEER, 1).withFlags(Packet.UNRELIABLE));
                }
            }
        }
    }

    private static Event view(long counter) {
        return ProtocolHarness.viewInstalled(counter, ProtocolHarness.member(1), PEER, ProtocolHarness.member(3));
    }

    /** Packets of other layers are none of its business; what is below a transport is the network. */
    @Test
    void passesForeignPacketsOn() {
        ProtocolHarness harness = started();
        harness.event(view(1)).clear();
        if (!isTransport()) {
            harness.up(Packet.toGroup().from(PEER, 1).withFlags(Packet.UNRELIABLE).with(new Foreign("up")));
            assertEquals(1, count(harness.passedUp(), "up"), "a foreign packet from below must reach the layers above");
        }
        harness.down(Packet.to(PEER).withFlags(Packet.UNRELIABLE).with(new Foreign("down")));

        assertEquals(isTransport() ? 0 : 1, count(harness.passedDown(), "down"),
                "a foreign packet from above must reach the layers below");
        assertEquals(0, count(harness.passedUp(), "down"), "a foreign packet from above must not come back");
    }

    private static long count(List<Packet> packets, String text) {
        return packets.stream().map(packet -> packet.header(Foreign.class))
                .filter(header -> header != null && header.text.equals(text)).count();
    }

    /** Events of other layers are none of its business. */
    @Test
    void letsForeignEventsThrough() {
        ProtocolHarness harness = started();
        harness.eventFromAbove(new ForeignEvent(1)).eventFromBelow(new ForeignEvent(2));
        harness.event(view(1));

        assertEquals(List.of(new ForeignEvent(1), new ForeignEvent(2)),
                harness.letThrough().stream().filter(ForeignEvent.class::isInstance).toList());
        assertTrue(harness.letThrough().contains(view(1)), "views must reach all layers");
    }
}
