package dev.muster.core;

import dev.muster.api.Address;
import dev.muster.api.ChannelState;
import dev.muster.api.Diagnosis;
import dev.muster.api.InlineReceiver;
import dev.muster.api.JoinException;
import dev.muster.api.MusterException;
import dev.muster.api.NotConnectedException;
import dev.muster.api.View;
import dev.muster.spi.Environment;
import dev.muster.spi.Event;
import dev.muster.spi.Limits;
import dev.muster.spi.Packet;
import dev.muster.spi.PacketBatch;
import dev.muster.spi.TransportSettings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One life of a member in a group, from connect to disconnect: a stack, an outbox above it, an inbox beside it.
 *
 * <p>Methods of {@link Stack.Top} are called by the owner of the stack; the rest by any thread.
 */
final class Life implements Stack.Top {

    private static final Logger LOG = LoggerFactory.getLogger(Life.class);
    private static final long OUTBOX_BYTES = 4L << 20;
    private static final int PACKETS_PER_TURN = 8;
    private static final long DRAIN_LIMIT_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long LEAVE_LIMIT_NANOS = TimeUnit.SECONDS.toNanos(15);
    private static final String CHANNEL = "CHANNEL";

    private final GroupChannel channel;
    private final StackPlan plan;
    private final Environment environment;
    private final Address self;
    private final String cluster;
    private final boolean withState;
    private final String stateFrom;
    private final Stack stack;
    private final Outbox outbox;
    private final Inbox inbox;
    private final Admission admission;
    private final StateDelivery states;
    private final CompletableFuture<Void> connected = new CompletableFuture<>();
    private final CompletableFuture<Void> left = new CompletableFuture<>();
    private final Callbacks callbacks;
    private final Application application;
    private final Runnable drain = this::drain;
    private Limits limits;
    private View view;
    private Diagnostics diagnostics = Diagnostics.OFF;
    private boolean hasView;
    private boolean leaving;
    private boolean askedToLeave;
    private Environment.Scheduled drainLimit;
    private Environment.Scheduled leaveLimit;

    Life(GroupChannel channel, StackPlan plan, Foundation foundation, String name, String cluster, boolean withState,
            String stateFrom) {
        this.channel = channel;
        this.plan = plan;
        this.environment = foundation.environment();
        this.self = environment.newAddress(name);
        this.cluster = cluster;
        this.withState = withState;
        this.stateFrom = stateFrom;
        environment.nameThreads(ThreadNames.work(plan.transportSettings().get(TransportSettings.THREAD_NAMING_PATTERN),
                cluster, self));
        this.stack = new Stack(plan, environment, self, cluster, this, foundation.branch());
        this.outbox = new Outbox(OUTBOX_BYTES,
                task -> environment.delivery().execute(() -> DeliveryThread.run(task)));
        this.callbacks = new Callbacks(environment::nowNanos);
        this.application = new Application(channel, callbacks);
        this.inbox = new Inbox(environment.delivery(), environment.outOfBandDelivery(), application::deliver,
                this::consumed, this::packetsLost);
        this.admission = new Admission(environment, inbox, stack::transportNetwork, self, plan.transportSettings());
        stack.admitOnly(admission::admits);
        this.states = new StateDelivery(environment, inbox, channel::stateHandler, this::eventDown);
    }

    CompletableFuture<Void> begin() {
        environment.execute(() -> {
            try {
                limits = stack.start();
                diagnostics = Diagnostics.of(plan.transportSettings(), environment, this::diagnosis);
                stack.turn(() -> stack.eventDown(new Event.Connect(withState, stateFrom)));
            } catch (RuntimeException | Error e) {
                String reason = e.getMessage() == null ? "the stack could not be started: " + e : e.getMessage();
                end(ChannelState.DISCONNECTED, new JoinException(reason, e));
            }
        });
        return connected;
    }

    /** See {@link Outbox#append}. */
    boolean send(Address destination, int flags, byte[] payload, int offset, int length, Outbox.WhenFull whenFull) {
        boolean accepted = outbox.append(destination, flags, payload, offset, length, whenFull);
        if (accepted && outbox.claimDrain()) {
            environment.runOrHandOver(drain);
        }
        return accepted;
    }

    CompletableFuture<Void> sendLater(Address destination, int flags, byte[] payload) {
        CompletableFuture<Void> accepted = outbox.appendLater(destination, flags, payload);
        requestDrain();
        return accepted;
    }

    private void requestDrain() {
        if (outbox.claimDrain()) {
            environment.execute(drain);
        }
    }

    private void drain() {
        outbox.beginDrain();
        outbox.settle();
        if (stack.isStopped()) {
            return;
        }
        boolean[] more = {false};
        stack.turn(() -> {
            int taken = 0;
            for (Packet packet = outbox.take(); packet != null; packet = taken < PACKETS_PER_TURN ? outbox.take() : null) {
                stack.down(packet);
                packet.release();
                taken++;
            }
            more[0] = taken >= PACKETS_PER_TURN;
        });
        if (more[0]) {
            requestDrain();
        } else if (leaving) {
            leaveIfDrained();
        }
    }

    CompletableFuture<Void> fetchState(String from) {
        CompletableFuture<Void> fetched = new CompletableFuture<>();
        if (left.isDone()) {
            fetched.completeExceptionally(new NotConnectedException("the channel has left the group; connect first"));
            return fetched;
        }
        environment.execute(() -> {
            if (stack.isStopped() || !hasView) {
                fetched.completeExceptionally(new NotConnectedException("the channel is in no view; connect first"));
            } else {
                states.expect(fetched);
                stack.turn(() -> stack.eventDown(new Event.StateRequested(from)));
            }
        });
        return fetched;
    }

    CompletableFuture<Void> leave() {
        if (left.isDone()) {
            return left;
        }
        environment.execute(() -> {
            if (!stack.isStopped() && !leaving) {
                leaving = true;
                outbox.close("the channel is leaving the group; connect first");
                drainLimit = environment.schedule(DRAIN_LIMIT_NANOS, this::askToLeave);
                leaveLimit = environment.schedule(LEAVE_LIMIT_NANOS, this::leaveUntold);
                leaveIfDrained();
            }
        });
        return left;
    }

    private void leaveIfDrained() {
        if (!hasView || outbox.isEmpty()) {
            askToLeave();
        }
    }

    private void askToLeave() {
        if (!askedToLeave && !stack.isStopped()) {
            askedToLeave = true;
            stack.turn(() -> stack.eventDown(new Event.Disconnect()));
        }
    }

    private void leaveUntold() {
        left.completeExceptionally(new MusterException("could not leave group '" + cluster + "' properly within "
                + TimeUnit.NANOSECONDS.toSeconds(LEAVE_LIMIT_NANOS) + " s: nobody answered, or a callback did not return;"
                + " the others will notice that this member is gone"));
        end(ChannelState.DISCONNECTED);
    }

    /** Stop at once, without telling anybody. */
    void abandon() {
        environment.execute(() -> end(ChannelState.DISCONNECTED));
    }

    private void end(ChannelState now) {
        end(now, new JoinException("the channel was closed before the group was joined"));
    }

    private void end(ChannelState now, JoinException whyNotConnected) {
        if (stack.isStopped()) {
            return;
        }
        diagnostics.close();
        admission.close();
        stack.stop();
        if (leaving) {
            drainLimit.cancel();
            leaveLimit.cancel();
        }
        outbox.close("the channel has left the group; connect first");
        outbox.clear();
        states.abandon();
        inbox.close();
        environment.close();
        channel.ended(this, now);
        DeliveryThread.run(() -> {
            connected.completeExceptionally(whyNotConnected);
            left.complete(null);
        });
    }

    /** Delivery can't go on without them; others will notice that this member is gone. */
    private void packetsLost(IOException failure) {
        environment.execute(() -> {
            if (!stack.isStopped()) {
                LOG.error("{}: messages that waited on disk can't be read; the channel gives up", self, failure);
                end(ChannelState.DISCONNECTED);
            }
        });
    }

    private void eventDown(Event event) {
        environment.execute(() -> stack.turn(() -> stack.eventDown(event)));
    }

    @Override
    public void up(Packet packet) {
        if (!packet.has(Packet.DATA)) {
            LOG.debug("{}: nobody in the stack took {}", self, packet);
        } else if (channel.receiver() instanceof InlineReceiver && inbox.isNext(packet)) {
            handOver(packet);
        } else {
            inbox.accept(packet);
        }
    }

    /** To a receiver that wants it here and now. */
    private void handOver(Packet packet) {
        application.deliver(packet);
        if (packet.credit() > 0) {
            stack.eventDown(new Event.Consumed(packet.source(), packet.isToGroup(), packet.credit()));
        }
    }

    @Override
    public void up(PacketBatch batch) {
        if (batch.areAll(Packet.DATA) && !(channel.receiver() instanceof InlineReceiver)) {
            inbox.accept(batch);
        } else {
            batch.forEach(this::up);
        }
    }

    @Override
    public void event(Event event) {
        if (event instanceof Event.ViewInstalled installed) {
            viewInstalled(installed);
        } else if (event instanceof Event.Primary verdict) {
            judged(verdict);
        } else if (event instanceof Event.SendingPaused paused) {
            outbox.pause(paused.destination());
        } else if (event instanceof Event.SendingResumed resumed) {
            outbox.resume(resumed.destination());
            requestDrain();
        } else if (event instanceof Event.ConnectFailed failed) {
            end(ChannelState.DISCONNECTED, new JoinException(failed.reason()));
        } else if (event instanceof Event.Disconnected disconnected) {
            disconnected(disconnected);
        } else {
            states.event(event);
        }
    }

    private void disconnected(Event.Disconnected disconnected) {
        if (disconnected.byOthers()) {
            LOG.warn("{}: removed from group '{}': {}", self, cluster, disconnected.reason());
        }
        states.abandon();
        // what was delivered before is handed over before the life ends
        inbox.accept(done -> {
            done.run();
            environment.execute(() -> end(disconnected.byOthers() ? ChannelState.NO_VIEW : ChannelState.DISCONNECTED));
        });
    }

    private void viewInstalled(Event.ViewInstalled installed) {
        View next = installed.view();
        view = next;
        LOG.info("{}: view {}", self, next);
        states.beforeView(installed);
        inbox.accept(done -> {
            application.accept(this, next);
            done.run();
        });
        states.afterView(installed, self);
        if (!hasView) {
            hasView = true;
            outbox.open(limits);
            completeConnect(next);
        }
    }

    /** The view may act, or not; the channel says so in order with views and messages, and refuses to send at once. */
    private void judged(Event.Primary verdict) {
        if (!verdict.primary()) {
            outbox.close(verdict.reason());
        } else if (!leaving) {
            outbox.open(limits);
        }
        inbox.accept(done -> {
            DeliveryThread.run(() -> channel.judged(this, verdict.primary()));
            done.run();
        });
    }

    private void completeConnect(View view) {
        CompletableFuture<Void> ready = withState && view.size() > 1 ? states.expect(new CompletableFuture<>())
                : CompletableFuture.completedFuture(null);
        inbox.accept(done -> {
            done.run();
            ready.whenComplete((nothing, failure) -> DeliveryThread.run(() -> {
                if (failure == null) {
                    connected.complete(null);
                } else {
                    connected.completeExceptionally(failure);
                }
            }));
        });
    }

    private void consumed(Address source, boolean toGroup, long bytes) {
        if (bytes > 0) {
            eventDown(new Event.Consumed(source, toGroup, bytes));
        }
    }

    Address self() {
        return self;
    }

    String cluster() {
        return cluster;
    }

    Environment environment() {
        return environment;
    }

    /** Look at everything; completes on the owner. */
    CompletableFuture<Diagnosis> diagnose() {
        CompletableFuture<Diagnosis> made = new CompletableFuture<>();
        environment.execute(() -> {
            if (stack.isStopped()) {
                made.completeExceptionally(new NotConnectedException("the channel has left the group; connect first"));
            } else {
                made.complete(diagnosis());
            }
        });
        return made;
    }

    private Diagnosis diagnosis() {
        Diagnosis.Queues queues = new Diagnosis.Queues(outbox.queuedBytes(), outbox.senders(), outbox.isGroupPaused(),
                stack.named(outbox.pausedMembers()), inbox.size(), inbox.lanes(), inbox.hasBarrier(), application.failures());
        List<Diagnosis.Layer> layers = new ArrayList<>(stack.diagnose(plan));
        layers.add(new Diagnosis.Layer(CHANNEL, Map.of(), counted(""), callbacks.waits()));
        return new Diagnosis(self, cluster, channel.state(), view, layers, queues);
    }

    /** Figures that have to be asked for are those of now if the stack is idle, else those of the last time. */
    Map<String, Long> counters() {
        if (!stack.isStopped()) {
            environment.runOrHandOver(stack::readGauges);
        }
        Map<String, Long> counters = new LinkedHashMap<>(stack.counters());
        counters.putAll(counted(CHANNEL + "."));
        return counters;
    }

    /** What is above all protocols. */
    private Map<String, Long> counted(String prefix) {
        Map<String, Long> counted = new LinkedHashMap<>();
        counted.put(prefix + "callback_failures", application.failures());
        counted.put(prefix + "inbox_packets", (long) inbox.size());
        counted.put(prefix + "refused_packets", admission.refused());
        counted.put(prefix + "reading_stops", admission.stops());
        counted.put(prefix + "outbox_bytes", outbox.queuedBytes());
        return counted;
    }
}
