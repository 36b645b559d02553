package dev.muster.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.api.Channel;
import dev.muster.api.ChannelState;
import dev.muster.api.Setting;
import dev.muster.api.SharedThreads;
import dev.muster.api.StackBuilder;
import dev.muster.spi.Capability;
import dev.muster.spi.Context;
import dev.muster.spi.Event;
import dev.muster.spi.Limits;
import dev.muster.spi.Network;
import dev.muster.spi.Packet;
import dev.muster.spi.Protocol;
import dev.muster.spi.Transport;
import dev.muster.spi.TransportSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Channels that share threads, each a group of its own whose transport listens and does nothing else. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class CrewTest {

    private static final String SHARED = "muster-shared-";

    private final Queue<InetSocketAddress> listening = new ConcurrentLinkedQueue<>();
    private final Set<String> stackThreads = ConcurrentHashMap.newKeySet();
    private final Queue<String> heard = new ConcurrentLinkedQueue<>();
    private final CountDownLatch released = new CountDownLatch(1);
    private final List<Channel> channels = new ArrayList<>();
    private final Assembler assembler = new Assembler(List.of(
            new TestStacks.Provider("EAR").provides(Capability.TRANSPORT)
                    .settings(TransportSettings.ALL.toArray(Setting<?>[]::new)).creating(settings -> new Ear()),
            new TestStacks.Provider("ALONE").provides(Capability.MEMBERSHIP).creating(settings -> new Alone())), List.of());

    /** Listens, and does not stop listening when it is stopped. */
    private final class Ear implements Transport {
        @Override
        public void start(Context context) {
            try {
                Network.Listener listener = context.network().listen(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), stream -> {
                            throw new IllegalStateException("nobody is let in");
                        });
                listening.add(listener.local());
                context.emitUp(new Event.TransportReady(listener.local()));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void down(Packet packet) {}

        @Override
        public void flush() {}

        @Override
        public void stop() {
            throw new IllegalStateException("does not want to stop");
        }

        @Override
        public Limits limits(Limits below) {
            return new Limits(60_000, 4 << 20, true);
        }
    }

    /** A group of one; fails when it is sent an exclamation mark. */
    private final class Alone implements Protocol {
        private Context context;

        @Override
        public void start(Context given) {
            context = given;
            context.setTimer(1, 1);
        }

        @Override
        public void timer(int id) {
            // not on a thread that lends itself for a moment
            stackThreads.add(Thread.currentThread().getName());
        }

        @Override
        public void up(Packet packet) {
            context.passUp(packet);
        }

        @Override
        public void down(Packet packet) {
            if (packet.buffer()[packet.offset() + 1] == '!') {
                throw new IllegalStateException("failed as asked");
            }
            context.passUp(packet.from(context.self(), 1));
        }

        @Override
        public Event event(Event event) {
            if (event instanceof Event.Connect) {
                context.emit(new Event.ViewInstalled(Fakes.view(1, context.self()), List.of()));
            } else if (event instanceof Event.Disconnect) {
                context.emitUp(new Event.Disconnected(false, "asked to"));
            }
            return event;
        }
    }

    @AfterEach
    void closeAll() {
        released.countDown();
        channels.forEach(Channel::close);
        Await.until("no shared thread is left", () -> threads(SHARED).isEmpty());
    }

    private Channel join(SharedThreads threads, String name, Map<String, String> transport) {
        Channel channel = assembler.channel(StackBuilder.create().add("EAR", transport).add("ALONE", Map.of()).definition(),
                name, threads);
        channels.add(channel);
        channel.receiver(message -> heard.add(name + " hears " + message.text() + " on " + thread()));
        return channel.connect(name);
    }

    private Channel join(SharedThreads threads, String name) {
        return join(threads, name, Map.of());
    }

    private static String thread() {
        return Thread.currentThread().getName().replaceAll("\\d+", "N");
    }

    private static List<String> threads(String beginning) {
        return Thread.getAllStackTraces().keySet().stream().map(Thread::getName).filter(name -> name.startsWith(beginning))
                .toList();
    }

    private void awaitHeard(String... all) {
        Await.until("heard is " + List.of(all) + " instead of " + heard, () -> heard.containsAll(List.of(all)));
    }

    @Test
    void manyChannelsRunOnAsManyLoopsAsWereAskedFor() {
        SharedThreads threads = SharedThreads.of(2, 1);
        for (int i = 0; i < 10; i++) {
            join(threads, "member-" + i).send(Fakes.bytes("hello"));
        }

        Await.until("all have heard themselves", () -> heard.size() == 10);
        Await.until("both loops have worked", () -> stackThreads.size() == 2);
        assertThat(stackThreads).allMatch(name -> name.startsWith("muster-shared-loop-"));
        assertThat(heard).allMatch(line -> line.endsWith("on muster-shared-delivery-N-N"));
        assertThat(threads(SHARED)).hasSize(3);
    }

    @Test
    void closingOneLeavesTheOthersRunningAndTheLastEndsTheThreadsWhichThenCanBeginAnew() {
        SharedThreads threads = SharedThreads.create();
        Channel first = join(threads, "first");
        Channel second = join(threads, "second");
        InetSocketAddress firstEar = listening.remove();

        first.close();
        second.send(Fakes.bytes("still here"));

        awaitHeard("second hears still here on muster-shared-delivery-N-N");
        Await.until("what a layer left open is closed", () -> isFree(firstEar));
        assertThat(isFree(listening.peek())).isFalse();
        assertThat(threads(SHARED)).isNotEmpty();
        second.disconnect();
        Await.until("the threads end", () -> threads(SHARED).isEmpty());

        second.connect("second").send(Fakes.bytes("again"));

        awaitHeard("second hears again on muster-shared-delivery-N-N");
    }

    private static boolean isFree(InetSocketAddress address) {
        try (ServerSocket probe = new ServerSocket(address.getPort(), 1, address.getAddress())) {
            return probe.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void whoDoesNotShareTheSameThreadsIsApart() {
        join(SharedThreads.of(1, 1), "first");
        join(SharedThreads.of(1, 1), "second");

        assertThat(threads("muster-shared-loop-")).hasSize(2);
    }

    @Test
    void aLayerThatFailsInOneStackIsNotFeltInAnother() {
        SharedThreads threads = SharedThreads.create();
        Channel failing = join(threads, "failing");
        Channel other = join(threads, "other");

        failing.send(Fakes.bytes("!"));
        other.send(Fakes.bytes("unharmed"));

        awaitHeard("other hears unharmed on muster-shared-delivery-N-N");
        Await.until("the failure is counted", () -> failing.counters().get("ALONE.failures") == 1);
        failing.send(Fakes.bytes("and on"));
        awaitHeard("failing hears and on on muster-shared-delivery-N-N");
        assertThat(channels).allMatch(channel -> channel.state() == ChannelState.CONNECTED);
    }

    private void awaitRelease() {
        try {
            released.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void callbacksThatDoNotReturnHoldUpNobodyElseHoweverManyTheyAre() {
        SharedThreads threads = SharedThreads.of(1, 2);
        AtomicInteger held = new AtomicInteger();
        for (int i = 0; i < 5; i++) {
            Channel stuck = join(threads, "stuck-" + i);
            stuck.receiver(message -> {
                held.incrementAndGet();
                awaitRelease();
            });
            stuck.send(Fakes.bytes("wait"));
        }

        join(threads, "free").send(Fakes.bytes("through"));

        awaitHeard("free hears through on muster-shared-delivery-N-N");
        Await.until("all are called", () -> held.get() == 5);
        released.countDown();
        Await.until("threads that were lent go", () -> threads("muster-shared-delivery").size() <= 2);
    }

    @Test
    void whoAsksToBeCalledOnTheLoopIs() {
        join(SharedThreads.create(), "inline", Map.of("thread_pool.enabled", "false")).send(Fakes.bytes("hello"));

        awaitHeard("inline hears hello on muster-shared-loop-N-N");
    }

    @Test
    void numbersThatMakeNoSenseAreRefused() {
        assertThatThrownBy(() -> SharedThreads.of(0, 1)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("0 loops");
        assertThatThrownBy(() -> SharedThreads.of(1, 0)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("0 callback threads");
    }
}
