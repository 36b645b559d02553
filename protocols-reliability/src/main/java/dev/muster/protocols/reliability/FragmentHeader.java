package dev.muster.protocols.reliability;

import dev.muster.spi.Header;
import dev.muster.spi.HeaderCodec;
import dev.muster.spi.WireReader;
import dev.muster.spi.WireWriter;

/**
 * What {@link Fragmentation} adds to each fragment of a message.
 *
 * <pre>
 * | flags 1 | set varint | index varint | view varint | length varint |
 * bits of the first byte: 0 last fragment, 1 the message was out of band
 * </pre>
 *
 * @param last whether the set ends here
 * @param outOfBand whether the message is out of band; its fragments never are
 * @param set number of the set, unique within the life of the sender
 * @param index of the fragment, from 0
 * @param view counter of the sender's view when it cut a group message; 0 for a message to one member
 * @param length of the whole message in bytes
 */
record FragmentHeader(boolean last, boolean outOfBand, long set, int index, long view, long length) implements Header {

    private static final int LAST = 1;
    private static final int OUT_OF_BAND = 2;

    /** Most bytes, the frame of a header included. */
    static final int MOST_BYTES = 1 + 10 + 5 + 10 + 10 + 8;

    /** Layout: see the header. */
    static final class Codec implements HeaderCodec<FragmentHeader> {

        @Override
        public int id() {
            return 24;
        }

        @Override
        public Class<FragmentHeader> type() {
            return FragmentHeader.class;
        }

        @Override
        public void encode(FragmentHeader header, WireWriter out) {
            out.writeByte((header.last ? LAST : 0) | (header.outOfBand ? OUT_OF_BAND : 0)).writeVarint(header.set)
                    .writeVarint(header.index).writeVarint(header.view).writeVarint(header.length);
        }

        @Override
        public FragmentHeader decode(WireReader in) {
            int flags = in.readByte();
            long set = in.readVarint();
            long index = in.readVarint();
            long view = in.readVarint();
            long length = in.readVarint();
            if (flags > (LAST | OUT_OF_BAND) || set < 0 || index < 0 || index > Integer.MAX_VALUE || view < 0 || length < 0) {
                throw in.malformed("FRAG2 flags " + flags + ", set " + set + ", index " + index + ", view " + view
                        + ", length " + length + " make no sense");
            }
            return new FragmentHeader((flags & LAST) != 0, (flags & OUT_OF_BAND) != 0, set, (int) index, view, length);
        }
    }
}
