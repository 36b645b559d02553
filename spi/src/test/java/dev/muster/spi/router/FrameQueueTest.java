package dev.muster.spi.router;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.spi.Network;
import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class FrameQueueTest {

    private static final int BOUND = 100_000;

    private final FrameQueue queue = new FrameQueue(BOUND);
    private final Taking stream = new Taking();

    /** Takes as many bytes as the test says. */
    private static final class Taking implements Network.Stream {
        private final ByteArrayOutputStream taken = new ByteArrayOutputStream();
        private long room;

        @Override
        public long write(ByteBuffer[] buffers, int count) {
            long before = room;
            for (int i = 0; i < count; i++) {
                for (; room > 0 && buffers[i].hasRemaining(); room--) {
                    taken.write(buffers[i].get());
                }
            }
            return before - room;
        }

        @Override
        public void wantWritable(boolean wanted) {}

        @Override
        public void wantReadable(boolean wanted) {}

        @Override
        public InetSocketAddress remote() {
            return null;
        }

        @Override
        public void close() {}
    }

    private static ByteBuffer frame(int length) {
        ByteBuffer frame = ByteBuffer.allocate(length);
        for (int i = 0; i < length; i++) {
            frame.put((byte) (i + length));
        }
        return frame.flip();
    }

    @Test
    void framesAreWrittenInOrderAsTheSystemTakesThem() {
        ByteArrayOutputStream expected = new ByteArrayOutputStream();
        for (int length = 1; length < 50; length++) {
            assertThat(queue.offer(frame(length), true)).isTrue();
            expected.writeBytes(frame(length).array());
        }
        boolean done = false;
        for (int room = 1; !done; room++) {
            stream.room = room;
            done = queue.writeTo(stream);
        }
        assertThat(stream.taken.toByteArray()).isEqualTo(expected.toByteArray());
        assertThat(queue.bytes()).isZero();
        assertThat(queue.isEmpty()).isTrue();
    }

    @Test
    void aFrameForManyQueuesStaysAsItIs() {
        ByteBuffer frame = frame(10);
        queue.offer(frame, true);
        stream.room = 10;
        queue.writeTo(stream);
        assertThat(frame.remaining()).isEqualTo(10);
    }

    @Test
    void dataBeyondTheBoundIsRefusedAndTheRestHasAQuarterMore() {
        while (queue.offer(frame(1_000), true)) {
            assertThat(queue.bytes()).isLessThanOrEqualTo(BOUND);
        }
        assertThat(queue.bytes()).isGreaterThan(BOUND - 2_000);
        while (queue.offer(frame(1_000), false)) {
            assertThat(queue.bytes()).isLessThanOrEqualTo(BOUND + BOUND / 4);
        }
        assertThat(queue.bytes()).isGreaterThan(BOUND + BOUND / 4 - 2_000);
        assertThat(queue.offer(frame(1), true)).isFalse();
    }

    @Test
    void aFrameLargerThanAllIsTakenWhenNothingElseWaits() {
        assertThat(queue.offer(frame(2 * BOUND), true)).isTrue();
        assertThat(queue.offer(frame(1), false)).isFalse();
        stream.room = 2 * BOUND;
        assertThat(queue.writeTo(stream)).isTrue();
        assertThat(queue.offer(frame(1), true)).isTrue();
    }

    @Test
    void tinyFramesCountWithWhatKeepingThemTakes() {
        int count = 0;
        while (queue.offer(frame(1), true)) {
            count++;
        }
        assertThat(count).isLessThan(BOUND / 100);
    }

    @Test
    void whatIsForgottenIsNotWritten() {
        queue.offer(frame(10), true);
        queue.clear();
        stream.room = 10;
        assertThat(queue.writeTo(stream)).isTrue();
        assertThat(stream.taken.size()).isZero();
    }
}
