package dev.muster.core;

import dev.muster.api.View;
import dev.muster.spi.Context;
import dev.muster.spi.Environment;
import dev.muster.spi.Event;
import dev.muster.spi.Limits;
import dev.muster.spi.Packet;
import dev.muster.spi.PacketBatch;
import dev.muster.spi.PacketCodec;
import dev.muster.spi.Tenant;
import dev.muster.spi.Transport;

/** What a stack has in the place of a transport that it shares: hands everything to the {@link Trunk}, and what is for it up. */
final class Branch implements Transport {

    private final Trunk trunk;
    private final BranchEnvironment environment;
    private Stack stack;
    private Context context;
    private Tenant tenant;
    private View view;

    /**
     * A branch of one life.
     *
     * @param trunk what it is a branch of
     * @param leave run once, when the life ends
     */
    Branch(Trunk trunk, Runnable leave) {
        this.trunk = trunk;
        this.environment = new BranchEnvironment(trunk.environment(), leave);
    }

    /** Where the stack above runs; to close it is to leave the trunk. */
    Environment environment() {
        return environment;
    }

    /** The stack above, before it is started. */
    void carry(Stack above) {
        stack = above;
    }

    Tenant tenant() {
        return tenant;
    }

    PacketCodec codec() {
        return context.codec();
    }

    @Override
    public void start(Context newContext) {
        context = newContext;
        tenant = new Tenant(context.cluster(), context.self());
        trunk.attach(this);
    }

    @Override
    public void stop() {
        trunk.detach(this);
    }

    @Override
    public Limits limits(Limits below) {
        return trunk.limits(tenant);
    }

    @Override
    public boolean tellsWhatItKeeps() {
        return true;
    }

    @Override
    public void down(Packet packet) {
        trunk.down(packet);
    }

    @Override
    public void flush() {
        trunk.flush();
    }

    @Override
    public Event event(Event event) {
        if (event instanceof Event.ViewInstalled installed) {
            view = installed.view();
        }
        trunk.tell(new Trunk.Word(transport -> transport.event(tenant, event)));
        return event;
    }

    /** A packet of this cluster has come. */
    void receive(Packet packet) {
        stack.turn(() -> context.passUp(packet));
    }

    /** Packets of this cluster have come. */
    void receive(PacketBatch batch) {
        stack.turn(() -> context.passUp(batch));
    }

    /** The transport says something; who was lost to another cluster is none of this one's business. */
    void hear(Event event) {
        if (!(event instanceof Event.ConnectionLost lost) || view == null || view.contains(lost.member())) {
            stack.turn(() -> context.emitUp(event));
        }
    }

    /** The layer of the transport that is shared. */
    Layer shared() {
        return trunk.bottom();
    }
}
