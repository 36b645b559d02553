package dev.muster.protocols.reliability;

import dev.muster.api.Flag;
import dev.muster.spi.Packet;
import java.util.ArrayList;
import java.util.List;

/** What comes from one peer: what waits behind a gap, what is being joined, what has to be acknowledged. */
final class ReceiveConnection {

    private static final int BOUND = 1 << 16;
    private static final long MOST_JOINED_BYTES = 64L << 20;
    /** Parts are larger than 256 bytes, the last one excepted; each is kept with the packet that brought it. */
    private static final int MOST_PARTS = (int) (MOST_JOINED_BYTES / 256);

    private final long number;
    private final PacketRing ring = new PacketRing(BOUND);
    private final List<Packet> parts = new ArrayList<>();
    private long partBytes;
    private boolean skipping;
    private long delivered;
    private long highest;

    /** Packets received since the last acknowledgement. */
    int owedPackets;
    /** Bytes received since the last acknowledgement. */
    long owedBytes;
    /** Whether the timer will acknowledge. */
    boolean listed;
    /** How far delivery was when a gap was last reported. */
    long gapReportedAt = -1;
    /** When a packet last came. */
    long heardAt;
    /** When a gap was last reported. */
    long gapReportedNanos;
    /** When the present gap was first reported. */
    long gapSince;

    ReceiveConnection(long number) {
        this.number = number;
    }

    /** A connection of which all was forgotten but how far it had come. */
    ReceiveConnection(long number, long delivered) {
        this.number = number;
        this.delivered = delivered;
        highest = delivered;
        ring.freeTo(delivered);
    }

    long number() {
        return number;
    }

    /** Everything up to this has been received and handed up. */
    long delivered() {
        return delivered;
    }

    boolean hasGap() {
        return highest > delivered;
    }

    /** How many packets wait behind a gap or for further parts. */
    int waiting() {
        return ring.kept() + parts.size();
    }

    long bytes() {
        return ring.bytes() + partBytes;
    }

    /** Tell whether a packet would have to be kept until others come. */
    boolean keeps(UnicastHeader header) {
        return header.sequence() != delivered + 1 || header.is(UnicastHeader.MORE);
    }

    /** Take a packet in; false if it is known already or too far ahead. */
    boolean offer(long sequence, Packet packet) {
        if (sequence <= delivered || !ring.accepts(sequence) || ring.get(sequence) != null) {
            return false;
        }
        ring.put(sequence, packet);
        highest = Math.max(highest, sequence);
        return true;
    }

    /** Take the packet just received if it is out of band and not to be handed up in order anyway; else null. */
    Packet outOfBand(long sequence, UnicastHeader header) {
        Packet packet = ring.get(sequence);
        if (sequence == delivered + 1 || !packet.has(Flag.OOB) || header.is(UnicastHeader.MORE | UnicastHeader.LAST)) {
            return null;
        }
        ring.mark(sequence);
        return packet;
    }

    /** Take the next packet to be handed up in order, joined if it came in parts, or null. */
    Packet next() {
        for (Packet packet = ring.get(delivered + 1); packet != null; packet = ring.get(delivered + 1)) {
            boolean passed = ring.isMarked(delivered + 1);
            delivered++;
            ring.freeTo(delivered);
            Packet whole = passed ? null : whole(packet, packet.header(UnicastHeader.class));
            if (whole != null) {
                return whole;
            }
        }
        return null;
    }

    private Packet whole(Packet packet, UnicastHeader header) {
        if (!header.is(UnicastHeader.MORE | UnicastHeader.LAST)) {
            return packet;
        }
        partBytes += packet.length();
        skipping |= partBytes > MOST_JOINED_BYTES || parts.size() > MOST_PARTS;
        if (skipping) {
            parts.clear();
        } else {
            packet.keep();
            parts.add(packet);
        }
        if (header.is(UnicastHeader.MORE)) {
            return null;
        }
        Packet joined = skipping ? null : Parts.join(parts, (int) partBytes, packet);
        parts.clear();
        partBytes = 0;
        skipping = false;
        return joined;
    }

    /** What has been received beyond the first gap. */
    Ranges beyond() {
        if (!hasGap()) {
            return Ranges.NONE;
        }
        Ranges.Builder received = new Ranges.Builder();
        for (long sequence = delivered + 1; sequence <= highest; sequence++) {
            if (ring.get(sequence) != null && !received.add(sequence)) {
                break;
            }
        }
        return received.build();
    }

    /** How many packets wait behind a gap. */
    int behindGap() {
        return ring.kept();
    }

    /** Keep only what tells delivered packets from new ones; whoever lives sends the rest again, but parts of a message. */
    void trim() {
        trimGap();
        if (!parts.isEmpty()) {
            parts.clear();
            skipping = true;
        }
    }

    /** Drop what waits behind a gap: it is not acknowledged, so whoever still has it sends it again. */
    void trimGap() {
        for (long sequence = delivered + 1; sequence <= highest; sequence++) {
            if (ring.get(sequence) != null && !ring.isMarked(sequence)) {
                ring.put(sequence, null);
            }
        }
    }
}
