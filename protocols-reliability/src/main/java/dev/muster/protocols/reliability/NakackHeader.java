package dev.muster.protocols.reliability;

import dev.muster.api.Address;
import dev.muster.api.ViewId;
import dev.muster.spi.Header;
import dev.muster.spi.HeaderCodec;
import dev.muster.spi.WireReader;
import dev.muster.spi.WireWriter;

/**
 * What {@link Nakack} adds to a group packet, or says to its peers.
 *
 * <pre>
 * | kind 1 | view: counter varint, creator 16 |                                        then by kind
 *   DATA            | sequence varint |                  a group packet of its source
 *   RETRANSMISSION  | sequence varint | sender 16 |      a group packet of the sender, sent again by anybody
 *   REQUEST         | sender 16 | ranges |               send these packets of the sender again
 *   HIGHEST         | sequence varint |                  the highest sequence number that the source has sent
 *   SHARED          |                                    the payload is group packets, sent again by anybody: {@link Answers}
 * </pre>
 *
 * @param kind one of the constants
 * @param view in which the sequence numbers count
 * @param sequence from 1; 0 in REQUEST and SHARED
 * @param sender null but in RETRANSMISSION and REQUEST
 * @param ranges empty but in REQUEST
 */
record NakackHeader(int kind, ViewId view, long sequence, Address sender, Ranges ranges) implements Header {

    static final int DATA = 1;
    static final int RETRANSMISSION = 2;
    static final int REQUEST = 3;
    static final int HIGHEST = 4;
    static final int SHARED = 5;

    /** Most bytes on a packet with a payload: kind, view, sequence, sender, and the frame of a header. */
    static final int MOST_BYTES = 1 + 10 + 16 + 10 + 16 + 8;

    static NakackHeader data(ViewId view, long sequence) {
        return new NakackHeader(DATA, view, sequence, null, Ranges.NONE);
    }

    static NakackHeader retransmission(ViewId view, long sequence, Address sender) {
        return new NakackHeader(RETRANSMISSION, view, sequence, sender, Ranges.NONE);
    }

    static NakackHeader request(ViewId view, Address sender, Ranges ranges) {
        return new NakackHeader(REQUEST, view, 0, sender, ranges);
    }

    static NakackHeader highest(ViewId view, long sequence) {
        return new NakackHeader(HIGHEST, view, sequence, null, Ranges.NONE);
    }

    static NakackHeader shared(ViewId view) {
        return new NakackHeader(SHARED, view, 0, null, Ranges.NONE);
    }

    /** Layout: see the header. */
    static final class Codec implements HeaderCodec<NakackHeader> {

        @Override
        public int id() {
            return 20;
        }

        @Override
        public Class<NakackHeader> type() {
            return NakackHeader.class;
        }

        @Override
        public void encode(NakackHeader header, WireWriter out) {
            out.writeByte(header.kind).writeViewId(header.view);
            if (header.kind != REQUEST && header.kind != SHARED) {
                out.writeVarint(header.sequence);
            }
            if (header.sender != null) {
                out.writeId(header.sender);
            }
            if (header.kind == REQUEST) {
                header.ranges.encode(out);
            }
        }

        @Override
        public NakackHeader decode(WireReader in) {
            int kind = in.readByte();
            if (kind < DATA || kind > SHARED) {
                throw in.malformed("NAKACK kind " + kind + ", expected " + DATA + " to " + SHARED);
            }
            ViewId view = in.readViewId();
            if (kind == REQUEST) {
                Address sender = in.readId();
                return request(view, sender, Ranges.decode(in));
            }
            if (kind == SHARED) {
                return shared(view);
            }
            long sequence = in.readVarint();
            if (sequence < 1) {
                throw in.malformed("NAKACK sequence number " + sequence + ", expected at least 1");
            }
            return new NakackHeader(kind, view, sequence, kind == RETRANSMISSION ? in.readId() : null, Ranges.NONE);
        }
    }
}
