package com.example.acme;

import dev.muster.api.Address;
import dev.muster.api.ViewId;
import dev.muster.spi.Header;
import dev.muster.spi.HeaderCodec;
import dev.muster.spi.MemberInfo;
import dev.muster.spi.WireReader;
import dev.muster.spi.WireWriter;
import java.net.InetSocketAddress;

/**
 * "Who are you?" and "this is me".
 *
 * <pre>
 * +--------+--------+----------+-----------+-------------+----------------+----------+
 * | answer | member | where    | in a view | coordinator | where (or 0)   | view id  |
 * | 1      | id,name| ip, port | 1         | id, name    | 1 · ip, port   | varint,id|   the last three only if in a view
 * +--------+--------+----------+-----------+-------------+----------------+----------+
 * </pre>
 *
 * @param isAnswer false for the question
 * @param info who sends it; its physical address is never null
 */
record PeerHeader(boolean isAnswer, MemberInfo info) implements Header {

    /** Ids from 256 are for plug-ins. This one is written on the wire: never give it another meaning. */
    static final HeaderCodec<PeerHeader> CODEC = new Codec();

    private static final class Codec implements HeaderCodec<PeerHeader> {
        @Override
        public int id() {
            return 4001;
        }

        @Override
        public Class<PeerHeader> type() {
            return PeerHeader.class;
        }

        @Override
        public void encode(PeerHeader header, WireWriter out) {
            MemberInfo info = header.info;
            out.writeBoolean(header.isAnswer).writeAddress(info.member()).writeSocketAddress(info.physical());
            out.writeBoolean(info.view() != null);
            if (info.view() != null) {
                out.writeAddress(info.coordinator());
                out.writeBoolean(info.coordinatorPhysical() != null);
                if (info.coordinatorPhysical() != null) {
                    out.writeSocketAddress(info.coordinatorPhysical());
                }
                out.writeViewId(info.view());
            }
        }

        /** The reader checks every length; what is left unread would be an error. */
        @Override
        public PeerHeader decode(WireReader in) {
            boolean isAnswer = in.readBoolean();
            Address member = in.readAddress();
            InetSocketAddress physical = in.readSocketAddress();
            if (!in.readBoolean()) {
                return new PeerHeader(isAnswer, new MemberInfo(member, physical, null, null, null));
            }
            Address coordinator = in.readAddress();
            InetSocketAddress coordinatorPhysical = in.readBoolean() ? in.readSocketAddress() : null;
            ViewId view = in.readViewId();
            return new PeerHeader(isAnswer, new MemberInfo(member, physical, coordinator, coordinatorPhysical, view));
        }
    }
}
