package dev.muster.protocols.membership.detection;

import dev.muster.spi.Header;
import dev.muster.spi.HeaderCodec;
import dev.muster.spi.WireReader;
import dev.muster.spi.WireWriter;

/**
 * What neighbours in the ring of {@link Fd} say to each other.
 *
 * <pre>
 * +----------------------------------------------------------------------+
 * | 0: are you alive? 1: I am. 2: I am, but you are not in my view.      |
 * | 1                                                                    |
 * +----------------------------------------------------------------------+
 * </pre>
 *
 * @param kind 0 to 2
 */
public record NeighbourHeader(int kind) implements Header {

    /** Are you alive? */
    static final NeighbourHeader QUESTION = new NeighbourHeader(0);
    /** I am. */
    static final NeighbourHeader ANSWER = new NeighbourHeader(1);
    /** I am, but you are not in my view. */
    static final NeighbourHeader STRANGER = new NeighbourHeader(2);

    /** Turns it into bytes and back. */
    public static final class Codec implements HeaderCodec<NeighbourHeader> {

        /** Without state. */
        public Codec() {}

        @Override
        public int id() {
            return 37;
        }

        @Override
        public Class<NeighbourHeader> type() {
            return NeighbourHeader.class;
        }

        @Override
        public void encode(NeighbourHeader header, WireWriter out) {
            out.writeByte(header.kind());
        }

        @Override
        public NeighbourHeader decode(WireReader in) {
            int kind = in.readByte();
            if (kind < 0 || kind > 2) {
                throw in.malformed("kind " + kind + ", expected 0 to 2");
            }
            return new NeighbourHeader(kind);
        }
    }
}
