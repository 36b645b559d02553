package dev.muster.spi.router;

import dev.muster.spi.MalformedException;
import dev.muster.spi.WireReader;
import dev.muster.spi.WireWriter;
import dev.muster.spi.router.RouterMessage.Kind;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Turns messages of routers into bytes and back.
 *
 * <pre>
 * message   kind (1) · text group · address · address sender · [ text name · count (2) · members · address physical ]
 *           · length (4) · payload                            what is in brackets is not there in a MESSAGE
 * text      0, or 1 · length (2) · modified UTF-8
 * address   1: none · 2: UUID, low (8) · high (8) · 16: place
 * place     length of IP (1): 0, 4 or 16 · IP · scope (4), for 16 only · port (2)
 * member    address · flags (1) · text name · address physical · count (2), -1 for null · addresses
 * </pre>
 *
 * <p>Before each message stands its length in four bytes, see {@link RouterFrameReader}. Pure and without state. Reading
 * checks every length before memory is taken for it.
 */
public final class RouterCodec {

    /** Bytes before each message: its length. */
    public static final int HEAD_BYTES = 4;

    private static final int NO_ADDRESS = 1;
    private static final int UUID = 2;
    private static final int PLACE = 16;
    private static final int NULL_LIST = 0xFFFF;
    private static final int LEAST_MEMBER_BYTES = 6;
    private static final Kind[] KINDS = Kind.values();

    private RouterCodec() {}

    /**
     * Write a message with its length before it.
     *
     * @param message the message; its payload's position stays
     * @return from 0 to limit
     */
    public static ByteBuffer frame(RouterMessage message) {
        WireWriter out = new WireWriter(128).writeInt(0);
        write(message, out);
        out.setInt(0, out.length() - HEAD_BYTES);
        return ByteBuffer.wrap(out.array(), 0, out.length());
    }

    /**
     * Write a message.
     *
     * @param message the message; its payload's position stays
     * @param out written at its end
     */
    public static void write(RouterMessage message, WireWriter out) {
        writeHead(message.kind(), message.group(), message.address(), message.sender(), out);
        if (message.kind() != Kind.MESSAGE) {
            writeText(message.name(), out);
            out.writeShort(message.members().size());
            message.members().forEach(member -> writeMember(member, out));
            writeAddress(message.physical(), out);
        }
        byte[] payload = new byte[message.payload().remaining()];
        message.payload().duplicate().get(payload);
        out.writeInt(payload.length).writeRaw(payload, 0, payload.length);
    }

    /**
     * Write everything of a {@link Kind#MESSAGE} but its bytes, for who has them in parts.
     *
     * @param group the group
     * @param receiver null for all
     * @param sender who sends
     * @param payloadBytes number of bytes that will follow
     * @param out written at its end
     */
    public static void writeMessageHead(String group, RouterAddress receiver, RouterAddress sender, int payloadBytes,
            WireWriter out) {
        writeHead(Kind.MESSAGE, group, receiver, sender, out);
        out.writeInt(payloadBytes);
    }

    private static void writeHead(Kind kind, String group, RouterAddress address, RouterAddress sender, WireWriter out) {
        out.writeByte(kind.ordinal());
        writeText(group, out);
        writeAddress(address, out);
        writeAddress(sender, out);
    }

    private static void writeMember(RouterMember member, WireWriter out) {
        writeAddress(member.member(), out);
        out.writeByte(member.flags());
        writeText(member.name(), out);
        writeAddress(member.physical(), out);
        if (member.others() == null) {
            out.writeShort(NULL_LIST);
        } else {
            out.writeShort(member.others().size());
            member.others().forEach(other -> writeAddress(other, out));
        }
    }

    private static void writeText(String text, WireWriter out) {
        if (text == null) {
            out.writeByte(0);
            return;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length() + 2);
        try {
            new DataOutputStream(bytes).writeUTF(text);
        } catch (IOException e) {
            throw new UncheckedIOException("a text of " + text.length() + " characters is longer than routers allow", e);
        }
        out.writeByte(1).writeRaw(bytes.toByteArray(), 0, bytes.size());
    }

    private static void writeAddress(RouterAddress address, WireWriter out) {
        if (address == null) {
            out.writeByte(NO_ADDRESS);
        } else if (address instanceof RouterAddress.Id id) {
            out.writeByte(UUID).writeLong(id.low()).writeLong(id.high());
        } else if (address instanceof RouterAddress.Ip ip) {
            out.writeByte(PLACE);
            writePlace(ip.place(), out);
        }
    }

    private static void writePlace(InetSocketAddress place, WireWriter out) {
        byte[] ip = place.isUnresolved() ? new byte[0] : place.getAddress().getAddress();
        out.writeByte(ip.length).writeRaw(ip, 0, ip.length);
        if (place.getAddress() instanceof Inet6Address six) {
            out.writeInt(six.getScopeId());
        }
        out.writeShort(place.getPort());
    }

    /**
     * Read a message.
     *
     * @param bytes where it stands; the payload of the result shares them
     * @param offset its first byte
     * @param length number of its bytes
     * @return the message
     * @throws MalformedException if it can't be one
     */
    public static RouterMessage read(byte[] bytes, int offset, int length) {
        WireReader in = new WireReader(bytes, offset, length);
        Kind kind = readKind(in);
        String group = readText(in, bytes);
        RouterAddress address = readAddress(in);
        RouterAddress sender = readAddress(in);
        String name = null;
        RouterAddress physical = null;
        List<RouterMember> members = List.of();
        if (kind != Kind.MESSAGE) {
            name = readText(in, bytes);
            members = readMembers(in, bytes);
            physical = readAddress(in);
        }
        int payload = in.readInt();
        if (payload != in.remaining()) {
            throw in.malformed("payload of " + payload + " bytes, " + in.remaining() + " are there");
        }
        return new RouterMessage(kind, group, address, sender, name, members, physical,
                ByteBuffer.wrap(bytes, in.position(), payload).slice());
    }

    private static Kind readKind(WireReader in) {
        int kind = in.readByte();
        if (kind >= KINDS.length) {
            throw in.malformed("kind " + kind + ", expected 0 to " + (KINDS.length - 1));
        }
        return KINDS[kind];
    }

    private static List<RouterMember> readMembers(WireReader in, byte[] bytes) {
        int count = checkedCount(in, in.readShort(), LEAST_MEMBER_BYTES);
        List<RouterMember> members = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            members.add(new RouterMember(readAddress(in), in.readByte(), readText(in, bytes), readAddress(in),
                    readAddresses(in)));
        }
        return members;
    }

    private static List<RouterAddress> readAddresses(WireReader in) {
        int told = in.readShort();
        if (told == NULL_LIST) {
            return null;
        }
        int count = checkedCount(in, told, 1);
        List<RouterAddress> addresses = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            addresses.add(readAddress(in));
        }
        return addresses;
    }

    private static int checkedCount(WireReader in, int count, int leastBytesEach) {
        if (count > in.remaining() / leastBytesEach) {
            throw in.malformed("count " + count + " of things of at least " + leastBytesEach + " bytes, " + in.remaining()
                    + " bytes left");
        }
        return count;
    }

    private static String readText(WireReader in, byte[] bytes) {
        if (!in.readBoolean()) {
            return null;
        }
        int start = in.position();
        int length = in.readShort();
        in.slice(length);
        if (isPlain(bytes, start + 2, length)) {
            return new String(bytes, start + 2, length, StandardCharsets.ISO_8859_1);
        }
        try {
            return new DataInputStream(new ByteArrayInputStream(bytes, start, length + 2)).readUTF();
        } catch (IOException e) {
            throw in.malformed("text that is no modified UTF-8");
        }
    }

    /** Nearly all names are, and every message carries one. */
    private static boolean isPlain(byte[] bytes, int from, int length) {
        for (int i = from; i < from + length; i++) {
            if (bytes[i] <= 0) {
                return false;
            }
        }
        return true;
    }

    private static RouterAddress readAddress(WireReader in) {
        int kind = in.readByte();
        if (kind == NO_ADDRESS) {
            return null;
        } else if (kind == UUID) {
            long low = in.readLong();
            return new RouterAddress.Id(in.readLong(), low);
        } else if (kind == PLACE) {
            return new RouterAddress.Ip(readPlace(in));
        }
        throw in.malformed("address of kind " + kind + ", expected 1 (none), 2 (UUID) or 16 (place); those of sites and of "
                + "plug-ins are not understood");
    }

    private static InetSocketAddress readPlace(WireReader in) {
        int length = in.readByte();
        if (length != 0 && length != 4 && length != 16) {
            throw in.malformed("IP address of " + length + " bytes, expected 0, 4 or 16");
        }
        byte[] ip = new byte[length];
        for (int i = 0; i < length; i++) {
            ip[i] = (byte) in.readByte();
        }
        try {
            InetAddress address = length == 0 ? null : length == 4 ? InetAddress.getByAddress(ip)
                    : Inet6Address.getByAddress(null, ip, in.readInt());
            int port = in.readShort();
            return address == null ? InetSocketAddress.createUnresolved("", port) : new InetSocketAddress(address, port);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("4 or 16 bytes are always an address", e);
        }
    }
}
