package dev.muster.simulations;

import dev.muster.spi.Context;
import dev.muster.spi.Packet;
import dev.muster.spi.Protocol;

/** A layer of a test that lets all packets pass, and looks at events. */
abstract class Onlooker implements Protocol {

    /** Given at the start. */
    protected Context context;

    @Override
    public final void start(Context given) {
        context = given;
    }

    @Override
    public final void up(Packet packet) {
        context.passUp(packet);
    }

    @Override
    public final void down(Packet packet) {
        context.passDown(packet);
    }
}
