package dev.muster.testkit.simulation;

import dev.muster.api.Address;
import dev.muster.api.BackPressureException;
import dev.muster.api.Channel;
import dev.muster.api.ChannelListener;
import dev.muster.api.ChannelState;
import dev.muster.api.Flag;
import dev.muster.api.Message;
import dev.muster.api.MessageBatch;
import dev.muster.api.NotConnectedException;
import dev.muster.api.Receiver;
import dev.muster.api.View;
import dev.muster.testkit.history.LifeHistory;
import dev.muster.testkit.history.MessageId;
import java.time.Duration;
import java.util.SplittableRandom;

/** One life of an application on a channel: it sends as its workload says and notes what it is told. */
final class SimulatedMember implements Receiver, ChannelListener {

    private static final int RANDOM_PURPOSE = 5;

    private final SimulatedCluster cluster;
    private final SimulatedEnvironment process;
    private final LifeHistory history;
    private final SplittableRandom random;
    private final Channel channel;
    private boolean connected;
    private long roundsAtLastView;

    SimulatedMember(SimulatedCluster cluster, SimulatedEnvironment process, LifeHistory history, Channel channel) {
        this.cluster = cluster;
        this.process = process;
        this.history = history;
        this.channel = channel;
        this.random = cluster.simulation().random(process.node().index(), process.life(), RANDOM_PURPOSE);
    }

    void begin() {
        channel.receiver(this).listener(this);
        boolean withState = cluster.workload().withState();
        if (withState) {
            channel.stateHandler(new SimulatedState(cluster, history,
                    provider -> cluster.situations().stateTaken(history, provider)));
            history.awaitsState(true);
        }
        channel.connectAsync(SimulatedCluster.CLUSTER, withState).whenComplete((nothing, failure) -> {
            history.awaitsState(false);
            if (failure != null) {
                connectFailed(failure);
            }
        });
        history.address(channel.address());
    }

    private void connectFailed(Throwable failure) {
        if (!connected && history.isRunning()) {
            cluster.population().joinFailed(this, failure);
        }
    }

    private long rounds() {
        return channel.counters().getOrDefault("GMS.rounds", 0L);
    }

    /** Whether it was the coordinator and had begun a round since its last view. */
    boolean isInOwnRound() {
        View last = history.lastView();
        return last != null && last.coordinator().equals(history.address()) && rounds() > roundsAtLastView;
    }

    SimulatedEnvironment process() {
        return process;
    }

    LifeHistory history() {
        return history;
    }

    Channel channel() {
        return channel;
    }

    /** The life is over, one way or the other. */
    void ended(String how) {
        if (history.isRunning()) {
            history.ended(how);
            cluster.tell(history.name(), () -> how);
        }
    }

    private Duration now() {
        return cluster.simulation().now();
    }

    @Override
    public void viewAccepted(View view) {
        if (!history.isRunning()) {
            return;
        }
        View before = history.lastView();
        history.installed(now(), view);
        if (view.coordinator().equals(history.address())) {
            roundsAtLastView = rounds();
            cluster.situations().viewTold(before, view, cluster.population().living());
        }
        cluster.tell(history.name(), () -> ViewStory.of(before, view));
        if (!connected) {
            connected = true;
            process.asApplication(pauseNanos(), this::tick);
        }
    }

    @Override
    public void receive(Message message) {
        take(message.source(), message.destination() == null, message.payload(), 0, message.payload().length);
    }

    @Override
    public void receive(MessageBatch batch) {
        while (batch.next()) {
            take(batch.source(), batch.destination() == null, batch.buffer(), batch.offset(), batch.length());
        }
    }

    private void take(Address source, boolean toGroup, byte[] buffer, int offset, int length) {
        if (!history.isRunning()) {
            return;
        }
        String problem = TestPayload.problem(buffer, offset, length);
        if (problem != null) {
            history.corruption("was given " + problem);
            return;
        }
        int sender = TestPayload.life(buffer, offset);
        LifeHistory known = cluster.history().of(source);
        if (known == null || known.id() != sender) {
            history.corruption("was given a message of life " + sender + " as if " + source.id() + " had sent it");
        }
        history.delivered(now(), MessageId.of(sender, TestPayload.number(buffer, offset)), toGroup);
    }

    @Override
    public void stateChanged(Channel changed, ChannelState from, ChannelState to) {
        boolean removed = to == ChannelState.NO_VIEW && changed.view() == null;
        if (removed || to == ChannelState.DISCONNECTED && connected) {
            cluster.population().removed(this, to);
        }
    }

    @Override
    public void callbackFailed(Channel failed, Throwable failure) {
        cluster.failed(failure);
    }

    private long pauseNanos() {
        long mean = cluster.workload().interval().toNanos();
        return mean / 2 + random.nextLong(mean);
    }

    private void tick() {
        if (!history.isRunning() || now().compareTo(cluster.quietFrom()) >= 0) {
            return;
        }
        if (channel.state() == ChannelState.CONNECTED) {
            sendOne();
        }
        process.asApplication(pauseNanos(), this::tick);
    }

    private void sendOne() {
        Workload workload = cluster.workload();
        Address destination = null;
        if (random.nextDouble() < workload.unicasts()) {
            View view = channel.view();
            destination = view.members().get(random.nextInt(view.size()));
        }
        boolean large = destination == null && random.nextDouble() < workload.large();
        int length = large ? workload.largeBytes() : 1 + random.nextInt(workload.bytes());
        if (destination == null && random.nextDouble() < workload.outOfBand()) {
            byte[] payload = TestPayload.of(history.id(), history.sendingOutOfBand(now()), length);
            send(Message.toAll(payload, Flag.OOB));
        } else {
            byte[] payload = TestPayload.of(history.id(), history.sending(now(), destination), length);
            send(destination == null ? Message.toAll(payload) : Message.to(destination, payload));
        }
    }

    private void send(Message message) {
        try {
            if (!channel.trySend(message)) {
                history.refused();
                cluster.noteRefusal();
            }
        } catch (NotConnectedException | BackPressureException e) {
            history.refused();
            cluster.noteRefusal();
        }
    }
}
