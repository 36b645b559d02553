package com.example.acme;

import dev.muster.spi.Header;
import dev.muster.spi.HeaderCodec;
import dev.muster.spi.WireReader;
import dev.muster.spi.WireWriter;

/**
 * "Are you there?" and "I am": one byte, 0 or 1.
 *
 * @param isAnswer false for the question
 */
record PingHeader(boolean isAnswer) implements Header {

    static final HeaderCodec<PingHeader> CODEC = new HeaderCodec<>() {
        @Override
        public int id() {
            return 4002;
        }

        @Override
        public Class<PingHeader> type() {
            return PingHeader.class;
        }

        @Override
        public void encode(PingHeader header, WireWriter out) {
            out.writeBoolean(header.isAnswer);
        }

        @Override
        public PingHeader decode(WireReader in) {
            return new PingHeader(in.readBoolean());
        }
    };
}
