package dev.muster.protocols.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.spi.Network;
import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SendQueueTest {

    private final FramePool pool = new FramePool(1 << 20);
    private final ByteBuffer[] gather = new ByteBuffer[SendQueue.GATHERED];

    private Frame frame(int length, int fill) {
        Frame frame = pool.take(length);
        ByteBuffer buffer = frame.begin();
        for (int i = 0; i < length; i++) {
            buffer.put((byte) fill);
        }
        frame.filled();
        return frame;
    }

    /** Takes a few bytes at a time. */
    private static final class SlowStream implements Network.Stream {
        private final ByteArrayOutputStream taken = new ByteArrayOutputStream();
        private long room;

        @Override
        public long write(ByteBuffer[] buffers, int count) {
            long before = room;
            for (int i = 0; i < count; i++) {
                while (room > 0 && buffers[i].hasRemaining()) {
                    taken.write(buffers[i].get());
                    room--;
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

    @Test
    void sharedFramesReachEverybodyHoweverSlowlyTheyAreTaken() {
        SplittableRandom random = new SplittableRandom(7);
        SendQueue[] queues = {new SendQueue(1 << 20), new SendQueue(1 << 20), new SendQueue(1 << 20)};
        SlowStream[] streams = {new SlowStream(), new SlowStream(), new SlowStream()};
        ByteArrayOutputStream expected = new ByteArrayOutputStream();
        for (int round = 0; round < 400; round++) {
            int length = 1 + random.nextInt(700);
            Frame frame = frame(length, round);
            for (SendQueue queue : queues) {
                assertThat(queue.offer(frame, true)).isTrue();
            }
            frame.release();
            expected.writeBytes(filled(length, round));
            int which = random.nextInt(queues.length);
            streams[which].room = random.nextInt(3000);
            queues[which].writeTo(streams[which], gather);
        }
        for (int i = 0; i < queues.length; i++) {
            streams[i].room = Long.MAX_VALUE;
            assertThat(queues[i].writeTo(streams[i], gather)).isTrue();
            assertThat(streams[i].taken.toByteArray()).isEqualTo(expected.toByteArray());
            assertThat(queues[i].bytes()).isZero();
        }
    }

    private static byte[] filled(int length, int fill) {
        byte[] bytes = new byte[length];
        java.util.Arrays.fill(bytes, (byte) fill);
        return bytes;
    }

    @Test
    void dataIsRefusedBeforeControlPackets() {
        SendQueue queue = new SendQueue(4096);
        while (queue.offer(frame(1000, 1), true)) {
            assertThat(queue.bytes()).isLessThanOrEqualTo(4096);
        }
        assertThat(queue.offer(frame(1000, 2), false)).isTrue();
        assertThat(queue.offer(frame(1000, 3), false)).isFalse();
    }

    @Test
    void buffersGoBackToThePoolWhenTheLastReceiverHasThem() {
        SendQueue first = new SendQueue(4096);
        SendQueue second = new SendQueue(4096);
        Frame frame = frame(1000, 1);
        first.offer(frame, true);
        second.offer(frame, true);
        frame.release();
        first.clear();
        assertThat(pool.idleBytes()).isZero();
        second.clear();
        assertThat(pool.idleBytes()).isEqualTo(1024);
        assertThat(pool.take(900)).isSameAs(frame);
    }

    @Test
    void aFrameThatWasCutBeginsAnewOnAnotherConnection() {
        SendQueue queue = new SendQueue(4096);
        queue.offer(frame(10, 1), true);
        SlowStream broken = new SlowStream();
        broken.room = 4;
        assertThat(queue.writeTo(broken, gather)).isFalse();
        queue.restart();
        SlowStream next = new SlowStream();
        next.room = 100;
        assertThat(queue.writeTo(next, gather)).isTrue();
        assertThat(next.taken.toByteArray()).isEqualTo(filled(10, 1));
    }

    @Test
    void thePoolKeepsNoMoreThanItsBound() {
        FramePool small = new FramePool(1000);
        Frame[] frames = {small.take(500), small.take(500), small.take(300)};
        for (Frame frame : frames) {
            frame.begin();
            frame.release();
        }
        assertThat(small.idleBytes()).isEqualTo(512);
    }
}
