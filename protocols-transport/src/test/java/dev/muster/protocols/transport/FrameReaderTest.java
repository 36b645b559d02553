package dev.muster.protocols.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.spi.MalformedException;
import dev.muster.spi.PacketMemory;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class FrameReaderTest {

    private static final int MOST_BYTES = 2000;

    private final List<String> frames = new ArrayList<>();
    private final FrameReader reader = newReader(frames);

    private static FrameReader newReader(List<String> frames) {
        return new FrameReader(MOST_BYTES, FrameReaderTest::memory, (kind, body, length) ->
                frames.add(kind + ":" + Arrays.hashCode(Arrays.copyOf(body.array(), length)) + ":" + length));
    }

    /** Longer than what was asked for, as that of a pool may be. */
    private static PacketMemory memory(int bytes) {
        return PacketMemory.of(new byte[bytes + 3]);
    }

    private static byte[] stream(SplittableRandom random, int count) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < count; i++) {
            int kind = random.nextInt(3);
            byte[] body = new byte[kind == FrameReader.CLOSE ? 0 : 1 + random.nextInt(kind == FrameReader.HELLO ? 512 : 900)];
            random.nextBytes(body);
            out.writeBytes(ByteBuffer.allocate(4).putInt(FrameReader.head(kind, body.length)).array());
            out.writeBytes(body);
        }
        return out.toByteArray();
    }

    @Test
    void framesAreTheSameWhereverTheStreamIsCut() {
        byte[] bytes = stream(new SplittableRandom(1), 6);
        List<String> whole = new ArrayList<>();
        newReader(whole).read(ByteBuffer.wrap(bytes));
        assertThat(whole).hasSize(6);

        for (int cut = 0; cut <= bytes.length; cut++) {
            List<String> inParts = new ArrayList<>();
            FrameReader parts = newReader(inParts);
            parts.read(ByteBuffer.wrap(bytes, 0, cut));
            parts.read(ByteBuffer.wrap(bytes, cut, bytes.length - cut));
            assertThat(inParts).as("cut at %d", cut).isEqualTo(whole);
        }
    }

    @Test
    void framesArriveByteByByte() {
        byte[] bytes = stream(new SplittableRandom(2), 5);
        for (byte each : bytes) {
            reader.read(ByteBuffer.wrap(new byte[] {each}));
        }
        assertThat(frames).hasSize(5);
    }

    @Test
    void aFrameOnTheWireIsItsKindAndLengthAndThenItsBytes() {
        reader.read(ByteBuffer.wrap(new byte[] {0, 0, 0, 2, 7, 8, 2, 0, 0, 0}));
        assertThat(frames).containsExactly("0:" + Arrays.hashCode(new byte[] {7, 8}) + ":2", "2:1:0");
    }

    @Test
    void aLengthBeyondTheLimitIsRefusedBeforeMemoryIsTaken() {
        assertThatThrownBy(() -> reader.read(ByteBuffer.wrap(new byte[] {0, 0, 8, 0})))
                .isInstanceOf(MalformedException.class).hasMessageContaining("2048 bytes, expected 1 to 2000");
        assertThatThrownBy(() -> newReader(frames).read(ByteBuffer.wrap(new byte[] {1, 0, 8, 0})))
                .isInstanceOf(MalformedException.class).hasMessageContaining("expected 1 to 512");
    }

    @Test
    void emptyPacketsMarksWithBytesAndUnknownKindsAreRefused() {
        assertThatThrownBy(() -> reader.read(ByteBuffer.wrap(new byte[4]))).isInstanceOf(MalformedException.class);
        assertThatThrownBy(() -> newReader(frames).read(ByteBuffer.wrap(new byte[] {2, 0, 0, 1})))
                .isInstanceOf(MalformedException.class);
        assertThatThrownBy(() -> newReader(frames).read(ByteBuffer.wrap(new byte[] {'G', 'E', 'T', ' '})))
                .isInstanceOf(MalformedException.class).hasMessageContaining("kind 71");
    }

    @Test
    void anyBytesInAnyPiecesGiveFramesOrAMalformedException() {
        SplittableRandom random = new SplittableRandom(3);
        int refused = 0;
        for (int input = 0; input < 100_000; input++) {
            refused += feed(random, mutated(random)) ? 0 : 1;
        }
        assertThat(refused).isBetween(10_000, 95_000);
    }

    @Test
    void aFrameLargerThanAnOrdinaryPacketIsPutTogetherFromItsPieces() {
        for (int length : new int[] {65_535, 65_536, 65_537, 131_072, 200_001, 1 << 20}) {
            byte[] body = new byte[length];
            new SplittableRandom(length).nextBytes(body);
            List<byte[]> frames = new ArrayList<>();
            FrameReader reader = new FrameReader(1 << 20, FrameReaderTest::memory,
                    (kind, bytes, count) -> frames.add(Arrays.copyOf(bytes.array(), count)));
            reader.read(ByteBuffer.allocate(4).putInt(0, FrameReader.head(FrameReader.PACKET, length)));
            for (int at = 0; at < length; at += 10_007) {
                reader.read(ByteBuffer.wrap(body, at, Math.min(10_007, length - at)));
            }
            assertThat(frames).hasSize(1);
            assertThat(frames.get(0)).isEqualTo(body);
        }
    }

    private static byte[] mutated(SplittableRandom random) {
        if (random.nextInt(4) == 0) {
            byte[] noise = new byte[random.nextInt(64)];
            random.nextBytes(noise);
            return noise;
        }
        byte[] bytes = stream(random, 1 + random.nextInt(3));
        for (int i = random.nextInt(4); i > 0; i--) {
            bytes[random.nextInt(Math.min(bytes.length, 1 + random.nextInt(bytes.length)))] = (byte) random.nextInt();
        }
        return random.nextInt(4) == 0 ? Arrays.copyOf(bytes, random.nextInt(bytes.length + 1)) : bytes;
    }

    private static boolean feed(SplittableRandom random, byte[] bytes) {
        FrameReader reader = new FrameReader(MOST_BYTES, FrameReaderTest::memory, (kind, body, length) -> {
            assertThat(kind).isBetween(0, 2);
            assertThat(length).isLessThanOrEqualTo(MOST_BYTES);
            if (kind == FrameReader.HELLO) {
                Hello.decode(body.array());
            }
        });
        try {
            for (int at = 0; at < bytes.length; ) {
                int count = 1 + random.nextInt(bytes.length - at);
                reader.read(ByteBuffer.wrap(bytes, at, count));
                at += count;
            }
            return true;
        } catch (MalformedException e) {
            return false;
        }
    }
}
