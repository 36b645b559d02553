package dev.muster.protocols.ordering;

import dev.muster.api.Flag;
import dev.muster.spi.Context;
import dev.muster.spi.Packet;
import dev.muster.spi.PacketBatch;

/** Collects what one call hands up, so that it goes up together and in order. */
final class OrderedDeliveries {

    private static final int EXPECTED = 16;

    private final Context context;
    private PacketBatch batch = new PacketBatch(EXPECTED);

    OrderedDeliveries(Context context) {
        this.context = context;
    }

    /**
     * Tell whether a packet has a place in the order: application data to the group, reliable and not out of band. In one
     * view every member gets the same of these from each sender, in the same order, so they can be counted instead of
     * numbered.
     */
    static boolean hasPlace(Packet packet) {
        return packet.has(Packet.DATA) && packet.isToGroup() && !packet.has(Flag.OOB) && !packet.has(Packet.UNRELIABLE);
    }

    /** What has a place in the order: handed to the application one after the other. */
    void addOrdered(Packet packet) {
        batch.add(packet.withFlags(Packet.ONE_LANE));
    }

    /** Everything else goes up as it came. */
    void add(Packet packet) {
        batch.add(packet);
    }

    /** Hand up what was collected. To be called at the end of each call, and before an event that must come after it. */
    void passUp() {
        if (batch.size() == 1) {
            context.passUp(batch.get(0));
        } else if (!batch.isEmpty()) {
            context.passUp(batch);
        }
        if (!batch.isEmpty()) {
            batch = new PacketBatch(EXPECTED);
        }
    }
}
