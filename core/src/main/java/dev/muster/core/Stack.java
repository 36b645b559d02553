package dev.muster.core;

import dev.muster.api.Address;
import dev.muster.api.Diagnosis;
import dev.muster.spi.Environment;
import dev.muster.spi.Event;
import dev.muster.spi.Network;
import dev.muster.spi.NetworkSecurity;
import dev.muster.spi.Packet;
import dev.muster.spi.PacketBatch;
import dev.muster.spi.PacketCodec;
import dev.muster.spi.Limits;
import dev.muster.spi.SharedTransport;
import dev.muster.spi.StackFingerprint;
import dev.muster.spi.Transport;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The layers of one life of one member, and the queue of what they have asked for.
 *
 * <p>Only the owner of the environment calls it. Each action is carried out to its end before the next begins, in the
 * order in which actions were asked for; so no layer is entered from within its own call, and neither packets nor events
 * overtake each other.
 */
final class Stack {

    /** What sits above the top layer: the channel. */
    interface Top {
        void up(Packet packet);

        default void up(PacketBatch batch) {
            for (Packet packet : batch) {
                up(packet);
            }
        }

        void event(Event event);
    }

    private static final Logger LOG = LoggerFactory.getLogger(Stack.class);

    private final Environment environment;
    private final Address self;
    private final String cluster;
    private final long clusterId;
    private final List<Layer> layers = new ArrayList<>();
    /** Where figures are: of a shared transport with that, not with its branch. */
    private final List<Layer> counting;
    private final ActionQueue actions = new ActionQueue();
    private final Transport transport;
    private final Top top;
    private final WireCodec codec;
    private final StackFingerprint fingerprint;
    private final boolean insecure;
    private final boolean isSecured;
    private Network secured;
    private PausableNetwork transportNetwork;
    private Predicate<Packet> admission = this::isForUs;
    private PacketCodec transportCodec;
    private boolean isTrunk;
    private boolean inTurn;
    private boolean packetsWentDown;
    private int started;
    private boolean stopped;

    Stack(StackPlan plan, Environment environment, Address self, String cluster, Top top) {
        this(plan, environment, self, cluster, top, null);
    }

    /**
     * A stack that is not started.
     *
     * @param branch the bottom, in the place of the transport that the plan names; null if that is the stack's own
     */
    Stack(StackPlan plan, Environment environment, Address self, String cluster, Top top, Branch branch) {
        this.environment = environment;
        this.self = self;
        this.cluster = cluster;
        this.clusterId = PacketCodec.clusterId(cluster);
        this.top = top;
        this.codec = new WireCodec(plan.headers());
        this.transportCodec = codec;
        this.fingerprint = plan.fingerprint();
        this.insecure = plan.insecure();
        for (StackPlan.PlannedLayer planned : plan.layers()) {
            boolean isShared = layers.isEmpty() && branch != null;
            layers.add(new Layer(this, layers.size(), planned, isShared ? branch : planned.create()));
        }
        this.transport = (Transport) layers.get(0).protocol();
        this.counting = new ArrayList<>(layers);
        if (branch != null) {
            branch.carry(this);
            counting.set(0, branch.shared());
        }
        this.isSecured = layers.stream().anyMatch(layer -> layer.protocol() instanceof NetworkSecurity);
    }

    /** Start all layers, bottom first. */
    Limits start() {
        codec.remember(self);
        Limits[] limits = {Limits.NONE};
        secureNetwork();
        turn(() -> {
            for (Layer layer : layers) {
                start(layer);
                started++;
                limits[0] = isTrunk ? Limits.NONE : layer.protocol().limits(limits[0]);
            }
        });
        return limits[0];
    }

    private void start(Layer layer) {
        if (isTrunk && layer.protocol() instanceof SharedTransport shared) {
            shared.open(layer);
        } else {
            layer.protocol().start(layer);
        }
    }

    /** Before any layer opens a socket. */
    private void secureNetwork() {
        for (Layer layer : layers) {
            if (layer.protocol() instanceof NetworkSecurity security) {
                secured = security.secure(environment, layer);
            }
        }
    }

    /** Stop all layers that were started, top first; what has been asked for and later calls and timers do nothing. */
    void stop() {
        turn(() -> {
            for (int index = started - 1; index >= 0; index--) {
                layers.get(index).stop();
            }
            stopped = true;
        });
    }

    /** Do work and everything that follows from it. Called from within a turn, only the work itself is done now. */
    void turn(Runnable work) {
        if (stopped) {
            return;
        }
        if (inTurn) {
            work.run();
            return;
        }
        inTurn = true;
        try {
            work.run();
            carryOut();
        } finally {
            inTurn = false;
        }
    }

    private void carryOut() {
        do {
            while (!stopped && actions.next()) {
                carryOutOne();
                actions.done();
            }
            if (packetsWentDown && !stopped) {
                packetsWentDown = false;
                flush();
            }
        } while (!stopped && !actions.isEmpty());
    }

    private void flush() {
        try {
            transport.flush();
        } catch (RuntimeException | Error e) {
            layers.get(0).failed("flush", e);
        }
    }

    private void carryOutOne() {
        int target = actions.target();
        if (target == layers.size()) {
            deliverToTopGuarded();
            return;
        }
        Layer layer = layers.get(target);
        try {
            switch (actions.kind()) {
                case UP -> layer.up((Packet) actions.subject());
                case UP_BATCH -> layer.up((PacketBatch) actions.subject());
                case DOWN -> {
                    packetsWentDown |= target == 0;
                    layer.down((Packet) actions.subject());
                }
                case TIMER -> layer.fire((Layer.Timer) actions.subject());
                case EVENT_UP, EVENT_DOWN -> handOn(layer, actions.kind(), (Event) actions.subject());
            }
        } catch (RuntimeException | Error e) {
            layer.failed(actions.kind() + " " + actions.subject(), e);
        }
    }

    private void handOn(Layer layer, ActionQueue.Kind direction, Event event) {
        if (event instanceof Trunk.Word word) {
            word.to(layer.protocol());
            return;
        }
        Event onward = layer.protocol().event(event);
        int next = layer.index() + (direction == ActionQueue.Kind.EVENT_UP ? 1 : -1);
        if (onward != null && next >= 0) {
            actions.add(next, direction, onward);
        }
    }

    private void deliverToTopGuarded() {
        try {
            deliverToTop();
        } catch (RuntimeException | Error e) {
            LOG.error("{}: the channel failed to take {} {}", self, actions.kind(), actions.subject(), e);
        }
    }

    private void deliverToTop() {
        switch (actions.kind()) {
            case UP -> top.up(codec.withNamedSource((Packet) actions.subject()));
            case UP_BATCH -> top.up(codec.withNamedSources((PacketBatch) actions.subject()));
            case EVENT_UP -> {
                Event event = (Event) actions.subject();
                if (event instanceof Event.ViewInstalled installed) {
                    codec.remember(installed.view());
                }
                top.event(event);
            }
            default -> throw new IllegalStateException(actions.kind() + " can't reach the top");
        }
    }

    /** Hand a packet of the application to the top layer. */
    void down(Packet packet) {
        enqueueDown(layers.size() - 1, packet);
    }

    /** Tell all layers, from the top. */
    void eventDown(Event event) {
        actions.add(layers.size() - 1, ActionQueue.Kind.EVENT_DOWN, event);
    }

    void enqueueDown(int target, Packet packet) {
        if (target >= 0) {
            actions.add(target, ActionQueue.Kind.DOWN, target == 0 ? packet.from(self, clusterId) : packet);
        }
    }

    void enqueueUp(int from, Packet packet) {
        if (from > 0 || admission.test(packet)) {
            actions.add(from + 1, ActionQueue.Kind.UP, packet);
        }
    }

    void enqueueUp(int from, PacketBatch batch) {
        PacketBatch wanted = batch;
        if (from == 0) {
            wanted = new PacketBatch(batch.size());
            for (Packet packet : batch) {
                if (admission.test(packet)) {
                    wanted.add(packet);
                }
            }
        }
        if (!wanted.isEmpty()) {
            actions.add(from + 1, ActionQueue.Kind.UP_BATCH, wanted);
        }
    }

    /** Ask somebody about each packet that the transport passes up for this member. Before the start. */
    void admitOnly(Predicate<Packet> further) {
        admission = packet -> isForUs(packet) && further.test(packet);
    }

    /** Be the trunk of other stacks: packets of all clusters come and go, with their headers. Before the start. */
    void shareWith(PacketCodec codecOfAll) {
        isTrunk = true;
        admission = packet -> true;
        transportCodec = codecOfAll;
    }

    /** Queue a packet that a stack above has stamped. */
    void enqueueForTransport(Packet stamped) {
        actions.add(0, ActionQueue.Kind.DOWN, stamped);
    }

    /** Queue something to be told to the transport. */
    void enqueueForTransport(Trunk.Word word) {
        actions.add(0, ActionQueue.Kind.EVENT_DOWN, word);
    }

    private boolean isForUs(Packet packet) {
        boolean ours = packet.cluster() == clusterId && packet.source() != null && !packet.source().equals(self)
                && (packet.destination() == null || packet.destination().equals(self));
        if (!ours) {
            countNotForUs();
        }
        return ours;
    }

    void countNotForUs() {
        counting.get(0).counter("packets_not_for_us").increment();
    }

    /** The layer of the transport. */
    Layer bottom() {
        return layers.get(0);
    }

    void enqueueEvent(int from, ActionQueue.Kind direction, Event event) {
        int target = from + (direction == ActionQueue.Kind.EVENT_UP ? 1 : -1);
        if (target >= 0) {
            actions.add(target, direction, event);
        }
    }

    void enqueueTimer(int layer, Layer.Timer timer) {
        actions.add(layer, ActionQueue.Kind.TIMER, timer);
    }

    /** Bring figures of all layers up to date that are told only when asked for; for the owner. */
    void readGauges() {
        counting.forEach(Layer::readGauges);
    }

    /** Everything about all layers, from the bottom; for the owner. */
    List<Diagnosis.Layer> diagnose(StackPlan plan) {
        List<Diagnosis.Layer> all = new ArrayList<>();
        for (Layer layer : counting) {
            all.add(layer.diagnose(plan.layers().get(layer.index()).texts()));
        }
        return all;
    }

    /** Members with their names, which layers need not know. */
    List<Address> named(List<Address> members) {
        return members.stream().map(codec::intern).toList();
    }

    /** Counters of all layers, from the bottom. */
    Map<String, Long> counters() {
        Map<String, Long> all = new LinkedHashMap<>();
        counting.forEach(layer -> layer.counters(all));
        return all;
    }

    Environment environment() {
        return environment;
    }

    Address self() {
        return self;
    }

    String cluster() {
        return cluster;
    }

    PacketCodec codec() {
        return transportCodec;
    }

    StackFingerprint fingerprint() {
        return fingerprint;
    }

    /** The network of all layers; secured if a layer does that. */
    Network network() {
        return isSecured ? secured : environment.network();
    }

    /** The network of the transport, whose reading can be stopped. Once the stack is being started. */
    PausableNetwork transportNetwork() {
        if (transportNetwork == null) {
            transportNetwork = new PausableNetwork(network());
        }
        return transportNetwork;
    }

    /** Whether layers may reach beyond this host: what leaves is encrypted, or the user has said that it need not be. */
    boolean mayLeaveHost() {
        return isSecured || insecure;
    }

    boolean isStopped() {
        return stopped;
    }
}
