package dev.muster.protocols.ordering;

import dev.muster.api.ViewId;
import dev.muster.spi.Header;
import dev.muster.spi.HeaderCodec;
import dev.muster.spi.WireReader;
import dev.muster.spi.WireWriter;
import java.util.Arrays;

/**
 * Who has what. Only senders of whom more is known than was said before are listed, by their rank in the view.
 *
 * <pre>
 * | kind 1 | view: counter varint, creator 16 | count varint | per sender: rank varint, packets varint |
 *   HAS    to the coordinator: the source has so many packets of the sender
 *   SAFE   from the coordinator to the group: everybody has
 * ranks are written as the distance from the one before, less one
 * </pre>
 *
 * @param kind one of the constants
 * @param view gives the ranks
 * @param packets per rank a number of packets, 0 for nothing new; not longer than needed; never changed
 */
record SafeHeader(int kind, ViewId view, long[] packets) implements Header {

    static final int HAS = 1;
    static final int SAFE = 2;

    private static final int MOST_RANKS = 16_384;

    /** The same with what was said later. */
    SafeHeader and(SafeHeader later) {
        long[] both = Arrays.copyOf(packets, Math.max(packets.length, later.packets.length));
        for (int rank = 0; rank < later.packets.length; rank++) {
            both[rank] = Math.max(both[rank], later.packets[rank]);
        }
        return new SafeHeader(kind, view, both);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SafeHeader that && kind == that.kind && view.equals(that.view)
                && Arrays.equals(packets, that.packets);
    }

    @Override
    public int hashCode() {
        return view.hashCode() * 31 + Arrays.hashCode(packets);
    }

    @Override
    public String toString() {
        return "SafeHeader[" + kind + ", " + view + ", " + Arrays.toString(packets) + "]";
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
            int count = 0;
            for (long packets : header.packets) {
                count += packets == 0 ? 0 : 1;
            }
            out.writeVarint(count);
            int last = -1;
            for (int rank = 0; rank < header.packets.length; rank++) {
                if (header.packets[rank] != 0) {
                    out.writeVarint(rank - last - 1).writeVarint(header.packets[rank]);
                    last = rank;
                }
            }
        }

        @Override
        public SafeHeader decode(WireReader in) {
            int kind = in.readByte();
            if (kind != HAS && kind != SAFE) {
                throw in.malformed("SAFE kind " + kind + ", expected " + HAS + " or " + SAFE);
            }
            ViewId view = in.readViewId();
            int count = in.readCount(2);
            int[] ranks = new int[count];
            long[] numbers = new long[count];
            int rank = -1;
            for (int i = 0; i < count; i++) {
                long distance = in.readVarint();
                numbers[i] = in.readVarint();
                if (distance < 0 || distance >= MOST_RANKS - rank - 1 || numbers[i] < 1) {
                    throw in.malformed("SAFE rank " + distance + " after " + rank + " with " + numbers[i] + " packets");
                }
                rank += (int) distance + 1;
                ranks[i] = rank;
            }
            // only now, for what is refused must not cost the memory of the ranks it names
            long[] packets = new long[rank + 1];
            for (int i = 0; i < count; i++) {
                packets[ranks[i]] = numbers[i];
            }
            return new SafeHeader(kind, view, packets);
        }
    }
}
