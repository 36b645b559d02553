package dev.muster.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.api.Channel;
import dev.muster.api.ProtocolType;
import dev.muster.api.Receiver;
import dev.muster.api.SharedThreads;
import dev.muster.api.StackBuilder;
import dev.muster.api.View;
import dev.muster.protocols.membership.detection.FdAll;
import dev.muster.protocols.membership.detection.VerifySuspect;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Members of one group in one process, on threads that all of them share. */
@Timeout(120)
class SharedThreadsTest {

    private final SharedThreads threads = SharedThreads.of(1, 4);
    private final List<Channel> channels = new ArrayList<>();
    private final CountDownLatch released = new CountDownLatch(1);

    @AfterEach
    void closeAll() {
        released.countDown();
        channels.forEach(Channel::close);
        Patience.await("all threads are gone", () -> sharedThreads().isEmpty());
    }

    private static List<String> sharedThreads() {
        return Thread.getAllStackTraces().keySet().stream().map(Thread::getName)
                .filter(name -> name.startsWith("muster-")).toList();
    }

    private StackBuilder stack(String transport, int firstPort, int members) {
        StackBuilder stack = StackBuilder.named("default", Map.of("muster.start_port", String.valueOf(firstPort),
                "muster.end_port", String.valueOf(firstPort + members - 1),
                "muster.initial_hosts", IntStream.range(firstPort, firstPort + Math.min(10, members))
                        .mapToObj(port -> "127.0.0.1[" + port + "]").collect(Collectors.joining(","))));
        return transport.equals("TCP") ? stack
                : stack.replace(ProtocolType.of("TCP"), transport, Map.of("start_port", String.valueOf(firstPort)));
    }

    private Channel channel(StackBuilder stack, String name) {
        Channel channel = stack.name(name).sharing(threads).build();
        channels.add(channel);
        return channel;
    }

    private boolean allHaveAViewOf(int members) {
        return channels.stream().map(Channel::view).allMatch(view -> view != null && view.size() == members);
    }

    /** Over TCP fewer: everybody may be connected to everybody both ways, and files are counted. */
    @ParameterizedTest
    @CsvSource({"TCP, 40", "LOOPBACK, 100"})
    void manyMembersFormOneViewOnTenThreads(String transport, int members) {
        StackBuilder stack = stack(transport, FreePorts.inARow(members), members);
        for (int i = 0; i < members; i++) {
            channel(stack, "member-" + i);
        }

        channels.forEach(channel -> channel.connectAsync("many", false));

        Patience.await(() -> "one view at all, not " + channels.stream().map(Channel::view).distinct().toList(),
                () -> allHaveAViewOf(members));
        assertThat(channels.stream().map(Channel::view).collect(Collectors.toSet())).hasSize(1);
        assertThat(sharedThreads()).hasSizeLessThanOrEqualTo(10);
    }

    @Test
    void aReceiverThatIsStuckHoldsUpNeitherMessagesNorSignsOfLifeOfOthers() {
        Queue<String> heard = new ConcurrentLinkedQueue<>();
        StackBuilder stack = stack("TCP", FreePorts.inARow(3), 3)
                .configure(FdAll.TYPE, settings -> settings.set(FdAll.TIMEOUT, Duration.ofMillis(400))
                        .set(FdAll.INTERVAL, Duration.ofMillis(100)))
                .configure(VerifySuspect.TYPE, settings -> settings.set(VerifySuspect.TIMEOUT, Duration.ofMillis(200)));
        Channel stuck = channel(stack, "stuck").receiver(message -> {
            heard.add("stuck by " + message.text());
            try {
                released.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        Channel sender = channel(stack, "sender").receiver(message -> { });
        channel(stack, "other").receiver(new Receiver() {
            @Override
            public void receive(dev.muster.api.Message message) {
                heard.add("other hears " + message.text());
            }

            @Override
            public void viewAccepted(View view) {
                heard.add("view of " + view.size());
            }
        });
        channels.forEach(channel -> channel.connect("stuck"));
        Patience.await("three members", () -> allHaveAViewOf(3));
        heard.clear();

        sender.send("one".getBytes());
        Patience.await("one is stuck", () -> heard.contains("stuck by one"));
        sender.send("two".getBytes());

        Patience.await("the other hears both", () -> heard.containsAll(List.of("other hears one", "other hears two")));
        Patience.never(Duration.ofSeconds(2), "a view without the one that is stuck", () -> heard.size() != 3);
        assertThat(heard).containsExactlyInAnyOrder("stuck by one", "other hears one", "other hears two");
        assertThat(stuck.view().size()).isEqualTo(3);
    }

    @Test
    void twoClustersOnOneLoopComeAndGoApart() {
        int firstPort = FreePorts.inARow(4);
        List<Channel> orders = Stream.of("a", "b").map(name -> channel(stack("TCP", firstPort, 2), name)).toList();
        List<Channel> prices = Stream.of("c", "d").map(name -> channel(stack("TCP", firstPort + 2, 2), name)).toList();
        orders.forEach(channel -> channel.connect("orders"));
        prices.forEach(channel -> channel.connect("prices"));
        Patience.await("two views of two", () -> allHaveAViewOf(2));
        View before = prices.get(0).view();

        orders.forEach(Channel::close);

        Patience.never(Duration.ofMillis(300), "the others feel it", () -> !prices.get(0).view().equals(before));
        assertThat(sharedThreads()).isNotEmpty();
    }
}
