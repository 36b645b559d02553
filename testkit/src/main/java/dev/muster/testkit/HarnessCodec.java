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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The simplest packet codec that carries everything; not the layout of the product.
 *
 * <pre>
 * version 1 | source 16 | has destination 1 | [destination 16] | cluster 8 | flags 4 | headers: count, each id 2, length, bytes | payload
 * </pre>
 *
 * <p>The version is 1, and of an other version is what begins with 2.
 */
final class HarnessCodec implements PacketCodec {

    private static final int VERSION = 1;
    private static final int OTHER_VERSION = 2;

    private final Map<Integer, HeaderCodec<?>> byId = new LinkedHashMap<>();
    private final Map<Class<?>, HeaderCodec<?>> byType = new LinkedHashMap<>();

    HarnessCodec(List<HeaderCodec<?>> codecs) {
        for (HeaderCodec<?> codec : codecs) {
            HeaderCodec<?> former = byId.put(codec.id(), codec);
            if (former != null && !former.isSameAs(codec)) {
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
        out.writeByte(VERSION).writeId(packet.source()).writeBoolean(packet.destination() != null);
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
        if (in.readByte() != VERSION) {
            throw in.malformed("no packet of this version");
        }
        return decode(buffer, in);
    }

    @Override
    public boolean isOtherVersion(byte[] buffer, int offset, int length) {
        return length > 0 && buffer[offset] == OTHER_VERSION;
    }

    @Override
    public Packet decodeOtherVersion(byte[] buffer, int offset, int length) {
        return decode(buffer, new WireReader(buffer, offset + 1, length - 1));
    }

    private Packet decode(byte[] buffer, WireReader in) {
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

    static void makeOtherVersion(byte[] packet, int offset) {
        packet[offset] = OTHER_VERSION;
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
