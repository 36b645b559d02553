package dev.muster.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.api.Address;
import dev.muster.api.BackPressureException;
import dev.muster.api.Channel;
import dev.muster.api.Message;
import dev.muster.api.Receiver;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The shipped stack under loads that make other toolkits lock up or grow without bound. */
@Timeout(120)
class GroupUnderLoadTest {

    private static final byte ORIGINAL = 0;
    private static final byte ECHO = 1;

    /** Echoes every original to the group, whatever it takes; counts what it gets of each kind. */
    private static final class Echoing implements Receiver {
        private final AtomicInteger originals = new AtomicInteger();
        private final AtomicInteger echoes = new AtomicInteger();
        private volatile Channel channel;

        @Override
        public void receive(Message message) {
            if (message.payload()[0] == ECHO) {
                echoes.incrementAndGet();
                return;
            }
            originals.incrementAndGet();
            byte[] echo = message.payload().clone();
            echo[0] = ECHO;
            try {
                channel.send(echo);
            } catch (BackPressureException e) {
                channel.sendAsync(Message.toAll(echo));
            }
        }
    }

    @Test
    void everyMemberEchoesWhatItReceivesAtFullRateAndNobodyWaitsForEver() throws InterruptedException {
        int perMember = 20_000;
        try (LocalGroup group = new LocalGroup("echo")) {
            List<Echoing> receivers = List.of(new Echoing(), new Echoing(), new Echoing());
            List<Channel> channels = receivers.stream().map(receiver -> {
                Channel channel = group.create("echo", receiver);
                receiver.channel = channel;
                return channel.connect(group.cluster());
            }).toList();
            group.awaitViews(3);
            ExecutorService senders = Executors.newFixedThreadPool(3);
            for (Channel channel : channels) {
                senders.execute(() -> {
                    for (int i = 0; i < perMember; i++) {
                        channel.send(new byte[100]);
                    }
                });
            }
            senders.shutdown();
            for (Echoing receiver : receivers) {
                Patience.await("all originals", () -> receiver.originals.get() == 3 * perMember);
                Patience.await("all echoes", () -> receiver.echoes.get() == 9 * perMember);
            }
        }
    }

    @Test
    void aBlockedReceiverStopsItsSenderWithinTheCreditAndOthersGoOnTalking() throws InterruptedException {
        CountDownLatch blocked = new CountDownLatch(1);
        AtomicLong atA = new AtomicLong();
        AtomicLong atC = new AtomicLong();
        try (LocalGroup group = new LocalGroup("blocked")) {
            Channel a = group.join("a", message -> atA.incrementAndGet());
            Channel b = group.join("b", message -> { });
            group.join("c", message -> {
                awaitQuietly(blocked);
                atC.incrementAndGet();
            });
            group.awaitViews(3);
            int accepted = 0;
            int refusals = 0;
            while (refusals < 2_000) {
                if (a.trySend(Message.toAll(new byte[1000]))) {
                    accepted++;
                } else {
                    refusals++;
                    java.util.concurrent.locks.LockSupport.parkNanos(100_000);
                }
            }
            long acceptedBytes = accepted * 1000L;
            // what waits anywhere: the outbox (4 MiB) and what credits let through to c
            assertThat(acceptedBytes).isLessThan(32L << 20);
            long before = atA.get();
            for (int i = 0; i < 1_000; i++) {
                b.send(a.address(), new byte[100]);
            }
            Patience.await("unicasts of b to a beside the blocked c", () -> atA.get() >= before + 1_000);
            blocked.countDown();
            int total = accepted;
            Patience.await("everything accepted at c", () -> atC.get() == total);
        } finally {
            blocked.countDown();
        }
    }

    /** Sends from within a callback until it is refused: whoever is made to wait there never comes to that. */
    private static final class Overeager implements Receiver {
        private final AtomicInteger accepted = new AtomicInteger();
        private final CountDownLatch refused = new CountDownLatch(1);
        private volatile Channel channel;
        private volatile Address destination;

        @Override
        public void receive(Message message) {
            if (refused.getCount() == 0 || message.payload().length > 1) {
                return;
            }
            try {
                while (true) {
                    channel.send(destination, new byte[10_000], 0, 10_000);
                    accepted.incrementAndGet();
                }
            } catch (BackPressureException e) {
                refused.countDown();
            }
        }
    }

    @ParameterizedTest(name = "to the group: {0}")
    @ValueSource(booleans = {true, false})
    void aCallbackThatSendsWithoutCreditIsRefusedAndNeverBlocked(boolean toGroup) {
        CountDownLatch blocked = new CountDownLatch(1);
        AtomicInteger received = new AtomicInteger();
        Overeager overeager = new Overeager();
        try (LocalGroup group = new LocalGroup("overeager")) {
            Channel a = group.join("a", overeager);
            Channel b = group.join("b", message -> {
                awaitQuietly(blocked);
                received.addAndGet(message.payload().length > 1 ? 1 : 0);
            });
            group.awaitViews(2);
            overeager.channel = a;
            overeager.destination = toGroup ? null : b.address();
            a.send(new byte[1]);

            Patience.await("the refusal", () -> overeager.refused.getCount() == 0);
            Patience.await("credit being used up", () -> a.counters().get("FC.credit_waits") > 0);
            blocked.countDown();
            Patience.await("all that was accepted", () -> received.get() == overeager.accepted.get());
        } finally {
            blocked.countDown();
        }
    }

    @Test
    void aSenderInterruptedInMidSendLosesNothingThatWasAcceptedAndTheChannelGoesOn() throws InterruptedException {
        Map<Integer, Integer> seen = new ConcurrentHashMap<>();
        try (LocalGroup group = new LocalGroup("interrupted")) {
            Channel a = group.join("a", message -> { });
            group.join("b", message -> seen.merge(ByteBuffer.wrap(message.payload()).getInt(), 1, Integer::sum));
            group.awaitViews(2);
            Map<Integer, Integer> accepted = new HashMap<>();
            AtomicInteger number = new AtomicInteger();
            Thread sender = new Thread(() -> {
                while (number.get() < 20_000) {
                    int next = number.incrementAndGet();
                    try {
                        a.send(ByteBuffer.allocate(2_000).putInt(0, next).array());
                        accepted.put(next, 1);
                    } catch (BackPressureException e) {
                        Thread.interrupted();
                    }
                }
            });
            sender.start();
            while (sender.isAlive()) {
                sender.interrupt();
                java.util.concurrent.locks.LockSupport.parkNanos(300_000);
            }
            sender.join();
            a.send(ByteBuffer.allocate(4).putInt(0, -1).array());
            Patience.await("the last message", () -> seen.containsKey(-1));
            seen.remove(-1);
            assertThat(seen).isEqualTo(accepted);
        }
    }

    @Test
    void aMessageOfAHundredMegabytesIsDeliveredWholeOrNotAtAllWhileViewsChange() {
        int length = 100_000_000;
        byte[] huge = new byte[length];
        for (int i = 0; i < length; i += 4_096) {
            huge[i] = (byte) (i / 4_096);
        }
        Map<String, AtomicInteger> whole = new ConcurrentHashMap<>();
        Map<String, AtomicInteger> wrong = new ConcurrentHashMap<>();
        try (LocalGroup group = new LocalGroup("huge")) {
            Channel a = group.join("a", counting("a", huge, whole, wrong));
            group.join("b", counting("b", huge, whole, wrong));
            Channel c = group.join("c", counting("c", huge, whole, wrong));
            group.awaitViews(3);
            a.send(huge);
            c.close();
            Channel d = group.join("d", counting("d", huge, whole, wrong));
            Patience.await("the message at a and b", () -> count(whole, "a") == 1 && count(whole, "b") == 1);
            byte[] last = {42};
            a.send(last);
            for (String name : List.of("a", "b", "d")) {
                Patience.await("the message after it at " + name, () -> count(wrong, name) == 1);
            }
            assertThat(count(whole, "d")).isLessThanOrEqualTo(1);
            assertThat(count(whole, "c")).isLessThanOrEqualTo(1);
            assertThat(List.of(count(whole, "a"), count(whole, "b"))).containsExactly(1, 1);
            assertThat(d.view().size()).isEqualTo(3);
        }
    }

    private static Receiver counting(String name, byte[] expected, Map<String, AtomicInteger> whole,
            Map<String, AtomicInteger> other) {
        return message -> (java.util.Arrays.equals(message.payload(), expected) ? whole : other)
                .computeIfAbsent(name, key -> new AtomicInteger()).incrementAndGet();
    }

    private static int count(Map<String, AtomicInteger> counts, String name) {
        AtomicInteger count = counts.get(name);
        return count == null ? 0 : count.get();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void destinationsThatAreNoMembersDoNoHarm() {
        AtomicInteger seen = new AtomicInteger();
        try (LocalGroup group = new LocalGroup("strangers")) {
            Channel a = group.join("a", message -> seen.incrementAndGet());
            a.send(Address.of(1, 2, "nobody"), new byte[10]);
            a.send(new byte[1]);
            Patience.await("the message to the group", () -> seen.get() == 1);
        }
    }
}
