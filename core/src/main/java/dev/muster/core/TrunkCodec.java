package dev.muster.core;

import dev.muster.spi.Packet;
import dev.muster.spi.PacketCodec;
import dev.muster.spi.WireWriter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Packets of several clusters as bytes, each with the headers that its own stack knows. For the owner. */
final class TrunkCodec implements PacketCodec {

    /** Knows no header: for packets of clusters that nobody here is in. */
    private final WireCodec strangers = new WireCodec(List.of());
    private final Map<Long, Branch> branches = new HashMap<>();

    void add(Branch branch) {
        branches.put(branch.tenant().id(), branch);
    }

    void remove(Branch branch) {
        branches.remove(branch.tenant().id(), branch);
    }

    private PacketCodec of(long cluster) {
        Branch branch = branches.get(cluster);
        return branch == null ? strangers : branch.codec();
    }

    @Override
    public void encodeHead(Packet packet, WireWriter out) {
        of(packet.cluster()).encodeHead(packet, out);
    }

    @Override
    public Packet decode(byte[] buffer, int offset, int length) {
        PacketCodec codec = of(WireCodec.cluster(buffer, offset, length));
        return codec == strangers ? strangers.decodeWithoutHeaders(buffer, offset, length)
                : codec.decode(buffer, offset, length);
    }

    @Override
    public boolean isOtherVersion(byte[] buffer, int offset, int length) {
        return strangers.isOtherVersion(buffer, offset, length);
    }

    @Override
    public Packet decodeOtherVersion(byte[] buffer, int offset, int length) {
        return of(WireCodec.cluster(buffer, offset, length)).decodeOtherVersion(buffer, offset, length);
    }
}
