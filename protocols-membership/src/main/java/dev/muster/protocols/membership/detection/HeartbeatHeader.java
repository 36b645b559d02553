package dev.muster.protocols.membership.detection;

import dev.muster.spi.Header;
import dev.muster.spi.HeaderCodec;
import dev.muster.spi.WireReader;
import dev.muster.spi.WireWriter;

/** Says that the sender lives. No bytes: its presence is all there is to say. */
public record HeartbeatHeader() implements Header {

    /** The only one needed. */
    static final HeartbeatHeader HERE = new HeartbeatHeader();

    /** Turns it into bytes and back. */
    public static final class Codec implements HeaderCodec<HeartbeatHeader> {

        /** Without state. */
        public Codec() {}

        @Override
        public int id() {
            return 32;
        }

        @Override
        public Class<HeartbeatHeader> type() {
            return HeartbeatHeader.class;
        }

        @Override
        public void encode(HeartbeatHeader header, WireWriter out) {
            // nothing to write
        }

        @Override
        public HeartbeatHeader decode(WireReader in) {
            return HERE;
        }
    }
}
