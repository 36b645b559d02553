package dev.muster.protocols.reliability;

import dev.muster.spi.Context;
import dev.muster.spi.Packet;
import dev.muster.spi.PacketBatch;

/**
 * Collects what one call hands up, so that several packets go up as one batch and a single one goes up as it is.
 */
final class Deliveries {

    private static final int EXPECTED = 16;

    private final Context context;
    private Packet single;
    private PacketBatch batch;

    Deliveries(Context context) {
        this.context = context;
    }

    void add(Packet packet) {
        if (batch != null) {
            batch.add(packet);
        } else if (single == null) {
            single = packet;
        } else {
            batch = new PacketBatch(EXPECTED);
            batch.add(single);
            batch.add(packet);
            single = null;
        }
    }

    /** Hand up what was collected. To be called at the end of each call, and before an event that must come after it. */
    void passUp() {
        if (batch != null) {
            PacketBatch full = batch;
            batch = null;
            context.passUp(full);
        } else if (single != null) {
            Packet only = single;
            single = null;
            context.passUp(only);
        }
    }
}
