package dev.muster.protocols.membership;

import dev.muster.spi.Header;
import dev.muster.spi.HeaderCodec;
import dev.muster.spi.WireReader;
import dev.muster.spi.WireWriter;

/**
 * Marks a packet as a word of membership. The word itself is the payload, since it may outgrow a packet: reliable unicast
 * cuts and joins payloads, headers must fit.
 *
 * <pre>
 * | kind 1 |
 * </pre>
 *
 * @param kind as {@link Word#kind}
 */
record MembershipHeader(int kind) implements Header {

    /** Reads and writes the header. */
    static final HeaderCodec<MembershipHeader> CODEC = new HeaderCodec<>() {
        @Override
        public int id() {
            return 30;
        }

        @Override
        public Class<MembershipHeader> type() {
            return MembershipHeader.class;
        }

        @Override
        public void encode(MembershipHeader header, WireWriter out) {
            out.writeByte(header.kind);
        }

        @Override
        public MembershipHeader decode(WireReader in) {
            return new MembershipHeader(in.readByte());
        }
    };
}
