package dev.muster.core;

import dev.muster.api.Address;
import dev.muster.api.View;
import dev.muster.spi.Header;
import dev.muster.spi.HeaderCodec;
import dev.muster.spi.MalformedException;
import dev.muster.spi.Packet;
import dev.muster.spi.PacketBatch;
import dev.muster.spi.PacketCodec;
import dev.muster.spi.WireReader;
import dev.muster.spi.WireWriter;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Packets as bytes.
 *
 * <pre>
 *   0        2         3         4              12        14               30
 *   +--------+---------+---------+--------------+---------+----------------+--------+---------------+
 *   | 4D 75  | version | headers | cluster      | flags   | source         | to one | destination   |
 *   | 2      | 1       | 1       | 8            | 2       | 16             | 1      | 16, if to one |
 *   +--------+---------+---------+--------------+---------+----------------+--------+---------------+
 *   then per header:  id (2) · length (varint) · bytes        then the payload, to the end
 * </pre>
 */
final class WireCodec implements PacketCodec {

    private static final int MAGIC = 0x4D75;
    private static final int VERSION = 1;
    private static final int VERSION_AT = 2;
    private static final int CLUSTER_AT = 4;
    private static final int MAX_HEADERS = 16;
    private static final Header[] NO_HEADERS = {};

    private final int[] ids;
    private final HeaderCodec<?>[] byId;
    private final Map<Class<?>, HeaderCodec<?>> byType = new HashMap<>();
    private final WireWriter scratch = new WireWriter(256);
    private Address self;
    private View view;

    WireCodec(List<HeaderCodec<?>> codecs) {
        ids = codecs.stream().mapToInt(HeaderCodec::id).distinct().sorted().toArray();
        byId = new HeaderCodec<?>[ids.length];
        for (HeaderCodec<?> codec : codecs) {
            byId[Arrays.binarySearch(ids, codec.id())] = codec;
            byType.put(codec.type(), codec);
        }
    }

    /** From now on this member's packets carry its name when decoded. */
    void remember(Address member) {
        self = member;
    }

    /** From now on packets of these members carry their names when decoded; others are forgotten. */
    void remember(View newView) {
        view = newView;
    }

    @Override
    public void encodeHead(Packet packet, WireWriter out) {
        out.writeShort(MAGIC).writeByte(VERSION).writeByte(packet.headerCount());
        out.writeLong(packet.cluster()).writeShort(packet.flags()).writeId(packet.source());
        out.writeBoolean(packet.destination() != null);
        if (packet.destination() != null) {
            out.writeId(packet.destination());
        }
        for (int i = 0; i < packet.headerCount(); i++) {
            encodeHeader(packet.headerAt(i), out);
        }
    }

    private <H extends Header> void encodeHeader(H header, WireWriter out) {
        @SuppressWarnings("unchecked")
        HeaderCodec<H> codec = (HeaderCodec<H>) byType.get(header.getClass());
        if (codec == null) {
            throw new IllegalStateException("header " + header.getClass().getName()
                    + " has no codec in this stack; add it to headers() of its protocol's provider");
        }
        scratch.clear();
        codec.encode(header, scratch);
        out.writeShort(codec.id()).writeVarint(scratch.length()).writeRaw(scratch.array(), 0, scratch.length());
    }

    @Override
    public Packet decode(byte[] buffer, int offset, int length) {
        WireReader in = new WireReader(buffer, offset, length);
        checkVersion(in);
        return decode(buffer, in);
    }

    private static void checkVersion(WireReader in) {
        int magic = in.readShort();
        int version = in.readByte();
        if (magic != MAGIC || version != VERSION) {
            throw in.malformed("magic " + Integer.toHexString(magic) + " version " + version + ", expected "
                    + Integer.toHexString(MAGIC) + " version " + VERSION);
        }
    }

    @Override
    public boolean isOtherVersion(byte[] buffer, int offset, int length) {
        WireReader in = new WireReader(buffer, offset, length);
        return length > VERSION_AT && in.readShort() == MAGIC && in.readByte() != VERSION;
    }

    @Override
    public Packet decodeOtherVersion(byte[] buffer, int offset, int length) {
        WireReader in = new WireReader(buffer, offset, length);
        in.slice(VERSION_AT + 1);
        return decode(buffer, in);
    }

    /** The cluster that bytes are for; anything if they are no packet. */
    static long cluster(byte[] buffer, int offset, int length) {
        if (length < CLUSTER_AT + Long.BYTES) {
            return 0;
        }
        WireReader in = new WireReader(buffer, offset, length);
        in.slice(CLUSTER_AT);
        return in.readLong();
    }

    /** Read where a packet comes from and goes to, and nothing else: the rest is for another stack. */
    Packet decodeWithoutHeaders(byte[] buffer, int offset, int length) {
        WireReader in = new WireReader(buffer, offset, length);
        checkVersion(in);
        in.readByte();
        long cluster = in.readLong();
        int flags = in.readShort();
        Address source = in.readId();
        Address destination = in.readBoolean() ? in.readId() : null;
        return Packet.decoded(source, destination, cluster, flags, NO_HEADERS, buffer, offset + length, 0);
    }

    private Packet decode(byte[] buffer, WireReader in) {
        int count = in.readByte();
        if (count > MAX_HEADERS) {
            throw in.malformed(count + " headers, at most " + MAX_HEADERS + " are allowed");
        }
        long cluster = in.readLong();
        // said by the layers of this stack, not by peers
        int flags = in.readShort() & ~(Packet.ONE_LANE | Packet.UNSHARED);
        Address source = intern(in.readId());
        Address destination = in.readBoolean() ? intern(in.readId()) : null;
        Header[] headers = count == 0 ? NO_HEADERS : new Header[count];
        for (int i = 0; i < count; i++) {
            headers[i] = decodeHeader(in);
        }
        return Packet.decoded(source, destination, cluster, flags, headers, buffer, in.position(), in.remaining());
    }

    private Header decodeHeader(WireReader in) {
        int id = in.readShort();
        int index = Arrays.binarySearch(ids, id);
        if (index < 0) {
            throw in.malformed("header id " + id + " is unknown to this stack");
        }
        HeaderCodec<?> codec = byId[index];
        WireReader body = in.slice(in.readCount(1));
        try {
            Header header = codec.decode(body);
            body.expectEnd();
            return header;
        } catch (MalformedException e) {
            throw e;
        } catch (RuntimeException e) {
            // a codec that trips over bytes it did not expect must harm nobody but their sender
            MalformedException malformed = body.malformed("header id " + id + ": " + e);
            malformed.initCause(e);
            throw malformed;
        }
    }

    /** A packet whose source a layer took from its own header, where there are no names, gets the name. */
    Packet withNamedSource(Packet packet) {
        Address source = packet.source();
        if (source == null || !source.name().isEmpty()) {
            return packet;
        }
        Address named = intern(source);
        return named == source ? packet : packet.from(named, packet.cluster());
    }

    /** The same for each of several packets; those themselves if all have their names. */
    PacketBatch withNamedSources(PacketBatch batch) {
        PacketBatch named = null;
        for (int i = 0; i < batch.size(); i++) {
            Packet packet = withNamedSource(batch.get(i));
            if (named == null && packet != batch.get(i)) {
                named = new PacketBatch(batch.size());
                for (int before = 0; before < i; before++) {
                    named.add(batch.get(before));
                }
            }
            if (named != null) {
                named.add(packet);
            }
        }
        return named == null ? batch : named;
    }

    /** The same member with its name, if it is in the view. */
    Address intern(Address read) {
        int rank = view == null ? -1 : view.rankOf(read);
        if (rank >= 0) {
            return view.members().get(rank);
        }
        return read.equals(self) ? self : read;
    }
}
