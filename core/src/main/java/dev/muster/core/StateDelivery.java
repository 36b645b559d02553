package dev.muster.core;

import dev.muster.api.Address;
import dev.muster.api.StateHandler;
import dev.muster.api.StateTransferException;
import dev.muster.api.View;
import dev.muster.spi.Environment;
import dev.muster.spi.Event;
import dev.muster.spi.Packet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Between the state transfer protocol and the application's state: snapshots at the provider, sinks at the requester.
 *
 * <p>Both are barriers in the inbox right behind the view at which the state is cut. The provider's barrier takes the
 * snapshot and lets go; the requester's holds everything back until the state is set. The application's methods run on
 * delivery threads, one chunk after the other.
 */
final class StateDelivery {

    private static final Logger LOG = LoggerFactory.getLogger(StateDelivery.class);

    private final Environment environment;
    private final Inbox inbox;
    private final Supplier<StateHandler> handler;
    private final Consumer<Event> eventDown;
    private final Map<Key, Provided> provided = new HashMap<>();
    private final Queue<CompletableFuture<Void>> expected = new ConcurrentLinkedQueue<>();
    private Awaited awaited;
    private long diskBytes;

    StateDelivery(Environment environment, Inbox inbox, Supplier<StateHandler> handler, Consumer<Event> eventDown) {
        this.environment = environment;
        this.inbox = inbox;
        this.handler = handler;
        this.eventDown = eventDown;
    }

    private record Key(Address requester, View view) {}

    /** A snapshot on its way out. */
    private static final class Provided {
        private final CompletableFuture<StateHandler.Snapshot> snapshot = new CompletableFuture<>();
        private CompletableFuture<Void> tail = CompletableFuture.completedFuture(null);
        private volatile boolean released;
    }

    /** A state on its way in. */
    private static final class Awaited {
        private final View view;
        private final CompletableFuture<Runnable> barrier = new CompletableFuture<>();
        private CompletableFuture<Void> tail = CompletableFuture.completedFuture(null);
        private StateHandler.Sink sink;
        private String failure;

        private Awaited(View view) {
            this.view = view;
        }
    }

    /** Complete a future with the next state that is set; any thread. */
    CompletableFuture<Void> expect(CompletableFuture<Void> future) {
        expected.add(future);
        return future;
    }

    /** A view comes: snapshots for members that have left are of no use any more. */
    void beforeView(Event.ViewInstalled installed) {
        release(key -> !installed.view().contains(key.requester));
    }

    private void release(Predicate<Key> unwanted) {
        provided.entrySet().removeIf(entry -> {
            boolean gone = unwanted.test(entry.getKey());
            if (gone) {
                release(entry.getValue());
            }
            return gone;
        });
    }

    /** Close a snapshot once nobody reads it, or see to it that it is not taken at all. */
    private void release(Provided state) {
        state.released = true;
        state.tail.thenCombineAsync(state.snapshot, (nothing, snapshot) -> {
            DeliveryThread.run(snapshot::close);
            return (Void) null;
        }, environment.delivery());
    }

    /**
     * A view has been queued for the application: put the barriers of its transfers behind it. A state that is still awaited
     * is given up if the view brings a new cut for it.
     */
    void afterView(Event.ViewInstalled installed, Address self) {
        for (Event.StateTransfer transfer : installed.transfers()) {
            if (transfer.provider().equals(self)) {
                provide(new Key(transfer.requester(), installed.view()));
            }
            if (transfer.requester().equals(self)) {
                await(installed.view());
            }
        }
    }

    private void provide(Key key) {
        Provided state = new Provided();
        Provided former = provided.put(key, state);
        if (former != null) {
            release(former);
        }
        inbox.accept(done -> {
            DeliveryThread.run(() -> take(state));
            done.run();
        });
    }

    private void take(Provided state) {
        try {
            StateHandler current = handler.get();
            if (current == null || state.released) {
                throw new IOException(current == null ? "the provider has no state handler" : "nobody wants the state");
            }
            state.snapshot.complete(current.snapshot());
        } catch (IOException | RuntimeException | Error e) {
            state.snapshot.completeExceptionally(e);
        }
    }

    private void await(View view) {
        Awaited next = new Awaited(view);
        List<Packet> kept = awaited == null ? List.of() : giveUp(awaited, next);
        awaited = next;
        if (diskBytes > 0) {
            inbox.accept(done -> next.barrier.complete(done), this::openSpool);
        } else {
            inbox.accept(done -> next.barrier.complete(done));
        }
        kept.forEach(inbox::accept);
    }

    /**
     * The group packets held back lie before the new cut: the new state contains them. Those to this member alone it does not,
     * so they come after it.
     */
    private List<Packet> giveUp(Awaited old, Awaited next) {
        List<Packet> kept = inbox.discardBacklog();
        next.tail = abort(old);
        old.barrier.thenAccept(Runnable::run);
        return kept;
    }

    /** Not before the application has done with what it was given. */
    private static CompletableFuture<Void> abort(Awaited old) {
        return old.tail.handle((nothing, failure) -> {
            if (old.sink != null) {
                DeliveryThread.run(old.sink::abort);
            }
            return null;
        });
    }

    private Spool openSpool() {
        byte[] secret = new byte[Spool.SECRET_BYTES];
        environment.fillUnpredictably(secret);
        try {
            return new Spool(diskBytes, secret);
        } catch (IOException e) {
            throw new UncheckedIOException("no file could be made in " + System.getProperty("java.io.tmpdir"), e);
        }
    }

    /** Something from the protocol, for the owner. */
    void event(Event event) {
        if (event instanceof Event.StateAwaited comes) {
            diskBytes = comes.diskBytes();
        } else if (event instanceof Event.SnapshotPrepared prepared) {
            prepare(prepared);
        } else if (event instanceof Event.SnapshotReleased released) {
            release(new Key(released.transfer().requester(), released.view())::equals);
        } else if (event instanceof Event.StateOverdue) {
            giveUpIfOthersWait();
        } else if (event instanceof Event.ChunkRequested requested) {
            readChunk(requested);
        } else if (event instanceof Event.ChunkReceived received) {
            writeChunk(received);
        } else if (event instanceof Event.StateFailed failed) {
            fail(failed.reason());
        }
    }

    /** Somebody else provides; here is one who could go on. */
    private void prepare(Event.SnapshotPrepared prepared) {
        StateHandler current = handler.get();
        if (current != null && current.isRepeatable()) {
            provide(new Key(prepared.transfer().requester(), prepared.view()));
        }
    }

    private void giveUpIfOthersWait() {
        if (awaited != null && inbox.isFull()) {
            eventDown.accept(new Event.ChunkWritten(awaited.view, "the application has not returned from taking a chunk of it for"
                    + " long, and messages that wait for it have used up max_held_back, so that all others have to wait; make"
                    + " the sink faster, or raise max_held_back or stall_timeout of STATE_TRANSFER"));
        }
    }

    private void readChunk(Event.ChunkRequested requested) {
        Key key = new Key(requested.transfer().requester(), requested.view());
        Provided state = provided.get(key);
        if (state == null) {
            answer(requested, new byte[0], "the provider has no snapshot for " + requested.view().id());
            return;
        }
        state.tail = state.tail.thenCombineAsync(state.snapshot, (nothing, snapshot) -> {
            DeliveryThread.run(() -> read(requested, snapshot));
            return (Void) null;
        }, environment.delivery()).exceptionally(failure -> {
            answer(requested, new byte[0], "no snapshot could be taken: " + failure.getMessage());
            return null;
        });
    }

    private void read(Event.ChunkRequested requested, StateHandler.Snapshot snapshot) {
        byte[] buffer = new byte[requested.maxBytes()];
        try {
            int length = snapshot.read(buffer);
            if (length == 0) {
                // an empty chunk means the end, and a state cut short must not pass for a whole one
                throw new IOException("the snapshot gave no byte although it is not at its end (it says so with -1)");
            }
            answer(requested, length < 0 ? new byte[0] : Arrays.copyOf(buffer, length), null);
            if (length < 0) {
                environment.execute(() -> forget(requested));
            }
        } catch (IOException | RuntimeException | Error e) {
            answer(requested, new byte[0], "reading the state failed: " + e);
        }
    }

    private void forget(Event.ChunkRequested requested) {
        release(new Key(requested.transfer().requester(), requested.view())::equals);
    }

    private void answer(Event.ChunkRequested requested, byte[] chunk, String failure) {
        eventDown.accept(new Event.ChunkRead(requested.transfer(), requested.view(), chunk, failure));
    }

    private void writeChunk(Event.ChunkReceived received) {
        Awaited state = awaited;
        if (state == null || !state.view.equals(received.view())) {
            return;
        }
        boolean last = received.chunk().length == 0;
        if (last) {
            awaited = null;
        }
        // the sink is touched only once everything before the cut has been handed over
        state.tail = state.tail.thenCombineAsync(state.barrier, (nothing, done) -> {
            if (state.failure == null) {
                DeliveryThread.run(() -> write(state, received.chunk(), last));
            }
            if (last) {
                done.run();
                settle(state.failure);
            }
            eventDown.accept(new Event.ChunkWritten(received.view(), state.failure));
            return (Void) null;
        }, environment.delivery());
    }

    private void write(Awaited state, byte[] chunk, boolean last) {
        try {
            if (state.sink == null) {
                state.sink = handler.get().sink();
            }
            if (last) {
                state.sink.complete();
            } else {
                state.sink.write(chunk, 0, chunk.length);
            }
        } catch (IOException | RuntimeException | Error e) {
            // whatever it was: the messages behind the state must not wait for ever
            state.failure = "the state could not be taken: " + e;
            LOG.warn("state of view {} could not be taken", state.view.id(), e);
        }
    }

    private void settle(String failure) {
        DeliveryThread.run(() -> settleAll(failure));
    }

    private void settleAll(String failure) {
        for (CompletableFuture<Void> future = expected.poll(); future != null; future = expected.poll()) {
            if (failure == null) {
                future.complete(null);
            } else {
                future.completeExceptionally(new StateTransferException(failure));
            }
        }
    }

    private void fail(String reason) {
        Awaited state = awaited;
        awaited = null;
        if (state != null) {
            abort(state);
            state.barrier.thenAccept(Runnable::run);
        }
        settle(reason);
    }

    /** The life is over. */
    void abandon() {
        fail("the channel has left the group");
        release(key -> true);
    }
}
