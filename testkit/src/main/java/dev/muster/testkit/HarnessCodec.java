package dev.muster.testkit;

import dev.muster.api.Address;
import dev.muster.spi.Header;
import dev.muster.spi.HeaderCodec;
import dev.muster.spi.MalformedException;
import dev.muster.spi.Packet;
import dev.muster.spi.PacketCodec;
import dev.muster.spi.WireReader;
import dev.muster.spi.WireWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The simplest packet codec that carries everything; not the layout of the product.
 *
 * <pre>
 * source 16 | has destination 1 | [destination 16] | cluster 8 | flags 4 | headers: count, each id 2, length, bytes | payload
 * </pre>
 */
final class HarnessCodec implements PacketCodec {

    /** The byte behind the source is 0 or 1; with this bit it is of another version. */
    private static final int VERSION_AT = 16;
    private static final int OTHER_VERSION = 0x80;

    private final Map<Integer, HeaderCodec<?>> byId = new LinkedHashMap<>();
    private final Map<Class<?>, HeaderCodec<?>> byType = new LinkedHashMap<>();

    HarnessCodec(List<HeaderCodec<?>> codecs) {
        for (HeaderCodec<?> codec : codecs) {
            if (byId.put(codec.id(), codec) != null) {
                throw new IllegalArgumentException("header id " + codec.id() + " is used twice; ids must be unique");
            }
            byType.put(codec.type(), codec);
        }
    }

    /** Whether headers of this type can be encoded: those of layers outside the harness can't. */
    boolean knows(Header header) {
        return byType.containsKey(header.getClass());
    }

    /** Encode a header, decode it, and demand that nothing was lost on the way. */
    Header roundTrip(Header header) {
        byte[] bytes = encoded(header);
        HeaderCodec<?> codec = byType.get(header.getClass());
        Header decoded = decoded(codec, new WireReader(bytes, 0, bytes.length));
        if (decoded.getClass() != header.getClass()) {
            throw new AssertionError("codec " + codec.id() + " turned " + header + " into " + decoded);
        }
        if (!Arrays.equals(bytes, encoded(decoded))) {
            throw new AssertionError("codec " + codec.id() + " lost something of " + header + ": it became " + decoded);
        }
        return decoded;
    }

    @Override
    public void encodeHead(Packet packet, WireWriter out) {
        out.writeId(packet.source()).writeBoolean(packet.destination() != null);
        if (packet.destination() != null) {
            out.writeId(packet.destination());
        }
        out.writeLong(packet.cluster()).writeInt(packet.flags()).writeVarint(packet.headerCount());
        for (int index = 0; index < packet.headerCount(); index++) {
            Header header = packet.headerAt(index);
            HeaderCodec<?> codec = byType.get(header.getClass());
            if (codec == null) {
                throw new IllegalArgumentException("no codec for " + header.getClass().getName()
                        + "; its provider must list one in headers()");
            }
            out.writeShort(codec.id()).writeBytes(encoded(header));
        }
    }

    @Override
    public Packet decode(byte[] buffer, int offset, int length) {
        WireReader in = new WireReader(buffer, offset, length);
        Address source = in.readId();
        Address destination = in.readBoolean() ? in.readId() : null;
        long cluster = in.readLong();
        int flags = in.readInt();
        int count = in.readCount(3);
        List<Header> headers = new ArrayList<>(count);
        for (int index = 0; index < count; index++) {
            HeaderCodec<?> codec = byId.get(in.readShort());
            if (codec == null) {
                throw in.malformed("unknown header id");
            }
            headers.add(decoded(codec, in.slice(in.readCount(1))));
        }
        return Packet.decoded(source, destination, cluster, flags, headers.toArray(new Header[0]), buffer,
                in.position(), in.remaining());
    }

    @Override
    public boolean isOtherVersion(byte[] buffer, int offset, int length) {
        return length > VERSION_AT && (buffer[offset + VERSION_AT] & ~1) == (byte) OTHER_VERSION;
    }

    @Override
    public Packet decodeOtherVersion(byte[] buffer, int offset, int length) {
        byte[] same = Arrays.copyOfRange(buffer, offset, offset + length);
        same[VERSION_AT] &= ~OTHER_VERSION;
        return decode(same, 0, length);
    }

    static void makeOtherVersion(byte[] packet, int offset) {
        packet[offset + VERSION_AT] |= OTHER_VERSION;
    }

    @SuppressWarnings("unchecked")
    private byte[] encoded(Header header) {
        WireWriter out = new WireWriter(64);
        ((HeaderCodec<Header>) byType.get(header.getClass())).encode(header, out);
        return out.toByteArray();
    }

    private static Header decoded(HeaderCodec<?> codec, WireReader in) {
        try {
            Header header = codec.decode(in);
            in.expectEnd();
            return header;
        } catch (MalformedException e) {
            throw new MalformedException(in.position(), "header " + codec.id() + ": " + e.getMessage());
        }
    }
}
