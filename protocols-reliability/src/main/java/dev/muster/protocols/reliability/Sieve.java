package dev.muster.protocols.reliability;

import dev.muster.spi.Packet;
import dev.muster.spi.PacketBatch;
import java.util.function.UnaryOperator;

/** Lets a layer take out of batches what is for itself, without copying those that hold nothing of the kind. */
final class Sieve {

    private final UnaryOperator<Packet> taker;

    /**
     * Make one, for all batches of a layer.
     *
     * @param taker told each packet once, in order; gives what of it goes on, the packet itself or another or null
     */
    Sieve(UnaryOperator<Packet> taker) {
        this.taker = taker;
    }

    /** What goes on of a batch; the batch itself if that is all. */
    PacketBatch rest(PacketBatch batch) {
        PacketBatch rest = batch;
        for (int i = 0; i < batch.size(); i++) {
            Packet packet = batch.get(i);
            Packet left = taker.apply(packet);
            if (left != packet && rest == batch) {
                rest = firstOf(batch, i);
            }
            if (left != null && rest != batch) {
                rest.add(left);
            }
        }
        return rest;
    }

    private static PacketBatch firstOf(PacketBatch batch, int count) {
        PacketBatch first = new PacketBatch(batch.size());
        for (int i = 0; i < count; i++) {
            first.add(batch.get(i));
        }
        return first;
    }
}
