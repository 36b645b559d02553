package dev.muster.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.api.Message;
import dev.muster.spi.Limits;
import dev.muster.spi.Packet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 1, unit = TimeUnit.MINUTES)
class LentBatchTest {

    /** Messages packed by the outbox, at an offset within a larger array. */
    private static Packet packed(String... texts) {
        Outbox outbox = new Outbox(1 << 20, Runnable::run);
        outbox.open(new Limits(60_000, 1 << 20, true));
        for (String text : texts) {
            byte[] payload = Fakes.bytes(text);
            outbox.append(null, 0, payload, 0, payload.length, Outbox.WhenFull.REFUSE);
        }
        Packet packet = outbox.take();
        byte[] shifted = new byte[packet.length() + 10];
        System.arraycopy(packet.buffer(), packet.offset(), shifted, 5, packet.length());
        return packet.withPayload(shifted, 5, packet.length()).from(Fakes.BERT, 1);
    }

    private static Packet raw(int... bytes) {
        byte[] payload = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            payload[i] = (byte) bytes[i];
        }
        return Packet.toGroup().withFlags(Packet.DATA).withPayload(payload, 0, payload.length).from(Fakes.BERT, 1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void itWalksOverAllMessagesEmptyAndLongOnesIncluded(boolean poisoned) {
        String longText = "x".repeat(20_000);
        LentBatch batch = new LentBatch(packed("a", "", longText, "b"), poisoned);
        List<String> texts = new ArrayList<>();
        while (batch.next()) {
            Message message = batch.message();
            assertThat(message.source()).isEqualTo(Fakes.BERT);
            texts.add(message.text());
        }

        assertThat(texts).containsExactly("a", "", longText, "b");
        assertThat(batch.hasMore()).isFalse();
        assertThat(batch.next()).isFalse();
    }

    @Test
    void aSingleMessageIsTheWholePayloadEvenAnEmptyOne() {
        LentBatch batch = new LentBatch(Fakes.packet(Fakes.BERT, "whole"), false);
        assertThat(batch.next()).isTrue();
        assertThat(batch.message().text()).isEqualTo("whole");
        assertThat(batch.next()).isFalse();

        LentBatch empty = new LentBatch(Fakes.packet(Fakes.BERT, ""), false);
        assertThat(empty.next()).isTrue();
        assertThat(empty.length()).isZero();
        assertThat(empty.next()).isFalse();
        assertThat(empty.hasMore()).isFalse();
    }

    @Test
    void aMessageInAnArrayOfItsOwnIsGivenAwayOnceAndCopiedFromThenOn() {
        Packet packet = Fakes.packet(Fakes.BERT, "large").withFlags(Packet.UNSHARED);
        LentBatch batch = new LentBatch(packet, false);
        batch.next();

        assertThat(batch.message().payload()).isSameAs(packet.buffer());
        assertThat(batch.message().payload()).isNotSameAs(packet.buffer()).isEqualTo(packet.buffer());
    }

    @Test
    void aMessageInAnArrayThatIsSharedOrLargerOrPoisonedLaterIsCopied() {
        Packet shared = Fakes.packet(Fakes.BERT, "shared");
        Packet part = Fakes.packet(Fakes.BERT, "part of it").withFlags(Packet.UNSHARED);
        part = part.withPayload(part.buffer(), 0, 4);
        for (LentBatch batch : List.of(new LentBatch(shared, false), new LentBatch(part, false),
                new LentBatch(shared.withFlags(Packet.UNSHARED), true))) {
            batch.next();
            assertThat(batch.message().payload()).isNotSameAs(batch.buffer());
        }
    }

    @Test
    void inPoisonModeWhoeverKeepsTheArrayFindsItOverwritten() {
        Packet packet = packed("secret");
        LentBatch batch = new LentBatch(packet, true);
        batch.next();
        byte[] kept = batch.buffer();
        Message copied = batch.message();

        batch.takeBack();

        byte[] poison = new byte[kept.length];
        Arrays.fill(poison, LentBatch.POISON);
        assertThat(kept).isEqualTo(poison);
        assertThat(copied.text()).isEqualTo("secret");
        assertThat(Fakes.messages(packet)).as("the packet itself may be kept for retransmission").containsExactly("secret");
    }

    @Test
    void useAfterTheCallbackIsRefusedWithARemedy() {
        LentBatch batch = new LentBatch(packed("a", "b"), false);
        batch.next();
        batch.takeBack();

        assertThatThrownBy(batch::next).isInstanceOf(IllegalStateException.class).hasMessageContaining("message()");
        assertThatThrownBy(batch::buffer).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(batch::message).isInstanceOf(IllegalStateException.class);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aLengthBeyondThePacketIsReportedWithItsPlaceAndEndsTheBatch(boolean poisoned) {
        LentBatch batch = new LentBatch(raw(1, 'a', 5, 'b'), poisoned);
        assertThat(batch.next()).isTrue();

        assertThatThrownBy(batch::next).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("packet from bert holds a message of 5 bytes at byte 2 of 4");
        assertThat(batch.hasMore()).isFalse();
    }

    @Test
    void lengthsThatEndTooEarlyOrAreTooLongOrNegativeAreMalformed() {
        List<Packet> malformed = List.of(raw(0x80), raw(0xFF, 0xFF), raw(0x80, 0x80, 0x80, 0x80, 0x80, 0x01, 'a'),
                raw(0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 'a'), raw(0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF));
        for (Packet packet : malformed) {
            LentBatch batch = new LentBatch(packet, false);
            assertThatThrownBy(batch::next).isInstanceOf(IllegalStateException.class);
            assertThat(batch.hasMore()).isFalse();
        }
    }

    @Test
    void afterAFailureTheMessageThatWasLookedAtIsNotShownAgain() {
        LentBatch batch = new LentBatch(packed("a", "b", "c"), false);
        batch.lend();
        batch.next();
        batch.noteFailure();
        assertThat(batch.failed()).isTrue();
        assertThat(batch.hasMore()).isTrue();

        batch.lend();
        assertThat(batch.failed()).isFalse();
        batch.next();
        assertThat(batch.message().text()).isEqualTo("b");
    }

    @Test
    void aCallbackThatAlwaysThrowsBeforeItLooksComesToAnEnd() {
        for (Packet packet : List.of(packed("a", "b", "c"), Fakes.packet(Fakes.BERT, "a"), raw(1, 'a', 9, 'b'))) {
            LentBatch batch = new LentBatch(packet, false);
            int calls = 0;
            do {
                batch.lend();
                batch.noteFailure();
                calls++;
            } while (batch.failed() && batch.hasMore());

            assertThat(calls).isBetween(1, 3);
        }
    }
}
