package dev.muster.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.api.Channel;
import dev.muster.api.Flag;
import dev.muster.api.Message;
import dev.muster.api.Receiver;
import dev.muster.api.Settings;
import dev.muster.spi.PoolSettings;
import dev.muster.spi.PoolSettings.RejectionPolicy;
import dev.muster.spi.TransportSettings;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The threads that call the application back, on real sockets: how many, what they are called, and what holds up what. */
@Timeout(120)
class DeliveryThreadsTest {

    private static final PoolSettings ORDINARY = TransportSettings.THREAD_POOL;

    private final CountDownLatch released = new CountDownLatch(1);

    private void awaitRelease() {
        try {
            released.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Consumer<Settings> usual() {
        return settings -> { };
    }

    @Test
    void messagesOutOfBandAreDeliveredWhileEveryOrdinaryThreadIsStuck() {
        List<String> urgent = new CopyOnWriteArrayList<>();
        AtomicInteger stuck = new AtomicInteger();
        Receiver receiver = message -> {
            if (message.flags().contains(Flag.OOB)) {
                urgent.add(message.text());
            } else {
                stuck.incrementAndGet();
                awaitRelease();
            }
        };
        try (LocalGroup group = new LocalGroup("urgent")) {
            Channel a = group.join("a", usual(), message -> { });
            Channel b = group.join("b", usual(), message -> { });
            Channel c = group.join("c", settings -> settings.set(ORDINARY.minThreads(), 1).set(ORDINARY.maxThreads(), 2),
                    receiver);
            group.awaitViews(3);
            a.send("ordinary".getBytes());
            b.send("ordinary".getBytes());
            Patience.await("both threads are stuck", () -> stuck.get() == 2);

            a.send(Message.toAll("to all".getBytes(), Flag.OOB));
            b.send(Message.to(c.address(), "to one".getBytes(), Flag.OOB));

            Patience.await("both urgent ones", () -> urgent.containsAll(List.of("to all", "to one")));
            assertThat(urgent).hasSize(2);
            released.countDown();
        } finally {
            released.countDown();
        }
    }

    @Test
    void threadsAreNamedAfterClusterAndMember() {
        Set<String> names = ConcurrentHashMap.newKeySet();
        Receiver receiver = message -> names.add(Thread.currentThread().getName().replaceAll("\\d+", "N"));
        try (LocalGroup group = new LocalGroup("orders")) {
            Channel a = group.join("anna", usual(), receiver);
            Channel b = group.join("bert", settings -> settings.set(TransportSettings.THREAD_NAMING_PATTERN, "l"), receiver);
            Channel c = group.join("carl", settings -> settings.set(ORDINARY.enabled(), false), receiver);
            group.awaitViews(3);
            a.send("hello".getBytes());
            a.send(Message.toAll("hello".getBytes(), Flag.OOB));

            Set<String> expected = Set.of("muster-delivery-N-N,orders,anna", "muster-oob-N-N,orders,anna",
                    "muster-delivery-N-N,bert", "muster-oob-N-N,bert", "muster-loop-N,orders,carl",
                    "muster-oob-N-N,orders,carl");
            Patience.await(() -> "all names, not just " + names, () -> names.containsAll(expected));
            assertThat(names).isEqualTo(expected);
            assertThat(List.of(b, c)).allMatch(channel -> channel.view().size() == 3);
        }
    }

    @ParameterizedTest
    @EnumSource
    void moreThanMayWaitIsDealtWithAsThePolicySaysAndEverythingArrivesOnceAndInOrder(RejectionPolicy policy) {
        int count = 3_000;
        List<Integer> received = new CopyOnWriteArrayList<>();
        try (LocalGroup group = new LocalGroup("behind")) {
            Channel a = group.join("a", settings -> settings.set(TransportSettings.ENABLE_BUNDLING, false), message -> { });
            Channel b = group.join("b", settings -> settings.set(ORDINARY.queueMaxSize(), 50)
                    .set(ORDINARY.rejectionPolicy(), policy), message -> {
                        awaitRelease();
                        received.add(ByteBuffer.wrap(message.payload()).getInt());
                    });
            group.awaitViews(2);
            IntStream.range(0, count).forEach(number -> a.send(ByteBuffer.allocate(4).putInt(0, number).array()));
            boolean drops = policy == RejectionPolicy.DISCARD || policy == RejectionPolicy.ABORT;
            Patience.await(() -> "the policy acts: " + b.counters(), () -> b.counters().get("CHANNEL.refused_packets") > 0 == drops
                    && b.counters().get("CHANNEL.reading_stops") > 0 != drops);
            released.countDown();

            Patience.await(() -> "everything, not just " + received.size(), () -> received.size() >= count);
            assertThat(received).isEqualTo(IntStream.range(0, count).boxed().toList());
            assertThat(List.of(a, b)).allMatch(channel -> channel.view().size() == 2);
        } finally {
            released.countDown();
        }
    }
}
