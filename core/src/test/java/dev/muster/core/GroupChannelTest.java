package dev.muster.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.api.BackPressureException;
import dev.muster.api.Channel;
import dev.muster.api.ChannelListener;
import dev.muster.api.ChannelState;
import dev.muster.api.ConfigurationException;
import dev.muster.api.Flag;
import dev.muster.api.InlineReceiver;
import dev.muster.api.JoinException;
import dev.muster.api.Message;
import dev.muster.api.MessageBatch;
import dev.muster.api.MessageTooLargeException;
import dev.muster.api.MusterException;
import dev.muster.api.NotConnectedException;
import dev.muster.api.Receiver;
import dev.muster.api.StackBuilder;
import dev.muster.api.StackDefinition;
import dev.muster.api.StateHandler;
import dev.muster.api.View;
import dev.muster.spi.Capability;
import dev.muster.spi.Context;
import dev.muster.spi.Event;
import dev.muster.spi.Limits;
import dev.muster.spi.Packet;
import dev.muster.spi.Protocol;
import dev.muster.spi.Transport;
import dev.muster.spi.TransportSettings;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A channel on a stack of two trivial protocols: a transport without a network, and a group of one member. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class GroupChannelTest {

    /** Ready at once; what goes down is gone. */
    private static final class Nowhere implements Transport {
        private final RuntimeException startFailure;

        private Nowhere(RuntimeException startFailure) {
            this.startFailure = startFailure;
        }

        @Override
        public void start(Context context) {
            if (startFailure != null) {
                throw startFailure;
            }
            context.emitUp(new Event.TransportReady(new InetSocketAddress(InetAddress.getLoopbackAddress(), 1)));
        }

        @Override
        public void down(Packet packet) {}

        @Override
        public void flush() {}

        @Override
        public Limits limits(Limits below) {
            return new Limits(60_000, 4 << 20, true);
        }
    }

    /** A group of one: installs its view when asked to connect, loops back what is sent. */
    private static final class Alone implements Protocol {
        private static final long LOOK_NANOS = 10_000_000;

        private final Behaviour behaviour;
        private Context context;

        private Alone(Behaviour behaviour) {
            this.behaviour = behaviour;
        }

        @Override
        public void start(Context newContext) {
            context = newContext;
        }

        @Override
        public void up(Packet packet) {
            context.passUp(packet);
        }

        @Override
        public void down(Packet packet) {
            byte[] buffer = packet.buffer();
            if (packet.length() > 2 && buffer[packet.offset() + 1] == 'p' && buffer[packet.offset() + 2] == '!') {
                // p! : from here on nothing more may go down, until the test says so
                context.emitUp(new Event.SendingPaused(null));
                context.setTimer(1, LOOK_NANOS);
            } else if (packet.length() > 2 && buffer[packet.offset() + 1] == 'm' && buffer[packet.offset() + 2] == '!') {
                // m! : from here on the view is not primary, until the test says so
                context.emitUp(new Event.Primary(false, "this member is in a minority; wait"));
                context.setTimer(2, LOOK_NANOS);
            }
            context.passUp(packet.from(context.self(), 1).withCredit(packet.length()));
        }

        @Override
        public void timer(int id) {
            if (behaviour.resumes) {
                context.emitUp(id == 1 ? new Event.SendingResumed(null) : new Event.Primary(true, ""));
            } else {
                context.setTimer(id, LOOK_NANOS);
            }
        }

        @Override
        public Event event(Event event) {
            if (event instanceof Event.Connect && behaviour.refusal != null) {
                context.emitUp(new Event.ConnectFailed(behaviour.refusal));
            } else if (event instanceof Event.Connect && !behaviour.ignoresConnect) {
                context.emit(new Event.ViewInstalled(Fakes.view(1, context.self()), List.of()));
            } else if (event instanceof Event.Disconnect && !behaviour.ignoresDisconnect) {
                context.emitUp(new Event.Disconnected(false, "asked to"));
            } else if (event instanceof Event.StateRequested) {
                context.emitUp(new Event.StateFailed("there is nobody else"));
            } else if (event instanceof Event.Consumed consumed) {
                behaviour.consumed.addAndGet((int) consumed.bytes());
            }
            return event;
        }
    }

    /** What a test wants of its stack. */
    private static final class Behaviour {
        private String refusal;
        private boolean ignoresConnect;
        private boolean ignoresDisconnect;
        private volatile boolean resumes;
        private RuntimeException startFailure;
        private final AtomicInteger consumed = new AtomicInteger();
    }

    private final Behaviour behaviour = new Behaviour();
    private final Assembler assembler = new Assembler(List.of(
            new TestStacks.Provider("NOWHERE").provides(Capability.TRANSPORT)
                    .settings(TransportSettings.ALL.toArray(dev.muster.api.Setting<?>[]::new))
                    .creating(settings -> new Nowhere(behaviour.startFailure)),
            new TestStacks.Provider("ALONE").provides(Capability.MEMBERSHIP, Capability.STATE_TRANSFER)
                    .creating(settings -> new Alone(behaviour)),
            new TestStacks.Provider("STATELESS").creating(settings -> new Alone(behaviour))), List.of());
    private final ConcurrentLinkedQueue<String> record = new ConcurrentLinkedQueue<>();
    private final Channel channel = channel("ALONE");

    private Channel channel(String membership) {
        return assembler.channel(definition(membership), "anna").receiver(new Receiver() {
            @Override
            public void receive(Message message) {
                record.add(message.text());
            }

            @Override
            public void viewAccepted(View view) {
                record.add("view of " + view.size());
            }
        });
    }

    private static StackDefinition definition(String membership) {
        return StackBuilder.create().add("NOWHERE", Map.of()).add(membership, Map.of()).definition();
    }

    @AfterEach
    void close() {
        channel.close();
    }

    private void awaitRecord(String... expected) {
        Await.until("the record is " + List.of(expected) + " instead of " + record, () -> record.size() >= expected.length);
        assertThat(record).containsExactly(expected);
    }

    @Test
    void aMemberReceivesWhatItSendsAfterItsView() {
        channel.connect("orders");
        assertThat(channel.state()).isEqualTo(ChannelState.CONNECTED);
        assertThat(channel.view().members()).containsExactly(channel.address());
        assertThat(channel.address().name()).isEqualTo("anna");
        assertThat(channel.cluster()).isEqualTo("orders");

        channel.send(Fakes.bytes("one"));
        channel.send(channel.address(), Fakes.bytes("two"));
        assertThat(channel.trySend(Message.toAll(Fakes.bytes("three")))).isTrue();
        Await.until("three messages came", () -> record.size() == 4);

        assertThat(record).startsWith("view of 1", "one");
        assertThat(record).contains("two", "three");
    }

    @Test
    void aMemberOfAMinorityShowsItsViewButDoesNotSendUntilItIsInAMajorityAgain() {
        channel.connect("orders");
        View view = channel.view();

        channel.send(Fakes.bytes("m!"));
        Await.until("the channel says so", () -> channel.state() == ChannelState.NO_VIEW);

        assertThat(channel.view()).isEqualTo(view);
        assertThatThrownBy(() -> channel.send(Fakes.bytes("refused"))).isInstanceOf(NotConnectedException.class)
                .hasMessage("this member is in a minority; wait");
        assertThatThrownBy(() -> channel.connectAsync("orders", false)).isInstanceOf(IllegalStateException.class);
        behaviour.resumes = true;
        Await.until("the channel is back", () -> channel.state() == ChannelState.CONNECTED);
        channel.send(Fakes.bytes("accepted"));
        awaitRecord("view of 1", "m!", "accepted");
    }

    @Test
    void aDisconnectSendsFirstWhatWasAcceptedAndHandsOverWhatCame() {
        channel.connect("orders");
        for (int i = 0; i < 1_000; i++) {
            channel.send(Fakes.bytes("m" + i));
        }

        channel.disconnect();

        assertThat(record).hasSize(1_001).endsWith("m999");
        assertThat(channel.state()).isEqualTo(ChannelState.DISCONNECTED);
        assertThat(channel.view()).isNull();
    }

    @Test
    void messagesOfEachThreadKeepTheirOrderUnderLoadHoweverTheyAreSent() {
        ConcurrentLinkedQueue<String> received = new ConcurrentLinkedQueue<>();
        channel.receiver(message -> received.add(message.text()));
        channel.connect("orders");
        int perThread = 20_000;
        Threads.Task[] senders = new Threads.Task[3];
        for (int thread = 0; thread < senders.length; thread++) {
            String prefix = thread + " ";
            senders[thread] = () -> {
                for (int i = 0; i < perThread; i++) {
                    if (i % 10 == 0) {
                        channel.sendAsync(Message.toAll(Fakes.bytes(prefix + i)));
                    } else {
                        channel.send(Fakes.bytes(prefix + i));
                    }
                }
            };
        }

        Threads.together(senders);
        channel.disconnect();

        int[] next = new int[senders.length];
        for (String text : received) {
            String[] parts = text.split(" ");
            assertThat(Integer.parseInt(parts[1])).isEqualTo(next[Integer.parseInt(parts[0])]++);
        }
        assertThat(next).containsOnly(perThread);
    }

    @Test
    void whatTheApplicationConsumedIsToldToTheStack() {
        channel.connect("orders");
        for (int i = 0; i < 100; i++) {
            channel.send(Fakes.bytes("123456789"));
        }

        Await.until("all is consumed", () -> behaviour.consumed.get() == 1_000);
    }

    /** Notes which thread called. */
    private final class Inline implements InlineReceiver {
        private final AtomicReference<Thread> view = new AtomicReference<>();
        private volatile Thread last;

        @Override
        public void receive(Message message) {
            last = Thread.currentThread();
            record.add(message.text());
            if (message.text().startsWith("ping")) {
                channel.send(Fakes.bytes("pong" + message.text().substring(4)));
                record.add("answered");
            }
        }

        @Override
        public void viewAccepted(View accepted) {
            view.set(Thread.currentThread());
        }
    }

    @Test
    void anInlineReceiverIsCalledByTheThreadThatWorksForTheStackAndWhatItSendsFollows() {
        Inline inline = new Inline();
        channel.receiver(inline);
        channel.connect("orders");

        channel.send(Fakes.bytes("ping"));
        awaitRecord("ping", "answered", "pong");
        channel.send(Fakes.bytes("fine"));
        awaitRecord("ping", "answered", "pong", "fine");

        assertThat(inline.last.getName()).satisfiesAnyOf(
                name -> assertThat(name).isEqualTo(Thread.currentThread().getName()),
                name -> assertThat(name).startsWith("muster-loop"));
        assertThat(inline.view.get().getName()).startsWith("muster-delivery");
        Await.until("all is consumed", () -> behaviour.consumed.get() > 10);
    }

    @Test
    void anInlineReceiverThatAnswersItselfForEverKeepsNoSenderForEver() {
        AtomicInteger calls = new AtomicInteger();
        channel.receiver((InlineReceiver) message -> {
            if (calls.incrementAndGet() < 10_000) {
                channel.send(message.payload());
            }
        });
        channel.connect("orders");

        channel.send(Fakes.bytes("again and again"));

        Await.until("all came", () -> calls.get() == 10_000);
    }

    @Test
    void anInlineReceiverOfManySendersKeepsTheOrderOfEachAndComesAfterItsView() {
        ConcurrentLinkedQueue<String> received = new ConcurrentLinkedQueue<>();
        channel.receiver(new InlineReceiver() {
            @Override
            public void receive(Message message) {
                received.add(message.text());
            }

            @Override
            public void viewAccepted(View view) {
                received.add("view");
            }
        });
        channel.connect("orders");
        int perThread = 20_000;

        Threads.together(() -> sendNumbers(perThread, 0), () -> sendNumbers(perThread, perThread));
        channel.disconnect();

        assertThat(received.poll()).isEqualTo("view");
        List<Integer> numbers = received.stream().map(Integer::valueOf).toList();
        assertThat(numbers).hasSize(2 * perThread);
        assertThat(numbers.stream().filter(number -> number < perThread)).isSorted();
        assertThat(numbers.stream().filter(number -> number >= perThread)).isSorted();
    }

    private void sendNumbers(int count, int first) {
        for (int i = 0; i < count; i++) {
            channel.send(Fakes.bytes(String.valueOf(first + i)));
        }
    }

    @Test
    void anInlineReceiverThatThrowsIsToldOfAndCalledAgain() {
        channel.receiver((InlineReceiver) message -> {
            record.add(message.text());
            if (message.text().equals("exception")) {
                throw new IllegalStateException("planted");
            }
        });
        channel.connect("orders");

        channel.send(Fakes.bytes("exception"));
        channel.send(Fakes.bytes("fine"));

        awaitRecord("exception", "fine");
        assertThat(channel.counters()).containsEntry("CHANNEL.callback_failures", 1L);
    }

    @Test
    void whoWaitsForAnAnswerIsGivenItHoweverOftenAndWhoeverCompletesIt() throws Exception {
        AtomicReference<CompletableFuture<String>> asked = new AtomicReference<>();
        for (boolean inline : new boolean[] {true, false}) {
            Receiver receiver = message -> asked.get().complete(message.text());
            channel.receiver(inline ? (InlineReceiver) receiver::receive : receiver);
            channel.connect("orders");
            for (int i = 0; i < 2_000; i++) {
                CompletableFuture<String> answer = new CompletableFuture<>();
                asked.set(answer);
                channel.send(Fakes.bytes("question " + i));
                assertThat(channel.await(answer, Duration.ofMinutes(1))).isEqualTo("question " + i);
            }
            channel.disconnect();
        }
    }

    @Test
    void waitingForAnAnswerEndsWithTheTimeOrTheFailureAndIsRefusedInACallback() throws Exception {
        CompletableFuture<Throwable> inCallback = new CompletableFuture<>();
        channel.receiver((InlineReceiver) message -> {
            try {
                channel.await(new CompletableFuture<>(), Duration.ofMinutes(1));
            } catch (Exception e) {
                inCallback.complete(e);
            }
        });
        assertThatThrownBy(() -> channel.await(new CompletableFuture<>(), Duration.ofMinutes(1)))
                .isInstanceOf(NotConnectedException.class);
        assertThat(channel.await(CompletableFuture.completedFuture("there already"), Duration.ZERO)).isNotEmpty();
        channel.connect("orders");

        assertThatThrownBy(() -> channel.await(new CompletableFuture<>(), Duration.ofMillis(20)))
                .isInstanceOf(TimeoutException.class);
        assertThatThrownBy(() -> channel.await(CompletableFuture.failedFuture(new IllegalStateException("planted")),
                Duration.ofMinutes(1))).isInstanceOf(ExecutionException.class);
        channel.send(Fakes.bytes("call me"));
        assertThat(channel.await(inCallback, Duration.ofMinutes(1))).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void listenersLearnOfEveryStateInOrder() {
        List<String> states = new java.util.concurrent.CopyOnWriteArrayList<>();
        channel.listener(new ChannelListener() {
            @Override
            public void stateChanged(Channel which, ChannelState from, ChannelState to) {
                states.add(from + "→" + to);
                throw new IllegalStateException("planted: a listener that fails harms nobody");
            }
        });

        channel.connect("orders");
        channel.disconnect();
        channel.connect("orders");
        channel.close();
        channel.close();

        assertThat(states).containsExactly("CREATED→CONNECTING", "CONNECTING→CONNECTED", "CONNECTED→DISCONNECTED",
                "DISCONNECTED→CONNECTING", "CONNECTING→CONNECTED", "CONNECTED→DISCONNECTED", "DISCONNECTED→CLOSED");
    }

    @Test
    void aNewLifeHasANewAddress() {
        channel.connect("orders");
        Object first = channel.address();
        channel.disconnect();
        channel.connect("orders");

        assertThat(channel.address()).isNotEqualTo(first);
    }

    @Test
    void callbacksThatThrowAreToldCountedAndFollowedByTheNextMessage() {
        List<Throwable> failures = new java.util.concurrent.CopyOnWriteArrayList<>();
        channel.listener(new ChannelListener() {
            @Override
            public void callbackFailed(Channel which, Throwable failure) {
                failures.add(failure);
                throw new NoClassDefFoundError("planted: even this harms nobody");
            }
        });
        channel.receiver(message -> {
            record.add(message.text());
            if (message.text().equals("exception")) {
                throw new IllegalStateException("planted");
            } else if (message.text().equals("error")) {
                throw new StackOverflowError("planted");
            }
        });
        channel.connect("orders");

        channel.send(Fakes.bytes("exception"));
        channel.send(Fakes.bytes("error"));
        channel.send(Fakes.bytes("fine"));

        awaitRecord("exception", "error", "fine");
        assertThat(failures).hasSize(2);
        assertThat(channel.counters()).containsEntry("CHANNEL.callback_failures", 2L);
    }

    @Test
    void aBatchReceiverThatAlwaysThrowsDoesNotKeepTheChannelFromLeaving() {
        channel.receiver(new Receiver() {
            @Override
            public void receive(Message message) {}

            @Override
            public void receive(MessageBatch batch) {
                throw new IllegalStateException("planted");
            }

            @Override
            public void viewAccepted(View view) {
                throw new IllegalStateException("planted");
            }
        });
        channel.connect("orders");
        channel.send(Fakes.bytes("one"));
        channel.send(Fakes.bytes("two"));

        channel.disconnect();

        assertThat(channel.counters()).containsEntry("CHANNEL.callback_failures", 3L);
    }

    @Test
    void anEchoBeyondTheReserveIsRefusedRatherThanBlocked() {
        CompletableFuture<Throwable> refused = new CompletableFuture<>();
        AtomicInteger echoed = new AtomicInteger();
        channel.receiver(message -> {
            if (message.text().startsWith("p!")) {
                try {
                    while (echoed.incrementAndGet() < 10_000) {
                        channel.send(new byte[50_000]);
                    }
                } catch (MusterException e) {
                    refused.complete(e);
                }
            }
        });
        channel.connect("orders");

        channel.send(Fakes.bytes("p! from here on sending is paused"));

        assertThat(refused.join()).isInstanceOf(BackPressureException.class).hasMessageContaining("reserve");
        assertThat(echoed.get()).as("twice 4 MiB are kept").isGreaterThan(160);
        behaviour.resumes = true;
    }

    @Test
    void whatHangsOnAnAcceptedMessageMaySendWithoutBlockingTheStack() {
        channel.receiver(message -> {});
        channel.connect("orders");
        AtomicInteger rounds = new AtomicInteger();
        List<CompletableFuture<Void>> all = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            all.add(channel.sendAsync(Message.toAll(new byte[50_000])).thenRun(() -> {
                channel.send(new byte[10]);
                rounds.incrementAndGet();
            }));
        }

        CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).join();

        assertThat(rounds).hasValue(300);
    }

    @Test
    void aSenderThatWaitsIsLetGoWhenTheChannelLeaves() {
        channel.connect("orders");
        channel.send(Fakes.bytes("p!"));
        Await.until("the pause is in force", () -> record.size() == 2);
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread sender = new Thread(() -> {
            try {
                while (true) {
                    channel.send(new byte[50_000]);
                }
            } catch (MusterException e) {
                failure.set(e);
            }
        });
        sender.start();
        Await.until("the sender waits", () -> sender.getState() == Thread.State.WAITING);

        CompletableFuture<Void> left = channel.disconnectAsync();

        Await.until("the sender is let go", () -> failure.get() != null);
        assertThat(failure.get()).isInstanceOf(NotConnectedException.class);
        assertThat(left).isNotDone();
        behaviour.resumes = true;
        left.join();
    }

    @Test
    void sendingIsRefusedWhenNotConnected() {
        assertThatThrownBy(() -> channel.send(Fakes.bytes("early"))).isInstanceOf(NotConnectedException.class)
                .hasMessageContaining("CREATED");
        channel.connect("orders");
        channel.disconnect();

        assertThatThrownBy(() -> channel.send(Fakes.bytes("late"))).isInstanceOf(NotConnectedException.class)
                .hasMessageContaining("left the group").hasMessageContaining("connect first");
        assertThatThrownBy(() -> channel.trySend(Message.toAll(new byte[1]))).isInstanceOf(NotConnectedException.class);
        assertThatThrownBy(() -> channel.sendAsync(Message.toAll(new byte[1]))).isInstanceOf(NotConnectedException.class);
        assertThat(channel.stateHandler(StateHandler.ofBytes(() -> new byte[0], state -> {})).fetchState())
                .isCompletedExceptionally();

        channel.close();
        assertThatThrownBy(() -> channel.send(Fakes.bytes("late"))).isInstanceOf(NotConnectedException.class)
                .hasMessageContaining("CLOSED");
    }

    @Test
    void sizesAndRangesAreChecked() {
        channel.connect("orders");

        assertThatThrownBy(() -> channel.send(new byte[(4 << 20) + 1])).isInstanceOf(MessageTooLargeException.class);
        assertThatThrownBy(() -> channel.send(null, new byte[3], 2, 2)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatCode(() -> channel.send(Message.toAll(new byte[4 << 20], Flag.OOB))).doesNotThrowAnyException();
    }

    @Test
    void connectingTwiceIsRefused() {
        channel.connect("orders");

        assertThatThrownBy(() -> channel.connect("orders")).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("the channel is CONNECTED");
        assertThat(channel.state()).isEqualTo(ChannelState.CONNECTED);
    }

    @Test
    void ofManyWhoConnectAtOnceOneSucceeds() {
        AtomicInteger refused = new AtomicInteger();
        Threads.Task connect = () -> {
            try {
                channel.connectAsync("orders", false).join();
            } catch (IllegalStateException e) {
                refused.incrementAndGet();
            }
        };

        Threads.together(connect, connect, connect, connect);

        assertThat(refused).hasValue(3);
        assertThat(channel.state()).isEqualTo(ChannelState.CONNECTED);
    }

    @Test
    void theFounderHasItsStateAtOnce() {
        assertThatThrownBy(() -> channel.connectWithState("orders")).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("call stateHandler() first");
        channel.stateHandler(StateHandler.ofBytes(() -> new byte[0], state -> record.add("state")));

        channel.connectWithState("orders");

        assertThat(channel.state()).isEqualTo(ChannelState.CONNECTED);
        assertThat(record).containsExactly("view of 1");
        assertThatThrownBy(() -> channel.fetchState().join()).hasMessageContaining("there is nobody else");
    }

    @Test
    void aStateIsNotAskedForOnAStackThatCannotBringIt() {
        try (Channel stateless = channel("STATELESS")) {
            stateless.stateHandler(StateHandler.ofBytes(() -> new byte[0], state -> {}));

            assertThatThrownBy(() -> stateless.connectWithState("orders")).isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("provides state-transfer; add STATE_TRANSFER");
            assertThat(stateless.state()).isEqualTo(ChannelState.CREATED);
        }
    }

    @Test
    void aGroupThatRefusesOrAStackThatCannotStartIsSaidWithItsReason() {
        behaviour.refusal = "the group runs another stack; use the same one";
        assertThatThrownBy(() -> channel.connect("orders")).isInstanceOf(JoinException.class)
                .hasMessage("the group runs another stack; use the same one");
        assertThat(channel.state()).isEqualTo(ChannelState.DISCONNECTED);

        behaviour.refusal = null;
        behaviour.startFailure = new IllegalStateException("port 7800 is taken");
        assertThatThrownBy(() -> channel.connect("orders")).isInstanceOf(JoinException.class)
                .hasMessage("port 7800 is taken");

        behaviour.startFailure = null;
        channel.connect("orders");
    }

    @Test
    void aGroupThatDoesNotAnswerIsGivenUpAfterTheConnectTimeout() {
        behaviour.ignoresConnect = true;
        channel.connectTimeout(Duration.ofMillis(200));

        assertThatThrownBy(() -> channel.connect("orders")).isInstanceOf(JoinException.class)
                .hasMessageContaining("within 200 ms");
        assertThat(channel.state()).isEqualTo(ChannelState.DISCONNECTED);
    }

    @Test
    void callbacksMustNotWaitForTheChannelAndAreToldSoBeforeAnythingHappens() {
        CompletableFuture<Throwable> onDisconnect = new CompletableFuture<>();
        channel.receiver(message -> {
            try {
                channel.disconnect();
            } catch (IllegalStateException e) {
                onDisconnect.complete(e);
            }
        });
        channel.connect("orders");
        channel.send(Fakes.bytes("leave"));

        assertThat(onDisconnect.join()).hasMessageContaining("use the asynchronous form");
        assertThat(channel.state()).isEqualTo(ChannelState.CONNECTED);
        channel.send(Fakes.bytes("still here"));
    }

    @Test
    void aCallbackMayLeaveWithoutWaiting() {
        channel.receiver(message -> channel.disconnectAsync());
        channel.connect("orders");
        channel.send(Fakes.bytes("leave"));

        Await.until("it has left", () -> channel.state() == ChannelState.DISCONNECTED);
        assertThat(channel.disconnectAsync()).isDone();
    }

    @Test
    void aGroupThatDoesNotLetGoIsLeftAfterADeadlineAllTheSame() {
        behaviour.ignoresDisconnect = true;
        Fakes.ManualEnvironment environment = new Fakes.ManualEnvironment();
        Channel lonely = assembler.channel(definition("ALONE"), "bert", () -> environment);
        CompletableFuture<Void> connected = lonely.connectAsync("orders", false);
        environment.settle();
        assertThat(connected).isCompleted();

        CompletableFuture<Void> left = lonely.disconnectAsync();
        environment.settle();
        environment.advance(TimeUnit.SECONDS.toNanos(14));
        assertThat(left).isNotDone();
        environment.advance(TimeUnit.SECONDS.toNanos(1));

        assertThat(left.handle((nothing, failure) -> failure).join()).isInstanceOf(MusterException.class)
                .hasMessageContaining("could not leave group 'orders' properly within 15 s");
        assertThat(lonely.state()).isEqualTo(ChannelState.DISCONNECTED);
        assertThat(environment.closed).isEqualTo(1);
    }

    @Test
    void anEnvironmentIsReleasedWhenItsProtocolsCannotBeCreated() {
        Assembler broken = new Assembler(List.of(new TestStacks.Provider("NOWHERE").provides(Capability.TRANSPORT)), List.of());
        Fakes.ManualEnvironment environment = new Fakes.ManualEnvironment();
        Channel lonely = broken.channel(StackBuilder.create().add("NOWHERE", Map.of()).definition(), "x", () -> environment);

        assertThatThrownBy(() -> lonely.connect("orders")).isInstanceOf(UnsupportedOperationException.class);

        assertThat(environment.closed).isEqualTo(1);
        assertThat(lonely.state()).isEqualTo(ChannelState.CREATED);
    }

    @Test
    void aBatchReceiverSeesEveryMessageInOrder() {
        ConcurrentLinkedQueue<String> texts = new ConcurrentLinkedQueue<>();
        channel.receiver(new Receiver() {
            @Override
            public void receive(Message message) {
                throw new AssertionError("not used");
            }

            @Override
            public void receive(MessageBatch batch) {
                while (batch.next()) {
                    texts.add(new String(batch.buffer(), batch.offset(), batch.length(),
                            java.nio.charset.StandardCharsets.UTF_8));
                }
            }
        });
        channel.connect("orders");
        for (int i = 0; i < 500; i++) {
            channel.send(Fakes.bytes("b" + i));
        }
        channel.disconnect();

        assertThat(texts).hasSize(500).startsWith("b0", "b1").endsWith("b499");
    }
}
