package dev.muster.protocols.reliability;

import dev.muster.api.Address;
import java.net.InetSocketAddress;

/** Somebody to whom or from whom packets go, and the connections of both directions. */
final class Peer {

    final Address address;
    /** Where it was last said to be; null if never. */
    InetSocketAddress physical;
    /** Null if there is none at present. */
    SendConnection out;
    /** Null if nothing ever came. */
    ReceiveConnection in;

    Peer(Address address) {
        this.address = address;
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
