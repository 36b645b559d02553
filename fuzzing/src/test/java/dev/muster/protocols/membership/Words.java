package dev.muster.protocols.membership;

import dev.muster.spi.MalformedException;
import dev.muster.spi.Packet;
import dev.muster.spi.WireReader;
import dev.muster.spi.WireWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * Opens the words of membership to the fuzzers: they travel as payloads, so no header's codec reads them. Lives in the
 * package of the words; tests run on the class path, where a package has no borders.
 */
public final class Words {

    private final List<byte[]> words = new ArrayList<>();
    private final List<byte[]> rosters = new ArrayList<>();
    private Roster known;

    /**
     * Pick the words out of packets.
     *
     * @param packets of any kind
     */
    public Words(List<Packet> packets) {
        for (Packet packet : packets) {
            MembershipHeader header = packet.header(MembershipHeader.class);
            if (header != null) {
                add(header.kind(), packet);
            }
        }
    }

    private void add(int kind, Packet packet) {
        WireWriter out = new WireWriter(256);
        out.writeByte(kind).writeRaw(packet.buffer(), packet.offset(), packet.length());
        words.add(out.toByteArray());
        RosterDelta roster = roster(decoded(out.toByteArray()));
        if (roster != null) {
            WireWriter told = new WireWriter(256);
            RosterWire.encode(roster, told);
            rosters.add(told.toByteArray());
            if (roster.base() == null && (known == null || roster.parts().size() >= known.peers().size())) {
                known = roster.applyTo(null);
            }
        }
    }

    private static RosterDelta roster(Word word) {
        if (word instanceof Word.Install install) {
            return install.roster();
        }
        return word instanceof Word.Prepared prepared ? prepared.roster()
                : word instanceof Word.ViewReply reply ? reply.roster() : null;
    }

    /**
     * Words that were heard.
     *
     * @return each as its kind and its payload
     */
    public List<byte[]> words() {
        return List.copyOf(words);
    }

    /**
     * Views that were told.
     *
     * @return each as on the wire, whole or against another
     */
    public List<byte[]> rosters() {
        return List.copyOf(rosters);
    }

    /**
     * Read a word.
     *
     * @param input its kind, which the header says, and its payload
     * @throws MalformedException if it is none
     */
    public static void read(byte[] input) {
        decoded(input);
    }

    private static Word decoded(byte[] input) {
        WireReader in = new WireReader(input, 0, input.length);
        return WordCodec.decode(in.readByte(), in);
    }

    /**
     * Read a view that is told, and find out which one is meant.
     *
     * @param input as on the wire
     * @throws IllegalArgumentException if it makes no sense
     */
    public void understand(byte[] input) {
        WireReader in = new WireReader(input, 0, input.length);
        RosterDelta told;
        try {
            told = RosterWire.decode(in);
        } catch (MalformedException e) {
            throw new IllegalArgumentException(e);
        }
        // against what this member has, for a forger may know that
        RosterDelta.whole(new RosterDelta(told.id(), told.base() == null ? null : known.id(), told.parts(),
                told.subgroups(), told.transfers()).applyTo(known));
    }
}
