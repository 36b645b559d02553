package dev.muster.protocols.discovery;

import dev.muster.api.Address;
import dev.muster.api.ViewId;
import dev.muster.spi.Header;
import dev.muster.spi.HeaderCodec;
import dev.muster.spi.MalformedException;
import dev.muster.spi.MemberInfo;
import dev.muster.spi.WireReader;
import dev.muster.spi.WireWriter;
import java.net.InetSocketAddress;
import java.util.Objects;

/**
 * A question who is there, or the answer to it.
 *
 * <pre>
 * +------+----------+-----------------+-------+------------------------+---------------+------------------+
 * | kind | search   | member          | parts | physical address of    | coordinator   | view id          |
 * | 1    | (varint) | id, name (text) | 1     | member, of coordinator | id, name      | (varint, id)     |
 * +------+----------+-----------------+-------+------------------------+---------------+------------------+
 * kind 0 question, 1 answer; parts: bit 0 physical address of the member, 1 of the coordinator, 2 coordinator, 3 view id
 * follow; what does not is not there
 * </pre>
 *
 * @param isAnswer true for an answer
 * @param search number of the search, chosen by who asks and repeated in the answer
 * @param info what the sender says of itself
 */
public record DiscoveryHeader(boolean isAnswer, long search, MemberInfo info) implements Header {

    /**
     * Check the parts.
     *
     * @param isAnswer any
     * @param search any
     * @param info not null
     */
    public DiscoveryHeader {
        Objects.requireNonNull(info, "info");
    }

    /** Turns it into bytes and back. */
    public static final class Codec implements HeaderCodec<DiscoveryHeader> {

        private static final int PHYSICAL = 1;
        private static final int COORDINATOR_PHYSICAL = 2;
        private static final int COORDINATOR = 4;
        private static final int VIEW = 8;

        /** Without state. */
        public Codec() {}

        @Override
        public int id() {
            return 40;
        }

        @Override
        public Class<DiscoveryHeader> type() {
            return DiscoveryHeader.class;
        }

        @Override
        public void encode(DiscoveryHeader header, WireWriter out) {
            MemberInfo info = header.info();
            out.writeBoolean(header.isAnswer()).writeVarint(header.search()).writeAddress(info.member());
            out.writeByte((info.physical() == null ? 0 : PHYSICAL)
                    | (info.coordinatorPhysical() == null ? 0 : COORDINATOR_PHYSICAL)
                    | (info.coordinator() == null ? 0 : COORDINATOR) | (info.view() == null ? 0 : VIEW));
            if (info.physical() != null) {
                out.writeSocketAddress(info.physical());
            }
            if (info.coordinatorPhysical() != null) {
                out.writeSocketAddress(info.coordinatorPhysical());
            }
            if (info.coordinator() != null) {
                out.writeAddress(info.coordinator());
            }
            if (info.view() != null) {
                out.writeViewId(info.view());
            }
        }

        @Override
        public DiscoveryHeader decode(WireReader in) {
            boolean answer = in.readBoolean();
            long search = in.readVarint();
            Address member = in.readAddress();
            int parts = in.readByte();
            if (parts > 15) {
                throw malformed(in, parts);
            }
            InetSocketAddress physical = (parts & PHYSICAL) == 0 ? null : in.readSocketAddress();
            InetSocketAddress atCoordinator = (parts & COORDINATOR_PHYSICAL) == 0 ? null : in.readSocketAddress();
            Address coordinator = (parts & COORDINATOR) == 0 ? null : in.readAddress();
            ViewId view = (parts & VIEW) == 0 ? null : in.readViewId();
            return new DiscoveryHeader(answer, search, new MemberInfo(member, physical, coordinator, atCoordinator, view));
        }

        private static MalformedException malformed(WireReader in, int parts) {
            return in.malformed("parts are " + parts + ", expected 0 to 15");
        }
    }
}
