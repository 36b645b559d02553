package dev.muster.protocols.membership;

import dev.muster.api.Address;
import dev.muster.api.ViewId;
import dev.muster.spi.Context;
import dev.muster.spi.Packet;
import java.nio.charset.StandardCharsets;
import java.util.function.IntSupplier;

/** Sends the packets of state transfer. */
final class StatePost {

    private static final int LONGEST_REASON = 200;
    private static final byte[] NOTHING = {};

    private final Context context;
    private final IntSupplier chunkLimit;

    StatePost(Context context, IntSupplier chunkLimit) {
        this.context = context;
        this.chunkLimit = chunkLimit;
    }

    /** Most bytes of a chunk that fits into a packet. */
    int chunkLimit() {
        return chunkLimit.getAsInt();
    }

    void send(Address to, StateHeader header, byte[] payload) {
        context.passDown(Packet.to(to).with(header).withPayload(payload, 0, payload.length));
    }

    void send(Address to, StateHeader header) {
        send(to, header, NOTHING);
    }

    /** Nothing more comes of that cut, or nothing more is wanted. */
    void fail(Address to, ViewId cut, String reason) {
        String text = reason.length() > LONGEST_REASON ? reason.substring(0, LONGEST_REASON) : reason;
        send(to, new StateHeader(StateHeader.FAILED, cut, 0), text.getBytes(StandardCharsets.UTF_8));
    }
}
