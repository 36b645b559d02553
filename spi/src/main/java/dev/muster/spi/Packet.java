package dev.muster.spi;

import dev.muster.api.Address;
import dev.muster.api.Flag;
import java.net.InetSocketAddress;
import java.util.Arrays;

/**
 * What travels through the layers: many messages of an application packed together, or one word between peer layers.
 *
 * <p>Immutable. The payload is a range of an array that nobody writes to any more, so a packet may be kept (for
 * retransmission, say) as long as needed and sent again with other headers. Changing methods return a new packet that
 * shares the payload.
 *
 * <p>The array may come from a {@link PacketPool}. A layer that has said that it {@linkplain Protocol#tellsWhatItKeeps tells
 * what it keeps} says {@link #keep} of packets that it holds beyond the present call. Other layers have nothing to do.
 */
public final class Packet {

    /** Flag of packets whose payload is application data. Lower bits are those of {@link Flag}. */
    public static final int DATA = 1 << 8;

    /** Flag of packets that reliability passes by: loss does no harm. */
    public static final int UNRELIABLE = 1 << 9;

    /** Flag of packets whose payload is one message as it is, not a sequence of messages with lengths. */
    public static final int SINGLE = 1 << 10;

    /** Flag of packets to whoever is reached at a physical address, be it a member or not. */
    public static final int TO_PHYSICAL = 1 << 11;

    /**
     * Flag that ordering protocols put on group packets on their way up: the application gets all that have it one after the
     * other, whoever sent them. Without it only packets of one sender keep their order. Means nothing to packets out of band
     * or to one member, and nothing on the way down.
     */
    public static final int ONE_LANE = 1 << 12;

    /**
     * Flag that whoever joined a packet from parts puts on it on its way up: the array holds its payload and nothing else, and
     * was made for it, so the application may have it for its own. A layer that keeps such a packet passes another one on,
     * without the flag. Means nothing on the way down.
     */
    public static final int UNSHARED = 1 << 13;

    private static final byte[] NO_BYTES = {};
    private static final Header[] NO_HEADERS = {};

    private final Address source;
    private final Address destination;
    private final InetSocketAddress physical;
    private final long cluster;
    private final int flags;
    private final Header[] headers;
    private final byte[] buffer;
    private final int offset;
    private final int length;
    private final long credit;
    /** What the payload lies in, null if that is nobody's but the garbage collector's. Set once, before anybody has the packet. */
    private PacketMemory memory;

    private Packet(Address source, Address destination, InetSocketAddress physical, long cluster, int flags,
            Header[] headers, byte[] buffer, int offset, int length, long credit, PacketMemory memory) {
        this.memory = memory;
        this.source = source;
        this.destination = destination;
        this.physical = physical;
        this.cluster = cluster;
        this.flags = flags;
        this.headers = headers;
        this.buffer = buffer;
        this.offset = offset;
        this.length = length;
        this.credit = credit;
    }

    /**
     * A packet to every member of the current view; not looped back by transports.
     *
     * @return an empty packet
     */
    public static Packet toGroup() {
        return new Packet(null, null, null, 0, 0, NO_HEADERS, NO_BYTES, 0, 0, 0, null);
    }

    /**
     * A packet to one member.
     *
     * @param destination the member
     * @return an empty packet
     */
    public static Packet to(Address destination) {
        return new Packet(null, destination, null, 0, 0, NO_HEADERS, NO_BYTES, 0, 0, 0, null);
    }

    /**
     * A packet to whoever is reached at a physical address, for discovery.
     *
     * @param physical where to
     * @return an empty packet, unreliable
     */
    public static Packet toPhysical(InetSocketAddress physical) {
        return new Packet(null, null, physical, 0, UNRELIABLE | TO_PHYSICAL, NO_HEADERS, NO_BYTES, 0, 0, 0, null);
    }

    /**
     * A packet to one member that is perhaps known only by where it was found.
     *
     * @param destination the member
     * @param physical where it can be reached
     * @return an empty packet
     */
    public static Packet to(Address destination, InetSocketAddress physical) {
        return new Packet(null, destination, physical, 0, 0, NO_HEADERS, NO_BYTES, 0, 0, 0, null);
    }

    /**
     * Put a payload in.
     *
     * @param bytes holds it; never written to again
     * @param from first byte
     * @param count number of bytes
     * @return a new packet
     */
    public Packet withPayload(byte[] bytes, int from, int count) {
        return new Packet(source, destination, physical, cluster, flags, headers, bytes, from, count, credit,
                bytes == buffer ? memory : null);
    }

    /**
     * Put a payload in that lies in memory of a pool.
     *
     * @param in holds it; not written to again as long as anybody keeps the packet
     * @param from first byte
     * @param count number of bytes
     * @return a new packet
     */
    public Packet withPayload(PacketMemory in, int from, int count) {
        return new Packet(source, destination, physical, cluster, flags, headers, in.array(), from, count, credit, in);
    }

    /** Say what the payload lies in. For whoever has just made the packet. */
    void liesIn(PacketMemory in) {
        memory = in;
    }

    /**
     * Say that this packet, or what was made of it, is held beyond the present call. Whoever says so says {@link #release} when
     * it lets go of it, or never if that is not worth the trouble: then its memory is left to the garbage collector.
     */
    public void keep() {
        if (memory != null) {
            memory.keep();
        }
    }

    /**
     * Say that the packet is held no longer, once for each {@link #keep}. It may still be passed on in the same call. Others may
     * hold it; when nobody does, the bytes will be those of another packet.
     */
    public void release() {
        if (memory != null) {
            memory.release();
        }
    }

    /**
     * Add a header, in the place of one of the same type if there is one.
     *
     * @param header the header
     * @return a new packet
     */
    public Packet with(Header header) {
        Header[] more = null;
        for (int i = 0; i < headers.length && more == null; i++) {
            if (headers[i].getClass() == header.getClass()) {
                more = headers.clone();
                more[i] = header;
            }
        }
        if (more == null) {
            more = Arrays.copyOf(headers, headers.length + 1);
            more[headers.length] = header;
        }
        return new Packet(source, destination, physical, cluster, flags, more, buffer, offset, length, credit, memory);
    }

    /**
     * Take a header off, so that nobody takes it for theirs if the packet is sent on.
     *
     * @param type its type
     * @return this packet if it has no such header
     */
    public Packet without(Class<? extends Header> type) {
        for (int i = 0; i < headers.length; i++) {
            if (headers[i].getClass() == type) {
                Header[] fewer = Arrays.copyOf(headers, headers.length - 1);
                System.arraycopy(headers, i + 1, fewer, i, fewer.length - i);
                return new Packet(source, destination, physical, cluster, flags, fewer, buffer, offset, length, credit, memory);
            }
        }
        return this;
    }

    /**
     * Add flags.
     *
     * @param bits of {@link Flag} and the constants of this class
     * @return a new packet
     */
    public Packet withFlags(int bits) {
        return new Packet(source, destination, physical, cluster, flags | bits, headers, buffer, offset, length, credit, memory);
    }

    /**
     * Say who sent it and in which cluster. The core does so on the way to the transport, reliable layers when they hand
     * up what another member forwarded.
     *
     * @param sender the sender
     * @param clusterId as {@link PacketCodec#clusterId}
     * @return a new packet
     */
    public Packet from(Address sender, long clusterId) {
        return new Packet(sender, destination, physical, clusterId, flags, headers, buffer, offset, length, credit, memory);
    }

    /**
     * Address the same content to another member, or to the group.
     *
     * @param member the member, null for the group
     * @return a new packet
     */
    public Packet redirectedTo(Address member) {
        return new Packet(source, member, null, cluster, flags, headers, buffer, offset, length, credit, memory);
    }

    /**
     * Note how many bytes of credit its consumption gives back to the sender.
     *
     * @param bytes the credit
     * @return a new packet
     */
    public Packet withCredit(long bytes) {
        return new Packet(source, destination, physical, cluster, flags, headers, buffer, offset, length, bytes, memory);
    }

    /**
     * Note where it came from.
     *
     * @param address physical address of the peer
     * @return a new packet
     */
    public Packet withPhysical(InetSocketAddress address) {
        return new Packet(source, destination, address, cluster, flags, headers, buffer, offset, length, credit, memory);
    }

    /**
     * A decoded packet; for codecs.
     *
     * @param source the sender
     * @param destination the receiver, null for the group
     * @param cluster id of the cluster
     * @param flags bits
     * @param headers not copied
     * @param buffer holds the payload
     * @param offset first byte
     * @param length number of bytes
     * @return the packet
     */
    public static Packet decoded(Address source, Address destination, long cluster, int flags, Header[] headers,
            byte[] buffer, int offset, int length) {
        return new Packet(source, destination, null, cluster, flags, headers, buffer, offset, length, 0, null);
    }

    /**
     * The header of a type.
     *
     * @param <H> the type
     * @param type the type
     * @return null if the packet has none
     */
    public <H extends Header> H header(Class<H> type) {
        for (Header header : headers) {
            if (header.getClass() == type) {
                return type.cast(header);
            }
        }
        return null;
    }

    /**
     * Number of headers.
     *
     * @return 0 or more
     */
    public int headerCount() {
        return headers.length;
    }

    /**
     * A header by position, lowest layer last.
     *
     * @param index from 0
     * @return the header
     */
    public Header headerAt(int index) {
        return headers[index];
    }

    /**
     * The sender.
     *
     * @return null on the way down
     */
    public Address source() {
        return source;
    }

    /**
     * The receiver.
     *
     * @return null for the group, or for whoever is at {@link #physical}
     */
    public Address destination() {
        return destination;
    }

    /**
     * Tell whether the packet is for the whole group.
     *
     * @return false for packets to one receiver
     */
    public boolean isToGroup() {
        return destination == null && !has(TO_PHYSICAL);
    }

    /**
     * Down: where to, if given. Up: where it came from, if the transport knows.
     *
     * @return may be null
     */
    public InetSocketAddress physical() {
        return physical;
    }

    /**
     * Id of the cluster.
     *
     * @return 0 before it is stamped
     */
    public long cluster() {
        return cluster;
    }

    /**
     * All flags.
     *
     * @return bits
     */
    public int flags() {
        return flags;
    }

    /**
     * Tell whether all of some flags are set.
     *
     * @param bits the flags
     * @return true if they are
     */
    public boolean has(int bits) {
        return (flags & bits) == bits;
    }

    /**
     * Tell whether a flag of the application is set.
     *
     * @param flag the flag
     * @return true if it is
     */
    public boolean has(Flag flag) {
        return flag.in(flags);
    }

    /**
     * The array that holds the payload.
     *
     * @return never written to
     */
    public byte[] buffer() {
        return buffer;
    }

    /**
     * First byte of the payload.
     *
     * @return index into {@link #buffer}
     */
    public int offset() {
        return offset;
    }

    /**
     * Length of the payload.
     *
     * @return bytes
     */
    public int length() {
        return length;
    }

    /**
     * Credit that consumption gives back to the sender.
     *
     * @return bytes, 0 if none is due
     */
    public long credit() {
        return credit;
    }

    @Override
    public String toString() {
        return "Packet[" + (source == null ? "" : source + " ") + "→ "
                + (destination != null ? destination : physical != null ? physical : "all") + ", " + length
                + " bytes, flags " + Integer.toHexString(flags) + ", " + Arrays.toString(headers) + "]";
    }
}
