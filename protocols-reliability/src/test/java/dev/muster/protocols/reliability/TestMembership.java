package dev.muster.protocols.reliability;

import dev.muster.api.ProtocolType;
import dev.muster.api.Settings;
import dev.muster.spi.Context;
import dev.muster.spi.Event;
import dev.muster.spi.Packet;
import dev.muster.spi.PacketBatch;
import dev.muster.spi.Protocol;
import dev.muster.spi.ProtocolProvider;

/** Stands where membership does: says what the test tells it to say, and keeps the answers. */
final class TestMembership implements Protocol {

    /** Say this to the layers below, and to those above as well where membership would. */
    record Say(Event event) implements Event.Custom {}

    private Context context;
    Event.Flushed flushed;
    boolean filled;

    @Override
    public void start(Context to) {
        context = to;
    }

    @Override
    public void up(Packet packet) {
        context.passUp(packet);
    }

    @Override
    public void up(PacketBatch batch) {
        context.passUp(batch);
    }

    @Override
    public void down(Packet packet) {
        context.passDown(packet);
    }

    @Override
    public Event event(Event event) {
        if (event instanceof Say say) {
            context.emitDown(say.event());
            if (say.event() instanceof Event.ViewInstalled) {
                context.emitUp(say.event());
            }
            return null;
        }
        if (event instanceof Event.Flushed answer) {
            flushed = answer;
            return null;
        }
        if (event instanceof Event.Filled) {
            filled = true;
            return null;
        }
        return event;
    }

    static final class Provider implements ProtocolProvider {
        @Override
        public ProtocolType type() {
            return ProtocolType.of("TEST-MEMBERSHIP");
        }

        @Override
        public String says() {
            return "Says what a test tells it.";
        }

        @Override
        public Protocol create(Settings settings) {
            return new TestMembership();
        }
    }
}
