package dev.muster.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.api.Channel;
import dev.muster.api.ChannelState;
import dev.muster.api.MergeView;
import dev.muster.api.Message;
import dev.muster.api.Receiver;
import dev.muster.api.View;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Members that fall silent and come back, stop and start again, and leave in the midst of work, on real sockets. */
@Timeout(180)
class ComingAndGoingTest {

    /** Silence is to be noticed within 5 seconds; the rest is for machines that have other work. */
    private static final Duration REMOVAL = Duration.ofSeconds(5 + 10);

    /** Remembers numbers and views. */
    private static final class Recorder implements Receiver {
        private final List<Integer> numbers = new CopyOnWriteArrayList<>();
        private final List<View> views = new CopyOnWriteArrayList<>();

        @Override
        public void receive(Message message) {
            numbers.add(ByteBuffer.wrap(message.payload()).getInt());
        }

        @Override
        public void viewAccepted(View view) {
            views.add(view);
        }

        boolean has(int number) {
            return numbers.contains(number);
        }
    }

    private static byte[] number(int value) {
        return ByteBuffer.allocate(4).putInt(value).array();
    }

    @Test
    void aMemberThatFallsSilentIsRemovedAndMergesWhenItIsHeardAgain() {
        Muffler muffler = new Muffler();
        Recorder atA = new Recorder();
        Recorder atB = new Recorder();
        Recorder atC = new Recorder();
        try (LocalGroup group = new LocalGroup("silent")) {
            Channel a = group.joinBehind(new Muffler(), "a", atA);
            Channel b = group.joinBehind(new Muffler(), "b", atB);
            Channel c = group.joinBehind(muffler, "c", atC);
            group.awaitViews(3);

            long since = System.nanoTime();
            muffler.silence(true);
            Patience.await("a view without c", () -> a.view().size() == 2 && a.view().equals(b.view()));
            assertThat(Duration.ofNanos(System.nanoTime() - since)).isLessThan(REMOVAL);
            a.send(number(1));
            Patience.await("a message without c", () -> atA.has(1) && atB.has(1));
            Patience.await("c for itself", () -> c.state() == ChannelState.NO_VIEW || c.view().size() == 1);
            assertThat(atC.has(1)).isFalse();

            muffler.silence(false);
            group.awaitViews(3);
            Patience.await("one view", () -> a.view().equals(b.view()) && a.view().equals(c.view()));
            assertThat(a.view()).isInstanceOf(MergeView.class);
            assertThat(((MergeView) a.view()).subgroups()).hasSize(2);
            a.send(number(2));
            c.send(number(3));
            for (Recorder recorder : List.of(atA, atB, atC)) {
                Patience.await("messages in the merged view", () -> recorder.has(2) && recorder.has(3));
            }
        }
    }

    @Test
    void membersThatStopTogetherFormTheGroupAgain() {
        try (LocalGroup group = new LocalGroup("again")) {
            List<Recorder> recorders = IntStream.range(0, 3).mapToObj(i -> new Recorder()).toList();
            List<Channel> channels = IntStream.range(0, 3).mapToObj(i -> group.join("m" + i, recorders.get(i))).toList();
            for (int life = 1; life <= 2; life++) {
                group.awaitViews(3);
                int number = life;
                channels.get(life).send(number(number));
                recorders.forEach(recorder -> Patience.await("message", () -> recorder.has(number)));
                List<Thread> stopping = channels.stream().map(channel -> new Thread(channel::disconnect)).toList();
                together(stopping);
                assertThat(channels).extracting(Channel::state).containsOnly(ChannelState.DISCONNECTED);
                together(channels.stream().map(channel -> new Thread(() -> channel.connect(group.cluster()))).toList());
            }
            group.awaitViews(3);
            recorders.forEach(recorder -> assertThat(recorder.numbers).containsExactly(1, 2));
        }
    }

    private static void together(List<Thread> threads) {
        threads.forEach(Thread::start);
        threads.forEach(thread -> {
            try {
                thread.join();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
    }

    @Test
    void aCoordinatorThatLeavesUnderLoadLosesNothing() throws InterruptedException {
        int perSender = 30_000;
        try (LocalGroup group = new LocalGroup("leaving")) {
            Counting atB = new Counting();
            Counting atC = new Counting();
            Channel a = group.join("a", message -> { });
            Channel b = group.join("b", atB);
            group.join("c", atC);
            group.awaitViews(3);
            assertThat(a.view().coordinator()).isEqualTo(a.address());
            AtomicBoolean stop = new AtomicBoolean();
            int[] sentByA = {0};
            Thread leaver = new Thread(() -> {
                while (!stop.get()) {
                    a.send(number(sentByA[0]++));
                }
            });
            Thread stayer = new Thread(() -> IntStream.range(0, perSender).forEach(i -> b.send(number(1 << 30 | i))));
            leaver.start();
            stayer.start();
            Patience.await("load", () -> atC.fromLeaver() > 5_000 && atC.fromStayer() > 100);
            stop.set(true);
            leaver.join();
            a.disconnect();
            stayer.join();
            for (Counting counting : List.of(atB, atC)) {
                Patience.await("all of both", () -> counting.fromStayer() == perSender
                        && counting.fromLeaver() == sentByA[0]);
                assertThat(counting.gaps).isZero();
            }
            assertThat(b.view().size()).isEqualTo(2);
        }
    }

    /** Counts what two senders number from 0. */
    private static final class Counting implements Receiver {
        private volatile int leaver;
        private volatile int stayer;
        private volatile int gaps;

        @Override
        public synchronized void receive(Message message) {
            int number = ByteBuffer.wrap(message.payload()).getInt();
            if (number >> 30 == 0) {
                gaps += number == leaver ? 0 : 1;
                leaver++;
            } else {
                gaps += (number & ~(1 << 30)) == stayer ? 0 : 1;
                stayer++;
            }
        }

        int fromLeaver() {
            return leaver;
        }

        int fromStayer() {
            return stayer;
        }
    }
}
