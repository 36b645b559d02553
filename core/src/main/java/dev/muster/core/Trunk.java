package dev.muster.core;

import dev.muster.api.ConfigurationException;
import dev.muster.spi.Environment;
import dev.muster.spi.Event;
import dev.muster.spi.Limits;
import dev.muster.spi.Packet;
import dev.muster.spi.PacketBatch;
import dev.muster.spi.SharedTransport;
import dev.muster.spi.Tenant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A transport that several channels share: a stack of its own, with what encrypts its network, below the {@link Branch}es of
 * theirs. All of them run on its environment, so whoever owns that owns them all. See {@code docs/decisions/shared-transport.md}.
 *
 * <p>For the owner, unless said otherwise.
 */
final class Trunk implements Stack.Top {

    private static final Runnable NOTHING = () -> { };

    private final String name;
    private final StackPlan plan;
    private final Environment environment;
    private final Stack stack;
    private final SharedTransport transport;
    private final TrunkCodec codec = new TrunkCodec();
    private final Map<Long, Branch> branches = new LinkedHashMap<>();
    /** What the transport has said of itself when it started; whoever comes later must know it, too. */
    private final List<Event> said = new ArrayList<>();
    private boolean isStarting;
    private boolean isStarted;
    private RuntimeException failure;

    /** Something to be told to the transport in its turn, after what was asked for before. */
    record Word(Consumer<SharedTransport> saying) implements Event.Custom {
        void to(Object transport) {
            saying.accept((SharedTransport) transport);
        }
    }

    /**
     * A trunk that is not started.
     *
     * @param name under which it is shared
     * @param plan of the stack of the first channel
     * @param environment closed with it
     */
    Trunk(String name, StackPlan plan, Environment environment) {
        this.name = name;
        this.plan = plan.ofTransport();
        this.environment = environment;
        stack = new Stack(this.plan, environment, environment.newAddress(name), name, this);
        stack.shareWith(codec);
        if (!(stack.bottom().protocol() instanceof SharedTransport shared)) {
            throw new ConfigurationException(plan.layers().get(0).origin() + ": protocol " + plan.layers().get(0).name()
                    + " serves one cluster only and can't be shared; leave singleton_name=" + name + " out");
        }
        transport = shared;
        environment.nameThreads("," + name);
    }

    Environment environment() {
        return environment;
    }

    /** Refuse a stack that says something else of the transport; any thread. */
    void refuseUnlike(StackPlan other) {
        List<String> differences = plan.differences(other.ofTransport());
        if (!differences.isEmpty()) {
            throw new ConfigurationException("singleton_name=" + name + ": the transport that other channels of this process"
                    + " share under that name has other settings; make them agree, or choose another name: "
                    + String.join("; ", differences));
        }
    }

    /** Let a branch be heard of; the first one starts the transport. */
    void attach(Branch branch) {
        start();
        Branch other = branches.get(branch.tenant().id());
        if (other != null) {
            throw new ConfigurationException("cluster '" + branch.tenant().cluster() + "' is joined by another channel of this"
                    + " process already, " + other.tenant().self() + ", whose transport is shared as singleton_name=" + name
                    + "; two members of one cluster need transports of their own: choose another singleton_name for one of them");
        }
        branches.put(branch.tenant().id(), branch);
        codec.add(branch);
        stack.turn(() -> transport.serve(branch.tenant()));
        said.forEach(branch::hear);
    }

    private void start() {
        if (failure != null) {
            throw failure;
        }
        if (isStarted) {
            return;
        }
        isStarted = true;
        isStarting = true;
        try {
            stack.start();
        } catch (RuntimeException e) {
            failure = e;
            throw e;
        } finally {
            isStarting = false;
        }
    }

    /** Let go of a branch, after everything that it has asked for. */
    void detach(Branch branch) {
        if (branches.get(branch.tenant().id()) == branch) {
            tell(new Word(below -> {
                below.release(branch.tenant());
                branches.remove(branch.tenant().id());
                codec.remove(branch);
            }));
        }
    }

    Limits limits(Tenant tenant) {
        return transport.limits(tenant);
    }

    /** Queue a packet of a branch; it is written at {@link #flush}. */
    void down(Packet packet) {
        stack.enqueueForTransport(packet);
    }

    /** Tell the transport something, after the packets that were queued before. */
    void tell(Word word) {
        stack.enqueueForTransport(word);
        stack.turn(NOTHING);
    }

    /** Write what branches have queued. Within a turn of the trunk that happens at its end. */
    void flush() {
        stack.turn(NOTHING);
    }

    @Override
    public void up(Packet packet) {
        Branch branch = branches.get(packet.cluster());
        if (branch == null) {
            stack.countNotForUs();
        } else {
            branch.receive(packet);
        }
    }

    @Override
    public void up(PacketBatch batch) {
        long cluster = batch.get(0).cluster();
        for (int i = 1; i < batch.size(); i++) {
            if (batch.get(i).cluster() != cluster) {
                sort(batch);
                return;
            }
        }
        hand(cluster, batch);
    }

    private void sort(PacketBatch mixed) {
        Map<Long, PacketBatch> byCluster = new LinkedHashMap<>();
        for (Packet packet : mixed) {
            byCluster.computeIfAbsent(packet.cluster(), cluster -> new PacketBatch(mixed.size())).add(packet);
        }
        byCluster.forEach(this::hand);
    }

    private void hand(long cluster, PacketBatch batch) {
        Branch branch = branches.get(cluster);
        if (branch != null) {
            branch.receive(batch);
        } else {
            batch.forEach(packet -> stack.countNotForUs());
        }
    }

    @Override
    public void event(Event event) {
        if (isStarting) {
            said.add(event);
        } else {
            List.copyOf(branches.values()).forEach(branch -> branch.hear(event));
        }
    }

    /** Stop the transport. Nobody uses it any more. */
    void stop() {
        stack.stop();
        environment.close();
    }

    /** The layer of the transport, which counts for all clusters together. */
    Layer bottom() {
        return stack.bottom();
    }
}
