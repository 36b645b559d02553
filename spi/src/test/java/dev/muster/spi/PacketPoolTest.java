package dev.muster.spi;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PacketPoolTest {

    private static final int BYTES = 10_000;

    private final PacketPool pool = new PacketPool(100_000);

    private Packet packet() {
        return Packet.toGroup().withPayload(pool.take(BYTES), 0, BYTES);
    }

    private boolean servesAgain(Packet packet) {
        pool.settle();
        return pool.take(BYTES).array() == packet.buffer();
    }

    @Test
    void memoryServesAgainWhenAllWhoKeptItHaveReleasedIt() {
        Packet packet = packet();
        packet.keep();

        packet.release();
        assertThat(servesAgain(packet)).isFalse();
        packet.release();
        assertThat(servesAgain(packet)).isTrue();
    }

    @Test
    void whatIsMadeOfAPacketLiesInTheSameMemory() {
        Packet packet = packet();
        Packet made = packet.withFlags(Packet.DATA).withCredit(1).withPayload(packet.buffer(), 10, 20).redirectedTo(null);
        made.keep();

        packet.release();
        assertThat(servesAgain(packet)).isFalse();
        made.release();
        assertThat(servesAgain(packet)).isTrue();
    }

    @Test
    void aPacketWithAnotherPayloadDoesNotKeepTheFormerOne() {
        Packet packet = packet();
        Packet other = packet.withPayload(new byte[1], 0, 1);
        other.keep();

        packet.release();

        assertThat(servesAgain(packet)).isTrue();
    }

    @Test
    void whatIsReleasedMayStillBePassedOnUntilThePoolSettles() {
        Packet packet = packet();
        packet.release();
        assertThat(pool.take(BYTES).array()).isNotSameAs(packet.buffer());
        packet.keep();

        assertThat(servesAgain(packet)).isFalse();
        packet.release();
        assertThat(servesAgain(packet)).isTrue();
    }

    @Test
    void memoryThatIsReleasedTwiceBeforeThePoolSettlesServesOneOnly() {
        Packet packet = packet();
        packet.release();
        packet.keep();
        packet.release();
        pool.settle();

        byte[] first = pool.take(BYTES).array();

        assertThat(first).isSameAs(packet.buffer());
        pool.settle();
        assertThat(pool.take(BYTES).array()).isNotSameAs(first);
    }

    @Test
    void memoryIsLongEnoughAndNoneOfManySizesIsLost() {
        for (int bytes : new int[] {0, 1, 4_095, 4_096, 4_097, 60_001, 65_536, 65_537, 200_000}) {
            PacketMemory memory = pool.take(bytes);
            assertThat(memory.array().length).isBetween(bytes, bytes + 4_096);
            memory.release();
            pool.settle();
            assertThat(pool.take(bytes).array().length).isGreaterThanOrEqualTo(bytes);
        }
    }

    @Test
    void whatIsMoreThanThePoolHoldsIsLeftToTheGarbageCollector() {
        PacketPool small = new PacketPool(BYTES);
        PacketMemory memory = small.take(BYTES);
        memory.release();
        small.settle();

        assertThat(small.take(BYTES).array()).isNotSameAs(memory.array());
    }
}
