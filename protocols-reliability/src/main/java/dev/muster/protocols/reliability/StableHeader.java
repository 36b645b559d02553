package dev.muster.protocols.reliability;

import dev.muster.api.ViewId;
import dev.muster.spi.Header;
import dev.muster.spi.HeaderCodec;
import dev.muster.spi.RankedNumbers;
import dev.muster.spi.WireReader;
import dev.muster.spi.WireWriter;

/**
 * How {@link Stable} finds out what everybody has, in a packet of its own, which is unreliable, or riding on one of data. Only
 * senders with any packet are listed, by their rank in the view.
 *
 * <pre>
 * | kind 1 | view: counter varint, creator 16 | sequence numbers: {@link RankedNumbers} |
 *   REPORT   to the coordinator: what the source has delivered
 *   STABLE   to the group: what everybody has delivered
 *   ASK      to the coordinator, and from it to the group: report at once; no senders
 * </pre>
 *
 * @param kind one of the constants
 * @param view gives the ranks
 * @param delivered per sender the highest sequence number delivered in order
 */
record StableHeader(int kind, ViewId view, RankedNumbers delivered) implements Header {

    static final int REPORT = 1;
    static final int STABLE = 2;
    static final int ASK = 3;

    /** Id and length of a header. */
    private static final int FRAME_BYTES = 4;

    /** How many bytes it adds to a packet. */
    int bytes() {
        WireWriter out = new WireWriter(64);
        new Codec().encode(this, out);
        return FRAME_BYTES + out.length();
    }

    static StableHeader ask(ViewId view) {
        return new StableHeader(ASK, view, RankedNumbers.NONE);
    }

    /** Layout: see the header. */
    static final class Codec implements HeaderCodec<StableHeader> {

        @Override
        public int id() {
            return 22;
        }

        @Override
        public Class<StableHeader> type() {
            return StableHeader.class;
        }

        @Override
        public void encode(StableHeader header, WireWriter out) {
            out.writeByte(header.kind).writeViewId(header.view);
            header.delivered.writeTo(out);
        }

        @Override
        public StableHeader decode(WireReader in) {
            int kind = in.readByte();
            if (kind < REPORT || kind > ASK) {
                throw in.malformed("STABLE kind " + kind + ", expected " + REPORT + " to " + ASK);
            }
            return new StableHeader(kind, in.readViewId(), RankedNumbers.read(in));
        }
    }
}
