package dev.muster.core;

import dev.muster.api.Address;
import dev.muster.api.BackPressureException;
import dev.muster.api.Channel;
import dev.muster.api.ChannelListener;
import dev.muster.api.ChannelState;
import dev.muster.api.ConfigurationException;
import dev.muster.api.Diagnosis;
import dev.muster.api.JoinException;
import dev.muster.api.Message;
import dev.muster.api.MusterException;
import dev.muster.api.NotConnectedException;
import dev.muster.api.Receiver;
import dev.muster.api.StateHandler;
import dev.muster.api.View;
import dev.muster.spi.Capability;
import dev.muster.spi.Environment;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The channel: hands what the application asks for to its current life, and what happens there to the application. */
final class GroupChannel implements Channel {

    private static final Logger LOG = LoggerFactory.getLogger(GroupChannel.class);

    /** The life gives up by itself somewhat earlier. */
    private static final Duration LEAVE_LIMIT = Duration.ofSeconds(20);

    private final StackPlan plan;
    private final String memberName;
    private final Supplier<Environment> environments;
    private final SharedTransports sharedTransports;
    private final List<ChannelListener> listeners = new CopyOnWriteArrayList<>();
    private final Object monitor = new Object();
    private Duration connectLimit = Duration.ofSeconds(30);
    private volatile Receiver receiver = message -> {};
    private volatile StateHandler stateHandler;
    private volatile ChannelState state = ChannelState.CREATED;
    private volatile Life life;
    private volatile View view;
    private volatile boolean mayAct = true;

    GroupChannel(StackPlan plan, String memberName, Supplier<Environment> environments, SharedTransports sharedTransports) {
        this.plan = plan;
        this.memberName = memberName.isBlank() ? "member-" + ProcessHandle.current().pid() : memberName;
        this.environments = environments;
        this.sharedTransports = sharedTransports;
    }

    @Override
    public Channel receiver(Receiver newReceiver) {
        receiver = newReceiver;
        return this;
    }

    @Override
    public Channel stateHandler(StateHandler handler) {
        stateHandler = handler;
        return this;
    }

    @Override
    public Channel listener(ChannelListener listener) {
        listeners.add(listener);
        return this;
    }

    @Override
    public Channel connectTimeout(Duration limit) {
        if (limit.isNegative() || limit.isZero()) {
            throw new IllegalArgumentException("connect timeout " + limit + " must be positive");
        }
        connectLimit = limit;
        return this;
    }

    @Override
    public Channel connect(String cluster) {
        awaitConnected("join the group '" + cluster + "'", () -> connectAsync(cluster, false));
        return this;
    }

    @Override
    public Channel connectWithState(String cluster) {
        return connectWithState(cluster, "");
    }

    @Override
    public Channel connectWithState(String cluster, String from) {
        awaitConnected("join the group '" + cluster + "' and fetch its state", () -> connectAsync(cluster, true, from));
        return this;
    }

    @Override
    public CompletableFuture<Void> connectAsync(String cluster, boolean withState) {
        return connectAsync(cluster, withState, "");
    }

    private CompletableFuture<Void> connectAsync(String cluster, boolean withState, String stateFrom) {
        if (withState) {
            refuseIfStateless();
        }
        ChannelState before;
        Life started;
        synchronized (monitor) {
            before = state;
            boolean removed = state == ChannelState.NO_VIEW && view == null;
            if (state != ChannelState.CREATED && state != ChannelState.DISCONNECTED && !removed) {
                throw new IllegalStateException("the channel is " + state + ", it can connect only when created,"
                        + " disconnected or without a view; use another channel for another group");
            }
            started = newLife(cluster, withState, stateFrom);
            life = started;
            mayAct = true;
            state = ChannelState.CONNECTING;
        }
        tell(listener -> listener.stateChanged(this, before, ChannelState.CONNECTING));
        return started.begin();
    }

    private Life newLife(String cluster, boolean withState, String stateFrom) {
        Foundation foundation = sharedTransports.foundation(plan, environments);
        try {
            return new Life(this, plan, foundation, memberName, cluster, withState, stateFrom);
        } catch (RuntimeException | Error e) {
            foundation.environment().close();
            throw e;
        }
    }

    private void refuseIfStateless() {
        if (stateHandler == null) {
            throw new IllegalStateException("a state is asked for but nobody would take it; call stateHandler() first");
        }
        if (!plan.provides(Capability.STATE_TRANSFER)) {
            throw new ConfigurationException("a state is asked for but no protocol of the stack provides "
                    + Capability.STATE_TRANSFER + "; add STATE_TRANSFER on top, or connect without state");
        }
    }

    @Override
    public CompletableFuture<Void> fetchState() {
        refuseIfStateless();
        return connectedLife().fetchState("");
    }

    @Override
    public CompletableFuture<Void> fetchState(Address from) {
        refuseIfStateless();
        return connectedLife().fetchState(from.id());
    }

    @Override
    public void send(Message message) {
        connectedLife().send(message.destination(), message.flagBits(), message.payload(), 0, message.payload().length,
                whenFull());
    }

    @Override
    public void send(Address destination, byte[] payload, int offset, int length) {
        java.util.Objects.checkFromIndexSize(offset, length, payload.length);
        connectedLife().send(destination, 0, payload, offset, length, whenFull());
    }

    private static Outbox.WhenFull whenFull() {
        return DeliveryThread.isCurrent() ? Outbox.WhenFull.USE_RESERVE : Outbox.WhenFull.WAIT;
    }

    @Override
    public boolean trySend(Message message) {
        return connectedLife().send(message.destination(), message.flagBits(), message.payload(), 0,
                message.payload().length, Outbox.WhenFull.REFUSE);
    }

    @Override
    public CompletableFuture<Void> sendAsync(Message message) {
        return connectedLife().sendLater(message.destination(), message.flagBits(), message.payload());
    }

    @Override
    public <T> T await(CompletableFuture<T> answer, Duration limit)
            throws InterruptedException, ExecutionException, TimeoutException {
        refuseInCallback("wait for an answer");
        if (!answer.isDone()) {
            connectedLife().environment().await(answer, limit.toNanos());
        }
        return answer.get();
    }

    @Override
    public void disconnect() {
        String purpose = "leave the group";
        refuseInCallback(purpose);
        try {
            await(disconnectAsync(), LEAVE_LIMIT, purpose);
        } catch (TimeoutException e) {
            abandon();
            throw new MusterException("could not leave the group within " + LEAVE_LIMIT.toSeconds()
                    + " s; the others will notice that this member is gone", e);
        }
    }

    private void abandon() {
        Life current = life;
        if (current != null) {
            current.abandon();
        }
        become(ChannelState.DISCONNECTED);
    }

    @Override
    public CompletableFuture<Void> disconnectAsync() {
        Life current = life;
        return current == null ? CompletableFuture.completedFuture(null) : current.leave();
    }

    @Override
    public void close() {
        if (state == ChannelState.CLOSED) {
            return;
        }
        try {
            disconnect();
        } catch (MusterException e) {
            LOG.warn("{}: closed without a proper leave: {}", memberName, e.getMessage());
            abandon();
        }
        view = null;
        become(ChannelState.CLOSED);
    }

    @Override
    public Address address() {
        Life current = life;
        return current == null ? null : current.self();
    }

    @Override
    public View view() {
        return view;
    }

    @Override
    public ChannelState state() {
        return state;
    }

    @Override
    public String cluster() {
        Life current = life;
        return current == null ? null : current.cluster();
    }

    @Override
    public String describe() {
        return plan.describe();
    }

    @Override
    public Map<String, Long> counters() {
        Life current = life;
        return current == null ? Map.of() : current.counters();
    }

    @Override
    public CompletableFuture<Diagnosis> diagnose() {
        Life current = life;
        return current == null ? CompletableFuture.failedFuture(
                new NotConnectedException("the channel is " + state + "; connect first")) : current.diagnose();
    }

    private Life connectedLife() {
        Life current = life;
        if (current == null || state == ChannelState.CLOSED) {
            throw new NotConnectedException("the channel is " + state + "; connect first");
        }
        return current;
    }

    private void awaitConnected(String purpose, Supplier<CompletableFuture<Void>> connecting) {
        refuseInCallback(purpose);
        Duration limit = connectLimit;
        try {
            await(connecting.get(), limit, purpose);
        } catch (TimeoutException e) {
            if (state == ChannelState.CONNECTING) {
                abandon();
            }
            throw new JoinException("could not " + purpose + " within " + limit.toMillis()
                    + " ms; is the coordinator reachable, and does the discovery know where to look?", e);
        }
    }

    private static void refuseInCallback(String purpose) {
        if (DeliveryThread.isCurrent()) {
            throw new IllegalStateException("a delivery callback must not wait to " + purpose
                    + "; use the asynchronous form");
        }
    }

    private static void await(CompletableFuture<Void> future, Duration limit, String purpose) throws TimeoutException {
        try {
            future.get(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof MusterException failure ? failure
                    : new MusterException("could not " + purpose + ": " + e.getCause(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BackPressureException("interrupted while waiting to " + purpose, e);
        }
    }

    Receiver receiver() {
        return receiver;
    }

    StateHandler stateHandler() {
        return stateHandler;
    }

    /** A life has reached a view; on a delivery thread, before the receiver learns of it. */
    void accepted(Life from, View newView) {
        if (from == life) {
            view = newView;
            become(mayAct ? ChannelState.CONNECTED : ChannelState.NO_VIEW);
        }
    }

    /** A life has learnt whether its view may act; on a delivery thread, in order with views. */
    void judged(Life from, boolean primary) {
        if (from == life && view != null) {
            mayAct = primary;
            become(primary ? ChannelState.CONNECTED : ChannelState.NO_VIEW);
        }
    }

    /** A life is over. */
    void ended(Life from, ChannelState now) {
        if (from == life && state != ChannelState.CLOSED) {
            view = null;
            become(now);
        }
    }

    void failed(Throwable failure) {
        LOG.error("{}: a callback of the application failed; delivery goes on", memberName, failure);
        tell(listener -> listener.callbackFailed(this, failure));
    }

    private void become(ChannelState now) {
        ChannelState before;
        synchronized (monitor) {
            before = state;
            state = now;
        }
        if (before != now) {
            tell(listener -> listener.stateChanged(this, before, now));
        }
    }

    private void tell(java.util.function.Consumer<ChannelListener> news) {
        for (ChannelListener listener : listeners) {
            try {
                DeliveryThread.run(() -> news.accept(listener));
            } catch (RuntimeException | Error e) {
                LOG.error("{}: a channel listener failed", memberName, e);
            }
        }
    }
}
