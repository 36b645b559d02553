package dev.muster.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.api.Address;
import dev.muster.api.StateHandler;
import dev.muster.api.StateTransferException;
import dev.muster.api.View;
import dev.muster.spi.Event;
import dev.muster.spi.Packet;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** State delivery with an executor that runs when told, so that every order of events can be played. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class StateDeliveryTest {

    private static final View VIEW = Fakes.view(5, Fakes.ANNA, Fakes.BERT);
    private static final View LATER = Fakes.view(6, Fakes.ANNA, Fakes.BERT);
    private static final Event.StateTransfer TRANSFER = new Event.StateTransfer(Fakes.BERT, Fakes.ANNA);

    private final Fakes.ManualEnvironment environment = new Fakes.ManualEnvironment();
    private final List<String> record = new ArrayList<>();
    private final List<Event> down = new ArrayList<>();
    private final Inbox inbox = new Inbox(environment.deliveries, environment.deliveries, packet -> record.add("message " + Fakes.text(packet)),
            (source, toGroup, bytes) -> {});
    private StateHandler handler = new Recording();
    private boolean repeatable;
    private final StateDelivery states = new StateDelivery(environment, inbox, () -> handler, down::add);

    /** A handler that gives chunks set by the test and records everything. */
    private final class Recording implements StateHandler {
        @Override
        public boolean isRepeatable() {
            return repeatable;
        }

        private final ArrayDeque<String> chunks = new ArrayDeque<>(List.of("one", "two"));
        private Throwable sinkFailure;
        private Throwable snapshotFailure;

        @Override
        public Snapshot snapshot() throws IOException {
            record.add("snapshot" + (DeliveryThread.isCurrent() ? "" : " outside a delivery"));
            throwIfPlanted(snapshotFailure);
            return new Snapshot() {
                @Override
                public int read(byte[] buffer) {
                    String chunk = chunks.poll();
                    if (chunk == null) {
                        return -1;
                    }
                    byte[] bytes = Fakes.bytes(chunk);
                    System.arraycopy(bytes, 0, buffer, 0, bytes.length);
                    return bytes.length;
                }

                @Override
                public void close() {
                    record.add("snapshot closed");
                }
            };
        }

        @Override
        public Sink sink() {
            record.add("sink");
            return new Sink() {
                @Override
                public void write(byte[] buffer, int offset, int length) throws IOException {
                    record.add("write " + new String(buffer, offset, length, java.nio.charset.StandardCharsets.UTF_8)
                            + (DeliveryThread.isCurrent() ? "" : " outside a delivery"));
                    throwIfPlanted(sinkFailure);
                }

                @Override
                public void complete() {
                    record.add("complete");
                }

                @Override
                public void abort() {
                    record.add("abort");
                }
            };
        }

        private static void throwIfPlanted(Throwable failure) throws IOException {
            if (failure instanceof IOException e) {
                throw e;
            } else if (failure instanceof RuntimeException e) {
                throw e;
            } else if (failure instanceof Error e) {
                throw e;
            }
        }
    }

    private void install(View view, Address self) {
        Event.ViewInstalled installed = new Event.ViewInstalled(view, List.of(TRANSFER));
        states.beforeView(installed);
        states.afterView(installed, self);
    }

    private void request(View view) {
        states.event(new Event.ChunkRequested(TRANSFER, view, 100));
        environment.settle();
    }

    private void receive(View view, String chunk) {
        states.event(new Event.ChunkReceived(view, Fakes.bytes(chunk)));
    }

    private String lastRead() {
        Event.ChunkRead read = (Event.ChunkRead) down.get(down.size() - 1);
        return read.failure() == null ? new String(read.chunk(), java.nio.charset.StandardCharsets.UTF_8)
                : "failure: " + read.failure();
    }

    @Test
    void aProviderFreezesItsStateBehindEarlierMessagesAndReadsItInChunks() {
        inbox.accept(Fakes.packet(Fakes.CARL, "before"));
        install(VIEW, Fakes.ANNA);
        inbox.accept(Fakes.packet(Fakes.CARL, "after"));
        environment.settle();
        assertThat(record).containsExactly("message before", "snapshot", "message after");

        request(VIEW);
        assertThat(lastRead()).isEqualTo("one");
        request(VIEW);
        assertThat(lastRead()).isEqualTo("two");
        request(VIEW);
        assertThat(lastRead()).isEmpty();
        assertThat(record).endsWith("snapshot closed");

        request(VIEW);
        assertThat(lastRead()).startsWith("failure: the provider has no snapshot");
        assertThat(record.stream().filter("snapshot closed"::equals)).hasSize(1);
    }

    @Test
    void chunksAskedForBeforeTheSnapshotIsTakenWaitForIt() {
        install(VIEW, Fakes.ANNA);
        states.event(new Event.ChunkRequested(TRANSFER, VIEW, 100));
        assertThat(down).isEmpty();

        environment.settle();

        assertThat(lastRead()).isEqualTo("one");
    }

    @Test
    void aProviderWithoutHandlerOrWithAFailingOneSaysSoAndDeliveryGoesOn() {
        Recording failing = new Recording();
        for (Throwable failure : new Throwable[] {null, new IOException("disk gone"), new StackOverflowError("planted")}) {
            failing.snapshotFailure = failure;
            handler = failure == null ? null : failing;
            install(VIEW, Fakes.ANNA);
            inbox.accept(Fakes.packet(Fakes.CARL, "after"));
            request(VIEW);

            assertThat(lastRead()).startsWith("failure: no snapshot could be taken");
            assertThat(record).endsWith("message after");
        }
    }

    @Test
    void aSnapshotThatGivesNoByteIsAFailureAndNotTheEnd() {
        ((Recording) handler).chunks.addFirst("");
        install(VIEW, Fakes.ANNA);

        request(VIEW);

        assertThat(lastRead()).startsWith("failure: reading the state failed").contains("not at its end");
    }

    @Test
    void aSnapshotIsClosedWhenItsRequesterLeaves() {
        install(VIEW, Fakes.ANNA);
        environment.settle();

        View without = Fakes.view(6, Fakes.ANNA);
        states.beforeView(new Event.ViewInstalled(without, List.of()));
        environment.settle();

        assertThat(record).containsExactly("snapshot", "snapshot closed");
    }

    @Test
    void aSnapshotThatNobodyWantsAnyMoreIsNotTaken() {
        install(VIEW, Fakes.ANNA);
        states.abandon();

        environment.settle();

        assertThat(record).isEmpty();
    }

    @Test
    void aRequesterTakesTheStateBetweenTheMessagesBeforeAndAfterTheCut() {
        CompletableFuture<Void> expected = states.expect(new CompletableFuture<>());
        inbox.accept(Fakes.packet(Fakes.CARL, "before"));
        install(VIEW, Fakes.BERT);
        inbox.accept(Fakes.packet(Fakes.CARL, "after"));
        receive(VIEW, "one");
        receive(VIEW, "two");
        environment.settle();
        assertThat(record).containsExactly("message before", "sink", "write one", "write two");
        assertThat(expected).isNotDone();

        receive(VIEW, "");
        environment.settle();

        assertThat(record).endsWith("complete", "message after");
        assertThat(expected).isCompleted();
        assertThat(down).hasSize(3).allMatch(event -> ((Event.ChunkWritten) event).failure() == null);
    }

    @Test
    void aSinkThatFailsReleasesTheMessagesAndTellsWhy() {
        for (Throwable failure : new Throwable[] {new IOException("full"), new IllegalStateException("planted"),
            new NoClassDefFoundError("planted")}) {
            ((Recording) handler).sinkFailure = failure;
            CompletableFuture<Void> expected = states.expect(new CompletableFuture<>());
            install(VIEW, Fakes.BERT);
            inbox.accept(Fakes.packet(Fakes.CARL, "after"));
            receive(VIEW, "one");
            receive(VIEW, "");
            environment.settle();

            assertThat(record).endsWith("write one", "message after").doesNotContain("complete");
            assertThat(expected).isCompletedExceptionally();
            assertThat(((Event.ChunkWritten) down.get(down.size() - 1)).failure()).contains("could not be taken");
        }
    }

    @Test
    void withoutAHandlerTheStateFailsAndTheMessagesGoOn() {
        handler = null;
        CompletableFuture<Void> expected = states.expect(new CompletableFuture<>());
        install(VIEW, Fakes.BERT);
        inbox.accept(Fakes.packet(Fakes.CARL, "after"));
        receive(VIEW, "");
        environment.settle();

        assertThat(record).containsExactly("message after");
        assertThat(expected).isCompletedExceptionally();
    }

    @Test
    void aNewCutGivesTheOldOneUpWithItsHalfWrittenStateAndTheMessagesInBetween() {
        install(VIEW, Fakes.BERT);
        receive(VIEW, "old");
        inbox.accept(Fakes.packet(Fakes.CARL, "contained in the new state"));
        environment.settle();

        install(LATER, Fakes.BERT);
        receive(VIEW, "late chunk of the old state");
        receive(LATER, "new");
        receive(LATER, "");
        inbox.accept(Fakes.packet(Fakes.CARL, "after"));
        environment.settle();

        assertThat(record).containsExactly("sink", "write old", "abort", "sink", "write new", "complete", "message after");
    }

    @Test
    void aNewCutBeforeTheOldOneWasReachedGivesItUpAsWell() {
        inbox.accept(Fakes.packet(Fakes.CARL, "before"));
        install(VIEW, Fakes.BERT);
        install(LATER, Fakes.BERT);
        receive(LATER, "new");
        receive(LATER, "");
        environment.settle();

        assertThat(record).containsExactly("message before", "sink", "write new", "complete");
    }

    /** No other member's state contains them. */
    @Test
    void messagesToThisMemberAloneComeAfterTheNewStateInTheirOrder() {
        install(VIEW, Fakes.BERT);
        receive(VIEW, "old");
        for (String text : List.of("mine 1", "mine 2")) {
            byte[] payload = Fakes.bytes(text);
            inbox.accept(Packet.to(Fakes.BERT).withFlags(Packet.DATA | Packet.SINGLE)
                    .withPayload(payload, 0, payload.length).from(Fakes.CARL, 1));
        }
        inbox.accept(Fakes.packet(Fakes.CARL, "contained in the new state"));
        environment.settle();

        install(LATER, Fakes.BERT);
        receive(LATER, "new");
        receive(LATER, "");
        environment.settle();

        assertThat(record).containsExactly("sink", "write old", "abort", "sink", "write new", "complete", "message mine 1",
                "message mine 2");
    }

    @Test
    void aMemberAtHandFreezesItsStateIfBytesAreEqualAndKeepsItUntilItIsReleased() {
        Event.ViewInstalled installed = new Event.ViewInstalled(VIEW, List.of(TRANSFER));
        for (boolean equal : new boolean[] {false, true}) {
            repeatable = equal;
            states.beforeView(installed);
            states.afterView(installed, Fakes.CARL);
            states.event(new Event.SnapshotPrepared(TRANSFER, VIEW));
            environment.settle();
            assertThat(record).isEqualTo(equal ? List.of("snapshot") : List.of());
        }
        request(VIEW);
        assertThat(lastRead()).isEqualTo("one");

        states.event(new Event.SnapshotReleased(TRANSFER, VIEW));
        environment.settle();

        assertThat(record).containsExactly("snapshot", "snapshot closed");
    }

    @Test
    void anApplicationThatIsStuckIsGivenUpOnlyIfOthersWaitForIt() {
        states.event(new Event.StateAwaited(100_000));
        install(VIEW, Fakes.BERT);
        receive(VIEW, "one");
        environment.settle();
        down.clear();
        states.event(new Event.StateOverdue());
        assertThat(down).isEmpty();

        for (int number = 0; number < 10; number++) {
            inbox.accept(Fakes.packet(Fakes.CARL, " ".repeat(50_000)));
            environment.settle();
        }
        states.event(new Event.StateOverdue());

        assertThat(down).hasSize(1);
        assertThat(((Event.ChunkWritten) down.get(0)).failure()).contains("max_held_back");
    }

    @Test
    void whenNobodyCanGiveTheStateTheMessagesGoOnAndTheFutureFails() {
        CompletableFuture<Void> expected = states.expect(new CompletableFuture<>());
        install(VIEW, Fakes.BERT);
        receive(VIEW, "half");
        inbox.accept(Fakes.packet(Fakes.CARL, "after"));
        environment.settle();

        states.event(new Event.StateFailed("all providers left"));
        environment.settle();

        assertThat(record).containsExactly("sink", "write half", "abort", "message after");
        assertThat(expected).isCompletedExceptionally();
        assertThat(expected.handle((nothing, failure) -> failure).join()).isInstanceOf(StateTransferException.class)
                .hasMessage("all providers left");
    }

    @Test
    void abandoningReleasesWhatWaits() {
        CompletableFuture<Void> expected = states.expect(new CompletableFuture<>());
        install(VIEW, Fakes.BERT);
        inbox.accept(Fakes.packet(Fakes.CARL, "after"));

        states.abandon();
        environment.settle();

        assertThat(record).containsExactly("message after");
        assertThat(expected).isCompletedExceptionally();
    }
}
