package dev.muster.protocols.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.spi.Packet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class AssemblyTest {

    private static final int LARGE = 8 * Assembly.SMALL_BYTES;

    private static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        new SplittableRandom(length).nextBytes(bytes);
        return bytes;
    }

    private static List<Packet> cut(byte[] whole, int size) {
        List<Packet> parts = new ArrayList<>();
        for (int at = 0; at < whole.length; at += size) {
            parts.add(Packet.toGroup().withPayload(whole, at, Math.min(size, whole.length - at)));
        }
        return parts;
    }

    /** As if it had come over the network: in an array of its own, with something before it. */
    private static Packet received(Packet part) {
        byte[] frame = new byte[part.length() + 40];
        System.arraycopy(part.buffer(), part.offset(), frame, 40, part.length());
        return part.withPayload(frame, 40, part.length());
    }

    private static byte[] payload(Packet packet) {
        return Arrays.copyOfRange(packet.buffer(), packet.offset(), packet.offset() + packet.length());
    }

    @Test
    void partsFromAnywhereBecomeTheWholeInAnArrayOfItsOwn() {
        for (int length : new int[] {7_001, 60_001, Assembly.SMALL_BYTES, LARGE + 7}) {
            byte[] whole = bytes(length);
            Assembly assembly = new Assembly(length);
            cut(whole, 7_000).forEach(part -> assembly.add(received(part)));

            Packet joined = assembly.finish(Packet.toGroup());

            assertThat(payload(joined)).isEqualTo(whole);
            assertThat(joined.buffer()).hasSize(length);
            assertThat(joined.has(Packet.UNSHARED)).isTrue();
        }
    }

    @Test
    void partsOfOneArrayAreNotCopiedAndNotTakenForUnshared() {
        byte[] whole = bytes(LARGE);
        Assembly assembly = new Assembly(LARGE);
        cut(whole, 60_000).forEach(assembly::add);

        Packet joined = assembly.finish(Packet.toGroup());

        assertThat(joined.buffer()).isSameAs(whole);
        assertThat(joined.length()).isEqualTo(LARGE);
        assertThat(joined.has(Packet.UNSHARED)).isFalse();
    }

    @Test
    void partsOfOneArrayThatDoNotFollowOneAnotherAreCopied() {
        byte[] array = bytes(300);
        Assembly assembly = new Assembly(200);
        assembly.add(Packet.toGroup().withPayload(array, 200, 100));
        assembly.add(Packet.toGroup().withPayload(array, 0, 100));

        byte[] joined = payload(assembly.finish(Packet.toGroup()));

        assertThat(joined).startsWith(Arrays.copyOfRange(array, 200, 300)).endsWith(
                Arrays.copyOfRange(array, 0, 100));
    }

    @Test
    void nobodyGetsTheArrayOfALargePayloadBeforeAShareOfItHasCome() {
        Assembly assembly = new Assembly(1_000_000_000);
        List<Packet> parts = cut(bytes(1_000_000_000 / Assembly.MOST_TIMES - 60_000), 60_000);
        parts.forEach(part -> assembly.add(received(part)));

        assertThat(assembly.held()).isEqualTo(assembly.length()).isLessThan(1_000_000_000 / Assembly.MOST_TIMES);
    }

    @Test
    void aLargePayloadTakesNoMoreThanItsLengthAndAShareOfItBeforeThat() {
        byte[] whole = bytes(LARGE);
        Assembly assembly = new Assembly(LARGE);
        long before = 0;
        for (Packet part : cut(whole, 60_000)) {
            assembly.add(received(part));
            if (assembly.held() < LARGE) {
                before = assembly.held();
            }
        }

        assertThat(before).isLessThanOrEqualTo(Assembly.SMALL_BYTES);
        assertThat(assembly.held()).isEqualTo(LARGE);
        assertThat(payload(assembly.finish(Packet.toGroup()))).isEqualTo(whole);
    }
}
