package dev.muster.protocols.membership.detection;

import dev.muster.api.Address;
import dev.muster.spi.Header;
import dev.muster.spi.HeaderCodec;
import dev.muster.spi.WireReader;
import dev.muster.spi.WireWriter;

/**
 * Asks a member whether it lives, or says so.
 *
 * <pre>
 * +---------------------------+----------------------+
 * | kind: 0 question 1 answer | id of the member: 16 |
 * +---------------------------+----------------------+
 * </pre>
 *
 * @param isAnswer true for an answer
 * @param member who is asked: another life at the same place must not answer
 */
public record VerificationHeader(boolean isAnswer, Address member) implements Header {

    /** Turns it into bytes and back. */
    public static final class Codec implements HeaderCodec<VerificationHeader> {

        /** Without state. */
        public Codec() {}

        @Override
        public int id() {
            return 33;
        }

        @Override
        public Class<VerificationHeader> type() {
            return VerificationHeader.class;
        }

        @Override
        public void encode(VerificationHeader header, WireWriter out) {
            out.writeBoolean(header.isAnswer()).writeId(header.member());
        }

        @Override
        public VerificationHeader decode(WireReader in) {
            return new VerificationHeader(in.readBoolean(), in.readId());
        }
    }
}
