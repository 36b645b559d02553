package dev.muster.protocols.reliability;

import dev.muster.spi.Header;
import dev.muster.spi.HeaderCodec;
import dev.muster.spi.WireReader;
import dev.muster.spi.WireWriter;

/**
 * What {@link FlowControl} adds to application data, and says to its peers. All totals count bytes that the sender of the
 * data has sent, to the group or to this member, since its life began.
 *
 * <pre>
 * | kind 1 | total varint |                   | window varint, of the last two kinds |
 *   SENT           on data: sent so far, these data included
 *   GRANT_GROUP    of group data this total has been consumed (sent as far as seen here, less what is still unconsumed)
 *   GRANT_MEMBER   the same of data to this member
 *   ASK_GROUP      behind group data: sent so far; please grant
 *   ASK_MEMBER     the same behind data to this member
 *   SHARE_GROUP    as GRANT_GROUP; and so many bytes may be sent beyond it, whatever the settings allow
 *   SHARE_MEMBER   the same of data to this member
 * </pre>
 *
 * @param kind one of the constants
 * @param total not negative
 * @param window 0 where none is told
 */
record FlowControlHeader(int kind, long total, long window) implements Header {

    static final int SENT = 1;
    static final int GRANT_GROUP = 2;
    static final int GRANT_MEMBER = 3;
    static final int ASK_GROUP = 4;
    static final int ASK_MEMBER = 5;
    static final int SHARE_GROUP = 6;
    static final int SHARE_MEMBER = 7;

    /** Most bytes on data, the frame of a header included. */
    static final int MOST_BYTES = 1 + 10 + 8;

    /** One of the kinds that tell no window. */
    FlowControlHeader(int kind, long total) {
        this(kind, total, 0);
    }

    static FlowControlHeader sent(long total) {
        return new FlowControlHeader(SENT, total);
    }

    static FlowControlHeader grant(boolean ofGroup, long total) {
        return new FlowControlHeader(ofGroup ? GRANT_GROUP : GRANT_MEMBER, total);
    }

    static FlowControlHeader share(boolean ofGroup, long total, long window) {
        return new FlowControlHeader(ofGroup ? SHARE_GROUP : SHARE_MEMBER, total, window);
    }

    static FlowControlHeader ask(boolean ofGroup, long total) {
        return new FlowControlHeader(ofGroup ? ASK_GROUP : ASK_MEMBER, total);
    }

    /** Whether it is about group data; of data themselves the destination tells. */
    boolean isAboutGroup(boolean toGroup) {
        return kind == SENT ? toGroup : kind == GRANT_GROUP || kind == ASK_GROUP || kind == SHARE_GROUP;
    }

    private static boolean tellsWindow(int kind) {
        return kind >= SHARE_GROUP;
    }

    /** Layout: see the header. */
    static final class Codec implements HeaderCodec<FlowControlHeader> {

        @Override
        public int id() {
            return 23;
        }

        @Override
        public Class<FlowControlHeader> type() {
            return FlowControlHeader.class;
        }

        @Override
        public void encode(FlowControlHeader header, WireWriter out) {
            out.writeByte(header.kind).writeVarint(header.total);
            if (tellsWindow(header.kind)) {
                out.writeVarint(header.window);
            }
        }

        @Override
        public FlowControlHeader decode(WireReader in) {
            int kind = in.readByte();
            if (kind < SENT || kind > SHARE_MEMBER) {
                throw in.malformed("FC kind " + kind + ", expected " + SENT + " to " + SHARE_MEMBER);
            }
            long total = in.readVarint();
            if (total < 0) {
                throw in.malformed("FC total " + total + " is negative");
            }
            long window = tellsWindow(kind) ? in.readVarint() : 0;
            if (window < 0 || window == 0 && tellsWindow(kind)) {
                throw in.malformed("FC window " + window + ", expected at least 1");
            }
            return new FlowControlHeader(kind, total, window);
        }
    }
}
