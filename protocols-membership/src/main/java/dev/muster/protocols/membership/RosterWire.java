package dev.muster.protocols.membership;

import dev.muster.spi.WireReader;
import dev.muster.spi.WireWriter;

/** Turns told views into bytes and back. Layout: {@link WordCodec}. */
final class RosterWire {

    private static final int KEPT = 0;
    private static final int ADDED = 1;

    private RosterWire() {}

    static void encode(RosterDelta roster, WireWriter out) {
        WordCodec.namedView(roster.id(), out);
        WordCodec.maybeView(roster.base(), out);
        out.writeVarint(roster.parts().size());
        for (RosterDelta.Part part : roster.parts()) {
            if (part instanceof RosterDelta.Added added) {
                out.writeByte(ADDED);
                WordCodec.peer(added.peer(), out);
            } else if (part instanceof RosterDelta.Kept kept) {
                out.writeByte(KEPT);
                range(kept, out);
            }
        }
        out.writeVarint(roster.subgroups().size());
        for (RosterDelta.Group group : roster.subgroups()) {
            WordCodec.namedView(group.from(), out);
            out.writeVarint(group.ranks().size());
            group.ranks().forEach(range -> range(range, out));
        }
        out.writeVarint(roster.transfers().size());
        for (RosterDelta.Transfer transfer : roster.transfers()) {
            out.writeVarint(transfer.requester()).writeVarint(transfer.provider());
        }
    }

    static RosterDelta decode(WireReader in) {
        return new RosterDelta(WordCodec.readNamedView(in), WordCodec.readMaybe(in, WordCodec::readView),
                WordCodec.readList(in, 3, RosterWire::readPart),
                WordCodec.readList(in, 19, RosterWire::readGroup),
                WordCodec.readList(in, 2, RosterWire::readTransfer));
    }

    private static RosterDelta.Part readPart(WireReader in) {
        int kind = in.readByte();
        return switch (kind) {
            case KEPT -> readRange(in);
            case ADDED -> new RosterDelta.Added(WordCodec.readPeer(in));
            default -> throw in.malformed("part of a view of kind " + kind + ", expected 0 or 1");
        };
    }

    private static RosterDelta.Group readGroup(WireReader in) {
        return new RosterDelta.Group(WordCodec.readNamedView(in), WordCodec.readList(in, 2, RosterWire::readRange));
    }

    private static RosterDelta.Transfer readTransfer(WireReader in) {
        return new RosterDelta.Transfer(WordCodec.readRank(in), WordCodec.readRank(in));
    }

    private static void range(RosterDelta.Kept range, WireWriter out) {
        out.writeVarint(range.from()).writeVarint(range.count());
    }

    private static RosterDelta.Kept readRange(WireReader in) {
        return new RosterDelta.Kept(WordCodec.readRank(in), WordCodec.readRank(in));
    }
}
