package dev.muster.protocols.reliability;

import dev.muster.api.View;
import dev.muster.spi.Context;
import dev.muster.spi.Packet;

/**
 * An idle sender says how far it has got, at growing intervals until everybody has everything, so that the loss of its last
 * packets is noticed.
 */
final class Tail {

    private final Context context;
    private final int timer;
    private final Waits waits;
    private boolean running;
    private long highest;
    private int announced;

    Tail(Context context, int timer, Waits waits) {
        this.context = context;
        this.timer = timer;
        this.waits = waits;
    }

    /** A packet got its number. */
    void sent(long sequence) {
        if (!running) {
            announced = 0;
            run(sequence);
        }
    }

    private void run(long sequence) {
        running = true;
        highest = sequence;
        context.setTimer(timer, waits.after(1 + announced));
    }

    /** The timer has run out: say it, unless more was sent meanwhile. */
    void announce(View view, SendWindow own) {
        running = false;
        if (own.isStable()) {
            return;
        }
        if (own.highest() == highest) {
            context.passDown(Packet.toGroup().withFlags(Packet.UNRELIABLE)
                    .with(NakackHeader.highest(view.id(), highest)));
            announced++;
        } else {
            announced = 0;
        }
        run(own.highest());
    }

    /** A new view has begun. */
    void stop() {
        running = false;
        context.cancelTimer(timer);
    }
}
