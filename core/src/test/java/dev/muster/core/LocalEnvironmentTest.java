package dev.muster.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.api.Settings;
import dev.muster.spi.Network;
import dev.muster.spi.PoolSettings;
import dev.muster.spi.TransportSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The real environment on real loopback sockets. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class LocalEnvironmentTest {

    private static final long SECOND = 1_000_000_000L;
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(LOOPBACK, 0);
    private static final Network.StreamOptions OPTIONS = new Network.StreamOptions(true, 0, 0, 20 * SECOND);

    private final LocalEnvironment environment = new LocalEnvironment(new Settings());

    @AfterEach
    void close() {
        environment.execute(environment::close);
    }

    private <T> T onLoop(Callable<T> call) {
        CompletableFuture<T> result = new CompletableFuture<>();
        environment.execute(() -> {
            try {
                result.complete(call.call());
            } catch (Exception | Error e) {
                result.completeExceptionally(e);
            }
        });
        return result.join();
    }

    private void onLoopDo(Runnable task) {
        onLoop(() -> {
            task.run();
            return null;
        });
    }

    /** Keeps what it is told. */
    private static class Keeper implements Network.StreamHandler {
        final CompletableFuture<Void> connected = new CompletableFuture<>();
        final CompletableFuture<Network.CloseReason> closed = new CompletableFuture<>();
        final AtomicLong bytes = new AtomicLong();
        final AtomicLong sum = new AtomicLong();

        @Override
        public void connected() {
            connected.complete(null);
        }

        @Override
        public void received(ByteBuffer received) {
            int count = received.remaining();
            long part = 0;
            while (received.hasRemaining()) {
                part += received.get();
            }
            sum.addAndGet(part);
            // last, since who has seen all bytes looks at their sum
            bytes.addAndGet(count);
        }

        @Override
        public void closed(Network.CloseReason reason, String detail) {
            closed.complete(reason);
        }
    }

    private static ByteBuffer[] text(String text) {
        return new ByteBuffer[] {ByteBuffer.wrap(Fakes.bytes(text))};
    }

    private Network.Listener listen(Network.AcceptHandler handler) {
        return onLoop(() -> environment.network().listen(ANY_PORT, handler));
    }

    private Network.Stream connect(InetSocketAddress remote, Network.StreamOptions options, Network.StreamHandler handler) {
        return onLoop(() -> environment.network().connect(remote, options, handler));
    }

    @Test
    void streamsCarryBytesBothWaysAndAnAcceptedOneCanBeWrittenToAtOnce() {
        Keeper server = new Keeper();
        Keeper client = new Keeper();
        Network.Listener listener = listen(stream -> {
            assertThat(stream.write(text("welcome"), 1)).isEqualTo(7);
            return server;
        });

        Network.Stream stream = connect(listener.local(), OPTIONS, client);
        client.connected.join();
        onLoopDo(() -> stream.write(text("hi"), 1));

        Await.until("both have heard", () -> client.bytes.get() == 7 && server.bytes.get() == 2);
        assertThat(stream.remote()).isEqualTo(listener.local());
    }

    @Test
    void aPortWhereNobodyListensRefuses() {
        Network.Listener listener = listen(stream -> new Keeper());
        onLoopDo(listener::close);

        Await.until("the system has let go of the port", () -> isRefused(listener.local()));
    }

    private boolean isRefused(InetSocketAddress address) {
        Keeper client = new Keeper();
        connect(address, OPTIONS, client);
        CompletableFuture.anyOf(client.connected, client.closed).join();
        return client.closed.isDone() && client.closed.join() == Network.CloseReason.REFUSED;
    }

    @Test
    void aPeerThatDoesNotAnswerIsGivenUpInTime() throws IOException {
        try (ServerSocketChannel deaf = ServerSocketChannel.open().bind(ANY_PORT, 1)) {
            InetSocketAddress address = (InetSocketAddress) deaf.getLocalAddress();
            List<Keeper> clients = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                clients.add(new Keeper());
                connect(address, new Network.StreamOptions(true, 0, 0, SECOND / 4), clients.get(i));
            }

            Await.until("those beyond the backlog are given up",
                    () -> clients.stream().anyMatch(client -> client.closed.isDone()));
            assertThat(clients.stream().filter(client -> client.closed.isDone()).map(client -> client.closed.join()))
                    .containsOnly(Network.CloseReason.TIMED_OUT);
        }
    }

    @Test
    void theSystemProbesStreamsIfThatIsWished() throws IOException {
        try (SocketChannel stream = SocketChannel.open()) {
            NioStream.prepare(stream, new Network.StreamOptions(true, 0, 0, SECOND, true, null));
            assertThat(stream.getOption(StandardSocketOptions.SO_KEEPALIVE)).isTrue();
            NioStream.prepare(stream, OPTIONS);
            assertThat(stream.getOption(StandardSocketOptions.SO_KEEPALIVE)).isFalse();
        }
    }

    @Test
    void aNameThatHasNoAddressFailsThroughTheHandler() {
        Keeper client = new Keeper();

        connect(InetSocketAddress.createUnresolved("nowhere.invalid", 1), OPTIONS, client);

        assertThat(client.closed.join()).isEqualTo(Network.CloseReason.FAILED);
    }

    @Test
    void anAddressInUseIsNamed() {
        Network.Listener listener = listen(stream -> new Keeper());

        assertThatThrownBy(() -> onLoop(() -> environment.network().listen(listener.local(), stream -> new Keeper())))
                .hasCauseInstanceOf(IOException.class)
                .hasMessageContaining("can't listen on").hasMessageContaining(String.valueOf(listener.local().getPort()));
    }

    /** Writes until the system takes no more, and goes on when told. */
    private static final class Pump extends Keeper {
        private static final int CHUNK = 1 << 20;
        private final long total;
        private long written;
        private int partial;
        private Network.Stream stream;

        private Pump(long total) {
            this.total = total;
        }

        @Override
        public void connected() {
            pump();
        }

        @Override
        public void writable() {
            pump();
        }

        private void pump() {
            while (written < total) {
                byte[] chunk = new byte[(int) Math.min(CHUNK, total - written)];
                for (int i = 0; i < chunk.length; i++) {
                    chunk[i] = (byte) (written + i);
                }
                int half = chunk.length / 2;
                long taken = stream.write(new ByteBuffer[] {ByteBuffer.wrap(chunk, 0, half),
                    ByteBuffer.wrap(chunk, half, chunk.length - half)}, 2);
                written += taken;
                if (taken < chunk.length) {
                    partial++;
                    stream.wantWritable(true);
                    return;
                }
            }
            stream.wantWritable(false);
            connected.complete(null);
        }
    }

    @Test
    void fiftyMegabytesPassAReaderThatStopsAgainAndAgain() {
        long total = 50L << 20;
        Keeper[] reader = new Keeper[1];
        AtomicInteger stops = new AtomicInteger();
        Network.Listener listener = listen(stream -> {
            reader[0] = new Keeper() {
                @Override
                public void receivedAll() {
                    if (stops.get() < 20 && bytes.get() > stops.get() * (2L << 20)) {
                        stops.incrementAndGet();
                        stream.wantReadable(false);
                        environment.schedule(5_000_000, () -> stream.wantReadable(true));
                    }
                }
            };
            return reader[0];
        });
        Pump pump = new Pump(total);
        onLoopDo(() -> pump.stream = environment.network().connect(listener.local(), OPTIONS, pump));

        Await.until("all has been read", () -> reader[0] != null && reader[0].bytes.get() == total);

        long expected = 0;
        for (int i = 0; i < 256; i++) {
            expected += (byte) i;
        }
        assertThat(reader[0].sum.get()).isEqualTo(expected * (total / 256));
        assertThat(pump.partial).as("writes that were not taken whole").isPositive();
        assertThat(stops.get()).isEqualTo(20);
    }

    @Test
    void buffersOfTheAskedSizeBoundWhatAnAcceptedStreamTakesThatNobodyReads() {
        Network.StreamOptions small = new Network.StreamOptions(true, 16 << 10, 16 << 10, 20 * SECOND);
        Pump pump = new Pump(64L << 20);
        Network.Listener listener = onLoop(() -> environment.network().listen(ANY_PORT, small, stream -> {
            pump.stream = stream;
            return pump;
        }));
        Keeper client = new Keeper();
        Network.Stream deaf = connect(listener.local(), small, client);
        client.connected.join();
        onLoopDo(() -> deaf.wantReadable(false));
        Await.until("the other end", () -> onLoop(() -> pump.stream) != null);
        onLoopDo(pump::pump);

        List<Long> looks = new ArrayList<>();
        Await.until("the system takes no more", () -> {
            looks.add(onLoop(() -> pump.written));
            int last = looks.size() - 1;
            return looks.get(last) > 0 && last >= 100 && looks.get(last).equals(looks.get(last - 100));
        });

        // the system doubles what is asked for, and counts its own overhead
        assertThat(looks.get(looks.size() - 1)).isLessThan(256 << 10);
    }

    @Test
    void aStreamClosedByThePeerIsToldOnceAllBytesAreRead() {
        Keeper client = new Keeper();
        Network.Listener listener = listen(stream -> {
            stream.write(text("bye"), 1);
            environment.execute(stream::close);
            return new Keeper();
        });

        Network.Stream stream = connect(listener.local(), OPTIONS, client);

        assertThat(client.closed.join()).isEqualTo(Network.CloseReason.CLOSED_BY_PEER);
        assertThat(client.bytes).hasValue(3);
        assertThat(onLoop(() -> stream.write(text("more"), 1))).isZero();
    }

    @Test
    void aStreamClosedByABorrowingThreadIsNoticedByThePeerAtOnce() {
        Keeper server = new Keeper();
        Network.Listener listener = listen(stream -> server);
        Keeper client = new Keeper();
        Network.Stream stream = connect(listener.local(), OPTIONS, client);
        client.connected.join();

        onLoopDo(stream::close);

        assertThat(server.closed.join()).isEqualTo(Network.CloseReason.CLOSED_BY_PEER);
        assertThat(client.closed).as("who closes is not told").isNotDone();
    }

    @Test
    void anInterruptedBorrowerNeverClosesAChannel() {
        Keeper server = new Keeper();
        Network.Listener listener = listen(stream -> server);
        Keeper client = new Keeper();
        Network.Stream stream = connect(listener.local(), OPTIONS, client);
        client.connected.join();
        AtomicInteger borrowed = new AtomicInteger();
        AtomicInteger written = new AtomicInteger();

        Threads.together(() -> {
            Thread self = Thread.currentThread();
            for (int i = 0; i < 2_000 || borrowed.get() < 10; i++) {
                self.interrupt();
                environment.execute(() -> {
                    borrowed.addAndGet(Thread.currentThread() == self ? 1 : 0);
                    written.addAndGet((int) stream.write(text("x"), 1));
                });
            }
            assertThat(Thread.interrupted()).isTrue();
        });

        Await.until("every byte has come", () -> written.get() >= 2_000 && server.bytes.get() == written.get());
        assertThat(client.closed).isNotDone();
        assertThat(server.closed).isNotDone();
    }

    @Test
    void timersFireInOrderAlsoWhenABorrowerSetsAnEarlierOneThanTheResidentWaitsFor() {
        List<String> fired = new ArrayList<>();
        CompletableFuture<Void> done = new CompletableFuture<>();
        onLoopDo(() -> environment.schedule(60 * SECOND, () -> fired.add("never")));
        long start = System.nanoTime();
        onLoopDo(() -> {
            environment.schedule(SECOND / 20, () -> {
                fired.add("late");
                done.complete(null);
            });
            environment.schedule(SECOND / 50, () -> fired.add("early"));
            environment.schedule(SECOND / 30, () -> fired.add("cancelled")).cancel();
        });

        done.join();

        assertThat(fired).containsExactly("early", "late");
        assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(SECOND / 20);
    }

    @Test
    void manyTimersThatAreDueAtOnceLetOtherWorkHaveItsTurn() {
        int timers = 200;
        List<String> order = new ArrayList<>();
        CompletableFuture<Void> done = new CompletableFuture<>();
        onLoopDo(() -> {
            for (int i = 1; i <= timers; i++) {
                boolean last = i == timers;
                environment.schedule(1, () -> {
                    order.add("timer");
                    if (order.size() == 1) {
                        environment.execute(() -> order.add("task"));
                    } else if (last) {
                        done.complete(null);
                    }
                });
            }
        });

        done.join();

        assertThat(order.indexOf("task")).isBetween(1, timers - 1);
        assertThat(order).hasSize(timers + 1);
    }

    @Test
    void workLeftByManyThreadsIsDoneOnceByOneThreadAtATime() {
        int threads = 4;
        int calls = 100_000;
        int[] unguarded = new int[1];
        Threads.Task[] tasks = new Threads.Task[threads];
        for (int i = 0; i < threads; i++) {
            tasks[i] = () -> {
                for (int call = 0; call < calls; call++) {
                    if (call % 3 == 0) {
                        environment.execute(() -> unguarded[0]++);
                    } else {
                        environment.runOrHandOver(() -> unguarded[0]++);
                    }
                }
            };
        }

        Threads.together(tasks);

        Await.until("all work is done", () -> onLoop(() -> unguarded[0]) == threads * calls);
    }

    @Test
    void timersFireWhileBorrowersNeverRest() {
        AtomicInteger fired = new AtomicInteger();
        onLoopDo(() -> environment.schedule(1_000_000, new Runnable() {
            @Override
            public void run() {
                fired.incrementAndGet();
                environment.schedule(1_000_000, this);
            }
        }));
        Threads.Task borrower = () -> {
            while (fired.get() < 100) {
                environment.execute(Thread::onSpinWait);
            }
        };

        Threads.together(borrower, borrower, borrower);

        assertThat(fired.get()).isGreaterThanOrEqualTo(100);
    }

    /** Asks over a stream that says everything back, and waits for the answer. */
    private final class Caller {
        private final AtomicReference<CompletableFuture<Thread>> asked = new AtomicReference<>();
        private final Network.Stream stream;

        private Caller() {
            Network.Listener listener = listen(back -> new Keeper() {
                @Override
                public void received(ByteBuffer received) {
                    ByteBuffer[] said = {received};
                    back.write(said, 1);
                }
            });
            Keeper keeper = new Keeper() {
                @Override
                public void received(ByteBuffer received) {
                    received.position(received.limit());
                    asked.get().complete(Thread.currentThread());
                }
            };
            stream = connect(listener.local(), OPTIONS, keeper);
            keeper.connected.join();
        }

        /** Tells which thread has brought the answer. */
        private Thread call() throws Exception {
            CompletableFuture<Thread> answer = new CompletableFuture<>();
            asked.set(answer);
            environment.runOrHandOver(() -> stream.write(text("?"), 1));
            environment.await(answer, 60 * SECOND);
            return answer.join();
        }
    }

    @Test
    void whoCallsAgainAndAgainReadsTheAnswersHimself() throws Exception {
        Caller caller = new Caller();
        long begin = System.nanoTime();
        while (caller.call() != Thread.currentThread()) {
            assertThat(System.nanoTime() - begin).as("time without an answer that was read by the caller").isLessThan(60 * SECOND);
        }

        AtomicInteger fired = new AtomicInteger();
        onLoopDo(() -> environment.schedule(1_000_000, fired::incrementAndGet));
        while (fired.get() == 0) {
            caller.call();
        }
        environment.await(onResident(), 60 * SECOND);
    }

    private CompletableFuture<Void> onResident() {
        return CompletableFuture.runAsync(() -> { }, environment.delivery());
    }

    /** Callbacks on the loop's own thread: what one of them hands to the loop is done although a guest sleeps at the sockets. */
    @Test
    void whatACallbackOfTheResidentHandsToTheLoopReachesTheGuest() throws Exception {
        LocalEnvironment poolless = new LocalEnvironment(new Settings().set(TransportSettings.THREAD_POOL.enabled(), false));
        try {
            for (int trial = 0; trial < 50; trial++) {
                CompletableFuture<Void> answer = new CompletableFuture<>();
                onLoopDo(() -> environment.schedule(5_000_000, () ->
                        poolless.delivery().execute(() -> poolless.execute(() -> answer.complete(null)))));
                for (int quick = 0; quick < 3; quick++) {
                    CompletableFuture<Void> soon = new CompletableFuture<>();
                    poolless.execute(() -> poolless.schedule(50_000, () -> soon.complete(null)));
                    poolless.await(soon, 60 * SECOND);
                }
                poolless.await(answer, 10 * SECOND);
            }
        } finally {
            poolless.execute(poolless::close);
        }
    }

    @Test
    void manyThatWaitAtOnceAllGetTheirAnswers() {
        Threads.Task calls = () -> {
            Caller caller = new Caller();
            for (int i = 0; i < 2_000; i++) {
                caller.call();
            }
        };

        Threads.together(calls, calls, calls);
    }

    @Test
    void whenTheGuestHasLeftTheResidentReadsAgain() throws Exception {
        Caller caller = new Caller();
        for (int i = 0; i < 1_000; i++) {
            caller.call();
        }

        CompletableFuture<Thread> answer = new CompletableFuture<>();
        caller.asked.set(answer);
        environment.runOrHandOver(() -> caller.stream.write(text("?"), 1));
        assertThat(answer.join().getName()).startsWith("muster-loop");
    }

    @Test
    void aWaitThatIsInterruptedOrTooLongEndsAndHarmsNoChannel() throws Exception {
        Caller caller = new Caller();
        for (int i = 0; i < 1_000; i++) {
            caller.call();
            if (i % 100 == 50) {
                assertThatThrownBy(() -> environment.await(new CompletableFuture<>(), 1_000))
                        .isInstanceOf(TimeoutException.class);
            } else if (i % 100 == 99) {
                Thread.currentThread().interrupt();
                assertThatThrownBy(() -> environment.await(new CompletableFuture<>(), 60 * SECOND))
                        .isInstanceOf(InterruptedException.class);
            }
        }
        caller.call();
    }

    @Test
    void whoWaitsWhileTheEnvironmentClosesWaitsForOthers() throws Exception {
        Caller caller = new Caller();
        for (int i = 0; i < 100; i++) {
            caller.call();
        }
        CompletableFuture<Void> answer = new CompletableFuture<>();
        onLoopDo(() -> environment.schedule(SECOND / 100, () -> {
            environment.close();
            new Thread(() -> answer.complete(null)).start();
        }));

        environment.await(answer, 60 * SECOND);

        assertThat(answer).isDone();
    }

    @Test
    void whoSpinsFindsPacketsTimersAndTasksAllTheSame() throws Exception {
        LocalEnvironment spinning = new LocalEnvironment(new Settings().set(TransportSettings.SPIN_TIME, Duration.ofMillis(50)));
        CompletableFuture<Void> timer = new CompletableFuture<>();
        CompletableFuture<Void> task = new CompletableFuture<>();
        Keeper server = new Keeper();
        Keeper client = new Keeper();
        spinning.execute(() -> {
            try {
                Network.Listener listener = spinning.network().listen(ANY_PORT, stream -> server);
                Network.Stream stream = spinning.network().connect(listener.local(), OPTIONS, client);
                spinning.schedule(SECOND / 100, () -> {
                    stream.write(text("hello"), 1);
                    timer.complete(null);
                });
            } catch (IOException e) {
                timer.completeExceptionally(e);
            }
        });

        spinning.await(timer, 60 * SECOND);
        Await.until("what was written is read", () -> server.bytes.get() == 5);
        spinning.execute(() -> task.complete(null));
        spinning.await(task, 60 * SECOND);
        spinning.execute(spinning::close);
    }

    @Test
    void anErrorInATaskOrATimerHarmsNothingElse() {
        CompletableFuture<String> later = new CompletableFuture<>();
        environment.execute(() -> {
            throw new StackOverflowError("planted");
        });
        environment.execute(() -> environment.schedule(0, () -> {
            throw new NoClassDefFoundError("planted");
        }));
        environment.execute(() -> environment.schedule(1_000_000, () -> later.complete("alive")));

        assertThat(later.join()).isEqualTo("alive");
        assertThat(onLoop(() -> "here, too")).isEqualTo("here, too");
    }

    @Test
    void workLeftWhileTheEnvironmentClosesIsStillDone() {
        for (int round = 0; round < 50; round++) {
            LocalEnvironment closing = new LocalEnvironment(new Settings());
            AtomicInteger done = new AtomicInteger();
            Threads.Task caller = () -> {
                for (int i = 0; i < 200; i++) {
                    closing.execute(done::incrementAndGet);
                    closing.runOrHandOver(done::incrementAndGet);
                }
            };

            Threads.together(caller, () -> closing.execute(closing::close), caller);

            Await.until("all is done", () -> done.get() == 800);
        }
    }

    @Test
    void aClosedEnvironmentLetsGoOfItsSockets() {
        LocalEnvironment closing = new LocalEnvironment(new Settings());
        CompletableFuture<Network.Listener> listening = new CompletableFuture<>();
        closing.execute(() -> {
            try {
                listening.complete(closing.network().listen(ANY_PORT, stream -> new Keeper()));
            } catch (IOException e) {
                listening.completeExceptionally(e);
            }
        });
        InetSocketAddress address = listening.join().local();

        closing.execute(closing::close);

        Await.until("the port is free", () -> isRefused(address));
    }

    @Test
    void datagramsArrive() {
        CompletableFuture<String> heard = new CompletableFuture<>();
        Network.Datagrams receiver = onLoop(() -> environment.network().openDatagrams(ANY_PORT,
                (datagram, remote) -> heard.complete(remote.getPort() + " " + datagram.remaining())));
        Network.Datagrams sender = onLoop(() -> environment.network().openDatagrams(ANY_PORT, (datagram, remote) -> {}));

        assertThat(onLoop(() -> sender.send(ByteBuffer.wrap(new byte[1_000]), receiver.local()))).isTrue();

        assertThat(heard.join()).isEqualTo(sender.local().getPort() + " 1000");
        onLoopDo(receiver::close);
        onLoopDo(sender::close);
    }

    /** Works without a route for multicast and without privilege, because the interface is named. */
    @Test
    void oneMulticastOnLoopbackReachesEverySubscriber() {
        Network.Datagrams sender = onLoop(() -> environment.network().openDatagrams(ANY_PORT,
                new Network.DatagramOptions(100_000, 0, 8, 8), (datagram, remote) -> { }));
        // a port that nobody else on this machine has
        InetSocketAddress group = new InetSocketAddress("228.11.11.11", sender.local().getPort());
        List<CompletableFuture<Integer>> heard = List.of(new CompletableFuture<>(), new CompletableFuture<>());
        List<Network.Subscription> subscriptions = new ArrayList<>();
        for (CompletableFuture<Integer> one : heard) {
            subscriptions.add(onLoop(() -> environment.network().subscribe(group, List.of(LOOPBACK),
                    new Network.DatagramOptions(0, 100_000, 0, 0), (datagram, remote) -> one.complete(remote.getPort()))));
        }

        assertThat(onLoop(() -> sender.send(ByteBuffer.wrap(new byte[10]), group))).isTrue();

        assertThat(heard).extracting(CompletableFuture::join).containsOnly(sender.local().getPort());
        assertThat(sender.sendBufferBytes()).isPositive();
        assertThat(subscriptions.get(0).receiveBufferBytes()).isPositive();
        subscriptions.forEach(subscription -> onLoopDo(subscription::close));
        onLoopDo(sender::close);
    }

    @Test
    void onlyMulticastAddressesCanBeJoined() {
        assertThatThrownBy(() -> environment.network().subscribe(new InetSocketAddress("127.0.0.1", 0), List.of(LOOPBACK),
                Network.DatagramOptions.NONE, (datagram, remote) -> { }))
                .isInstanceOf(IOException.class).hasMessageContaining("can't join");
    }

    @Test
    void theInterfacesOfThisHostAreToldLoopbackAmongThem() throws IOException {
        assertThat(environment.network().interfaces()).contains(LOOPBACK);
    }

    @Test
    void deliveriesRunOnTheLoopIfTheyShallHaveNoThreadsOfTheirOwn() {
        LocalEnvironment inline = new LocalEnvironment(new Settings().set(TransportSettings.THREAD_POOL.enabled(), false));
        List<String> order = new ArrayList<>();
        CompletableFuture<Void> done = new CompletableFuture<>();
        inline.execute(() -> {
            inline.delivery().execute(() -> {
                order.add("delivery");
                done.complete(null);
            });
            order.add("task");
        });

        done.join();

        assertThat(order).containsExactly("task", "delivery");
        inline.execute(inline::close);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void deliveriesWithoutThreadsOfTheirOwnAreDoneByTheLoopsThreadNeverByOneThatLendsItself(boolean outOfBand) {
        PoolSettings pool = outOfBand ? TransportSettings.OOB_THREAD_POOL : TransportSettings.THREAD_POOL;
        LocalEnvironment inline = new LocalEnvironment(new Settings().set(pool.enabled(), false));
        Set<String> threads = ConcurrentHashMap.newKeySet();
        AtomicInteger done = new AtomicInteger();
        for (int i = 0; i < 2_000; i++) {
            inline.execute(() -> (outOfBand ? inline.outOfBandDelivery() : inline.delivery()).execute(() -> {
                threads.add(Thread.currentThread().getName());
                done.incrementAndGet();
            }));
        }

        Await.until("all is delivered", () -> done.get() == 2_000);
        assertThat(threads).singleElement().asString().startsWith("muster-loop-");
        inline.execute(inline::close);
    }

    @Test
    void deliveriesOutOfBandDoNotWaitForThreadsThatAreStuckInOthers() {
        LocalEnvironment small = new LocalEnvironment(new Settings().set(TransportSettings.THREAD_POOL.maxThreads(), 1));
        CompletableFuture<Void> stuck = new CompletableFuture<>();
        CompletableFuture<Void> heard = new CompletableFuture<>();
        small.delivery().execute(stuck::join);

        small.outOfBandDelivery().execute(() -> heard.complete(null));

        heard.join();
        stuck.complete(null);
        small.execute(small::close);
    }

    @Test
    void threadsTellWhatTheyWorkFor() {
        LocalEnvironment named = new LocalEnvironment(new Settings());
        named.nameThreads(",orders,anna");
        List<String> names = new ArrayList<>();
        for (Executor executor : List.<Executor>of(named.delivery(), named.outOfBandDelivery())) {
            CompletableFuture<String> name = new CompletableFuture<>();
            executor.execute(() -> name.complete(Thread.currentThread().getName()));
            names.add(name.join());
        }

        assertThat(names.get(0)).startsWith("muster-delivery-").endsWith("-1,orders,anna");
        assertThat(names.get(1)).startsWith("muster-oob-").endsWith("-1,orders,anna");
        assertThat(Thread.getAllStackTraces().keySet().stream().map(Thread::getName))
                .anyMatch(name -> name.startsWith("muster-loop-") && name.endsWith(",orders,anna"));
        named.execute(named::close);
    }

    @Test
    void datagramsThatNobodyReadsWaitInTheSystemsBuffer() {
        List<Integer> heard = new CopyOnWriteArrayList<>();
        Network.Datagrams receiver = onLoop(() -> environment.network().openDatagrams(ANY_PORT,
                (datagram, remote) -> heard.add(datagram.remaining())));
        Network.Datagrams other = onLoop(() -> environment.network().openDatagrams(ANY_PORT,
                (datagram, remote) -> heard.add(-datagram.remaining())));
        onLoopDo(() -> receiver.wantReadable(false));
        onLoopDo(() -> other.send(ByteBuffer.wrap(new byte[10]), receiver.local()));

        // what is sent afterwards to somebody who reads has come: so would the first have
        onLoopDo(() -> receiver.send(ByteBuffer.wrap(new byte[20]), other.local()));
        Await.until("the reading one has heard", () -> heard.contains(-20));
        assertThat(heard).doesNotContain(10);

        onLoopDo(() -> receiver.wantReadable(true));
        Await.until("it is read", () -> heard.contains(10));
        onLoopDo(receiver::close);
        onLoopDo(other::close);
    }

    @Test
    void noMoreThanTheLargestNumberOfThreadsDeliverAndTheRestWaits() {
        LocalEnvironment small = new LocalEnvironment(new Settings().set(TransportSettings.THREAD_POOL.minThreads(), 0)
                .set(TransportSettings.THREAD_POOL.maxThreads(), 3));
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        AtomicInteger done = new AtomicInteger();
        for (int i = 0; i < 2_000; i++) {
            small.delivery().execute(() -> {
                most.accumulateAndGet(running.incrementAndGet(), Math::max);
                Thread.yield();
                running.decrementAndGet();
                done.incrementAndGet();
            });
        }

        Await.until("all is delivered", () -> done.get() == 2_000);
        assertThat(most.get()).isBetween(1, 3);
        small.execute(small::close);
    }
}
