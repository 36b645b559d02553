package dev.muster.core;

import dev.muster.api.Address;
import dev.muster.spi.Packet;

/**
 * Opens the batch in which an application gets a packet's messages to the fuzzers. Lives in the package of the batch; tests
 * run on the class path, where a package has no borders.
 */
public final class PackedMessages {

    private static final Address SOURCE = Address.of(1, 1, "");

    private PackedMessages() {}

    /**
     * Look at every message of a packet, as an application does.
     *
     * @param payload of the packet
     * @param poisoned whether the application gets a copy that is overwritten afterwards
     * @throws IllegalStateException if it holds something else than whole messages
     */
    public static void read(byte[] payload, boolean poisoned) {
        LentBatch batch = new LentBatch(Packet.toGroup().withFlags(Packet.DATA).from(SOURCE, 1)
                .withPayload(payload, 0, payload.length), poisoned);
        long seen = 0;
        batch.lend();
        while (batch.next()) {
            if (batch.offset() < 0 || batch.length() < 0 || batch.offset() + batch.length() > payload.length) {
                throw new AssertionError("message at " + batch.offset() + " of " + batch.length() + " bytes");
            }
            seen += 1 + batch.message().payload().length;
        }
        batch.takeBack();
        if (seen > payload.length) {
            throw new AssertionError("messages of " + seen + " bytes came out of " + payload.length);
        }
    }
}
