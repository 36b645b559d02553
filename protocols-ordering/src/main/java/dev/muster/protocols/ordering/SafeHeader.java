package dev.muster.protocols.ordering;

import dev.muster.api.ViewId;
import dev.muster.spi.Header;
import dev.muster.spi.HeaderCodec;
import dev.muster.spi.RankedNumbers;
import dev.muster.spi.WireReader;
import dev.muster.spi.WireWriter;

/**
 * Who has what. Only senders of whom more is known than was said before are listed, by their rank in the view.
 *
 * <pre>
 * | kind 1 | view: counter varint, creator 16 | numbers of packets: {@link RankedNumbers} |
 *   HAS    to the coordinator: the source has so many packets of the sender
 *   SAFE   from the coordinator to the group: everybody has
 * </pre>
 *
 * @param kind one of the constants
 * @param view gives the ranks
 * @param packets per sender a number of packets
 */
record SafeHeader(int kind, ViewId view, RankedNumbers packets) implements Header {

    static final int HAS = 1;
    static final int SAFE = 2;

    /** The same with what was said later. */
    SafeHeader and(SafeHeader later) {
        return new SafeHeader(kind, view, packets.max(later.packets));
    }

    /** Layout: see the header. */
    static final class Codec implements HeaderCodec<SafeHeader> {

        @Override
        public int id() {
            return 52;
        }

        @Override
        public Class<SafeHeader> type() {
            return SafeHeader.class;
        }

        @Override
        public void encode(SafeHeader header, WireWriter out) {
            out.writeByte(header.kind).writeViewId(header.view);
            header.packets.writeTo(out);
        }

        @Override
        public SafeHeader decode(WireReader in) {
            int kind = in.readByte();
            if (kind != HAS && kind != SAFE) {
                throw in.malformed("SAFE kind " + kind + ", expected " + HAS + " or " + SAFE);
            }
            return new SafeHeader(kind, in.readViewId(), RankedNumbers.read(in));
        }
    }
}
