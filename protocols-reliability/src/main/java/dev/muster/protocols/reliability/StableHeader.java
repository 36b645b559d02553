package dev.muster.protocols.reliability;

import dev.muster.api.ViewId;
import dev.muster.spi.Header;
import dev.muster.spi.HeaderCodec;
import dev.muster.spi.WireReader;
import dev.muster.spi.WireWriter;
import java.util.Arrays;

/**
 * How {@link Stable} finds out what everybody has. Only senders with any packet are listed, by their rank in the view.
 *
 * <pre>
 * | kind 1 | view: counter varint, creator 16 | count varint | per sender: rank varint, sequence varint |
 *   REPORT   to the coordinator: what the source has delivered
 *   STABLE   to the group: what everybody has delivered
 *   ASK      to the coordinator, and from it to the group: report at once; no senders
 * ranks are written as the distance from the one before, less one
 * </pre>
 *
 * @param kind one of the constants
 * @param view gives the ranks
 * @param delivered per rank the highest sequence number delivered in order, 0 for none; not longer than needed; never
 *     changed
 */
record StableHeader(int kind, ViewId view, long[] delivered) implements Header {

    static final int REPORT = 1;
    static final int STABLE = 2;
    static final int ASK = 3;

    /** Most members whose packets are accounted for; more than any view has. */
    static final int MOST_RANKS = 16_384;

    private static final long[] NONE = {};

    static StableHeader ask(ViewId view) {
        return new StableHeader(ASK, view, NONE);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof StableHeader that && kind == that.kind && view.equals(that.view)
                && Arrays.equals(delivered, that.delivered);
    }

    @Override
    public int hashCode() {
        return view.hashCode() * 31 + Arrays.hashCode(delivered);
    }

    @Override
    public String toString() {
        return "StableHeader[" + kind + ", " + view + ", " + Arrays.toString(delivered) + "]";
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
            int count = 0;
            for (long sequence : header.delivered) {
                count += sequence == 0 ? 0 : 1;
            }
            out.writeVarint(count);
            int last = -1;
            for (int rank = 0; rank < header.delivered.length; rank++) {
                if (header.delivered[rank] != 0) {
                    out.writeVarint(rank - last - 1).writeVarint(header.delivered[rank]);
                    last = rank;
                }
            }
        }

        @Override
        public StableHeader decode(WireReader in) {
            int kind = in.readByte();
            if (kind < REPORT || kind > ASK) {
                throw in.malformed("STABLE kind " + kind + ", expected " + REPORT + " to " + ASK);
            }
            ViewId view = in.readViewId();
            int count = in.readCount(2);
            int[] ranks = new int[count];
            long[] sequences = new long[count];
            int rank = -1;
            for (int i = 0; i < count; i++) {
                long distance = in.readVarint();
                sequences[i] = in.readVarint();
                if (distance < 0 || distance >= MOST_RANKS - rank - 1 || sequences[i] < 1) {
                    throw in.malformed("STABLE rank " + distance + " after " + rank + " with sequence number "
                            + sequences[i]);
                }
                rank += (int) distance + 1;
                ranks[i] = rank;
            }
            // only now, for what is refused must not cost the memory of the ranks it names
            long[] delivered = new long[rank + 1];
            for (int i = 0; i < count; i++) {
                delivered[ranks[i]] = sequences[i];
            }
            return new StableHeader(kind, view, delivered);
        }
    }
}
