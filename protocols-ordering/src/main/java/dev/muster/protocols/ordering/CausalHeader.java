package dev.muster.protocols.ordering;

import dev.muster.spi.Header;
import dev.muster.spi.HeaderCodec;
import dev.muster.spi.WireReader;
import dev.muster.spi.WireWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * What a group packet depends on besides earlier ones of its sender: how many packets of others its sender had delivered in
 * the view. Only what has changed since the sender's packet before is said, and packets of which nothing is to be said have no
 * such header.
 *
 * <pre>
 * | counter of the view varint | count varint | per sender: rank varint, packets varint |
 * ranks are written as the distance from the one before, less one
 * </pre>
 *
 * @param view counter of the view in which it was said; in any other it means nothing
 * @param entries by rank, growing; at least one
 */
record CausalHeader(long view, List<Entry> entries) implements Header {

    /** Most senders in one header; if more have changed, packets without data go before. */
    static final int MOST_ENTRIES = 32;

    /** Most bytes, the frame of a header included. */
    static final int MOST_BYTES = 10 + 1 + 4 + MOST_ENTRIES * (3 + 6);

    private static final int MOST_RANKS = 16_384;
    private static final long MOST_PACKETS = 1L << 41;

    CausalHeader {
        entries = List.copyOf(entries);
    }

    /**
     * What to wait for.
     *
     * @param rank the sender, by its rank in the view
     * @param packets how many of its packets have to be delivered before, at least 1
     */
    record Entry(int rank, long packets) {}

    /** Layout: see the header. */
    static final class Codec implements HeaderCodec<CausalHeader> {

        @Override
        public int id() {
            return 51;
        }

        @Override
        public Class<CausalHeader> type() {
            return CausalHeader.class;
        }

        @Override
        public void encode(CausalHeader header, WireWriter out) {
            out.writeVarint(header.view).writeVarint(header.entries.size());
            int last = -1;
            for (Entry entry : header.entries) {
                out.writeVarint(entry.rank - last - 1).writeVarint(entry.packets);
                last = entry.rank;
            }
        }

        @Override
        public CausalHeader decode(WireReader in) {
            long view = in.readVarint();
            int count = in.readCount(2);
            if (view < 0 || count == 0 || count > MOST_ENTRIES) {
                throw in.malformed("dependencies on " + count + " senders in view " + view);
            }
            List<Entry> entries = new ArrayList<>(count);
            int rank = -1;
            for (int i = 0; i < count; i++) {
                long distance = in.readVarint();
                long packets = in.readVarint();
                if (distance < 0 || distance >= MOST_RANKS - rank - 1 || packets < 1 || packets > MOST_PACKETS) {
                    throw in.malformed("dependency on " + packets + " packets of rank " + distance + " after " + rank);
                }
                rank += (int) distance + 1;
                entries.add(new Entry(rank, packets));
            }
            return new CausalHeader(view, entries);
        }
    }
}
