package dev.muster.protocols.reliability;

import dev.muster.api.Address;
import dev.muster.api.Wait;
import dev.muster.spi.Packet;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/** Somebody to whom or from whom packets go, and the connections of both directions. */
final class Peer {

    /** Who is looked at sooner may only be late. */
    private static final long LATE_NANOS = Duration.ofMillis(50).toNanos();

    final Address address;
    /** Where it was last said to be; null if never. */
    InetSocketAddress physical;
    /** Null if there is none at present. */
    SendConnection out;
    /** Null if nothing ever came. */
    ReceiveConnection in;
    /** The system on which it ran says that it runs no longer, and nothing was heard of it since. */
    boolean dead;

    /** Whether this member has sent it anything, or was in a view with it. */
    boolean isAcquainted;

    Peer(Address address) {
        this.address = address;
    }

    /** The header for a packet that leaves now, with the acknowledgement that is due. */
    UnicastHeader header(long sequence, int part) {
        int flags = part | (out.isOpening() ? UnicastHeader.OPENING : 0)
                | (out.isOldest(sequence) ? UnicastHeader.OLDEST : 0);
        if (in == null) {
            return UnicastHeader.data(flags, out.number(), sequence, 0, 0);
        }
        if (!in.hasGap()) {
            in.owedPackets = 0;
            in.owedBytes = 0;
        }
        return UnicastHeader.data(flags, out.number(), sequence, in.number(), in.delivered());
    }

    /** A packet that only tells the peer something about its packets. */
    Packet control(UnicastHeader header) {
        return Packet.to(address, physical).withFlags(Packet.UNRELIABLE).with(header);
    }

    /** What was sent again in vain, and what others before it keep from being handed up. */
    void tellWaits(long now, List<Wait> told) {
        if (out != null && !out.isIdle() && out.tries > 0) {
            told.add(new Wait(Wait.Reason.ACKNOWLEDGEMENT, "packets not acknowledged: " + out.unacknowledged()
                    + ", sent again: " + out.tries + " times", List.of(address), Duration.ofNanos(now - out.heardAt)));
        }
        if (in != null && in.hasGap() && now - in.gapSince >= LATE_NANOS) {
            told.add(new Wait(Wait.Reason.RETRANSMISSION, "packet " + (in.delivered() + 1) + " is missing, behind it: "
                    + in.waiting(), List.of(address), Duration.ofNanos(now - in.gapSince)));
        }
    }

    /** Packets that wait to be acknowledged, or for others before them. */
    long waiting() {
        return (out == null ? 0 : out.unacknowledged()) + (in == null ? 0 : in.waiting());
    }

    /** Payload of packets in memory. */
    long bytes() {
        return (out == null ? 0 : out.bytes()) + (in == null ? 0 : in.bytes());
    }
}
