package dev.muster.protocols.ordering;

import dev.muster.spi.Header;
import dev.muster.spi.HeaderCodec;
import dev.muster.spi.WireReader;
import dev.muster.spi.WireWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * How the coordinator tells the order to all: whose packets come next, and how many of them.
 *
 * <pre>
 * | counter of the view varint | count varint | per run: rank varint, packets varint |
 * </pre>
 *
 * <p>Announcements continue one another. The counter alone names the view: those of the coordinator's views differ.
 *
 * @param view counter of the view in which it was said; worth nothing in any other
 * @param runs in order; at least one
 */
record OrderHeader(long view, List<Run> runs) implements Header {

    /** More ranks than any view has. */
    static final int MOST_RANKS = 16_384;

    /** Most bytes of one run. */
    static final int RUN_BYTES = 3 + 10;

    /** Most bytes of everything else, the frame of a header included. */
    static final int FRAME_BYTES = 10 + 3 + 8;

    OrderHeader {
        runs = List.copyOf(runs);
    }

    /**
     * Packets of one sender in a row.
     *
     * @param rank the sender, by its rank in the view
     * @param packets how many, at least 1
     */
    record Run(int rank, long packets) {}

    /** Layout: see the header. */
    static final class Codec implements HeaderCodec<OrderHeader> {

        @Override
        public int id() {
            return 50;
        }

        @Override
        public Class<OrderHeader> type() {
            return OrderHeader.class;
        }

        @Override
        public void encode(OrderHeader header, WireWriter out) {
            out.writeVarint(header.view).writeVarint(header.runs.size());
            for (Run run : header.runs) {
                out.writeVarint(run.rank).writeVarint(run.packets);
            }
        }

        @Override
        public OrderHeader decode(WireReader in) {
            long view = in.readVarint();
            int count = in.readCount(2);
            if (view < 0 || count == 0) {
                throw in.malformed("order of " + count + " runs in view " + view);
            }
            List<Run> runs = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                long rank = in.readVarint();
                long packets = in.readVarint();
                if (rank < 0 || rank >= MOST_RANKS || packets < 1) {
                    throw in.malformed("order of " + packets + " packets of rank " + rank);
                }
                runs.add(new Run((int) rank, packets));
            }
            return new OrderHeader(view, runs);
        }
    }
}
