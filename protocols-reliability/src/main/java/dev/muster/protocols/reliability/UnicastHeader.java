package dev.muster.protocols.reliability;

import dev.muster.spi.Header;
import dev.muster.spi.HeaderCodec;
import dev.muster.spi.WireReader;
import dev.muster.spi.WireWriter;

/**
 * What {@link Unicast} adds to a packet to one member, or says to its peer.
 *
 * <pre>
 * | kind and flags 1 | connection varint |                                             then by kind
 *   DATA   | sequence varint | with RIDES: acknowledged connection varint, sequence varint |
 *   ACK    | sequence varint | ranges received beyond it |
 *   RESET  |
 * bits of the first byte: 0-1 kind, 2 OPENING, 3 MORE, 4 LAST, 5 RIDES, 6 OLDEST
 * </pre>
 *
 * @param kind one of the constants
 * @param flags bits
 * @param connection number of the connection, in ACK and RESET that of the receiver of this header
 * @param sequence DATA: of this packet, from 1; ACK: everything up to it has been received
 * @param riddenConnection with RIDES: the connection that is acknowledged, else 0
 * @param riddenSequence with RIDES: everything up to it has been received, else 0
 * @param ranges ACK: what has been received beyond
 */
record UnicastHeader(int kind, int flags, long connection, long sequence, long riddenConnection, long riddenSequence,
        Ranges ranges) implements Header {

    static final int DATA = 1;
    static final int ACK = 2;
    static final int RESET = 3;

    /** The sender has no sign yet that the receiver knows this connection. */
    static final int OPENING = 1 << 2;
    /** The packet goes on in the next sequence number. */
    static final int MORE = 1 << 3;
    /** The packet ends here; it began in earlier sequence numbers. */
    static final int LAST = 1 << 4;
    /** An acknowledgement of the other direction rides along. */
    static final int RIDES = 1 << 5;
    /** The sender keeps nothing older: everything before has been acknowledged. */
    static final int OLDEST = 1 << 6;

    private static final int KIND = 3;
    private static final int KNOWN = KIND | OPENING | MORE | LAST | RIDES | OLDEST;

    /** Most bytes on a packet with a payload, the frame of a header included. */
    static final int MOST_BYTES = 1 + 4 * 10 + 8;

    static UnicastHeader data(int flags, long connection, long sequence, long riddenConnection, long riddenSequence) {
        int all = riddenConnection == 0 ? flags : flags | RIDES;
        return new UnicastHeader(DATA, all, connection, sequence, riddenConnection, riddenSequence, Ranges.NONE);
    }

    static UnicastHeader ack(long connection, long sequence, Ranges ranges) {
        return new UnicastHeader(ACK, 0, connection, sequence, 0, 0, ranges);
    }

    static UnicastHeader reset(long connection) {
        return new UnicastHeader(RESET, 0, connection, 0, 0, 0, Ranges.NONE);
    }

    /** The flags that tell which part of a larger packet this is. */
    int part() {
        return flags & (MORE | LAST);
    }

    /** DATA: up to here at least the receiver has acknowledged this connection, says the sender. */
    long acknowledged() {
        if (is(OLDEST)) {
            return sequence - 1;
        }
        return is(OPENING) ? 0 : 1;
    }

    boolean is(int flag) {
        return (flags & flag) != 0;
    }

    /** Layout: see the header. */
    static final class Codec implements HeaderCodec<UnicastHeader> {

        @Override
        public int id() {
            return 21;
        }

        @Override
        public Class<UnicastHeader> type() {
            return UnicastHeader.class;
        }

        @Override
        public void encode(UnicastHeader header, WireWriter out) {
            out.writeByte(header.kind | header.flags).writeVarint(header.connection);
            if (header.kind != RESET) {
                out.writeVarint(header.sequence);
            }
            if (header.is(RIDES)) {
                out.writeVarint(header.riddenConnection).writeVarint(header.riddenSequence);
            }
            if (header.kind == ACK) {
                header.ranges.encode(out);
            }
        }

        @Override
        public UnicastHeader decode(WireReader in) {
            int first = in.readByte();
            int kind = first & KIND;
            int flags = first & ~KIND;
            if (kind == 0 || (first & ~KNOWN) != 0 || kind != DATA && flags != 0 || (first & (MORE | LAST)) == (MORE | LAST)) {
                throw in.malformed("UNICAST kind and flags " + Integer.toHexString(first) + " make no sense");
            }
            long connection = positive(in, 1);
            if (kind == RESET) {
                return reset(connection);
            }
            long sequence = positive(in, kind == DATA ? 1 : 0);
            if (kind == ACK) {
                return ack(connection, sequence, Ranges.decode(in));
            }
            boolean rides = (first & RIDES) != 0;
            return data(flags, connection, sequence, rides ? positive(in, 1) : 0, rides ? positive(in, 0) : 0);
        }

        private static long positive(WireReader in, long least) {
            long number = in.readVarint();
            if (number < least) {
                throw in.malformed("UNICAST number " + number + ", expected at least " + least);
            }
            return number;
        }
    }
}
