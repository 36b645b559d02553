package dev.muster.protocols.transport;

import dev.muster.api.Address;
import dev.muster.spi.MalformedException;
import dev.muster.spi.WireReader;
import dev.muster.spi.WireWriter;
import java.net.InetSocketAddress;

/**
 * The first frame in both directions of every connection: who is there, and where it listens.
 *
 * <pre>
 *  0       4         5        21            …
 * +-------+---------+--------+-------------+--------------------------------+
 * | MSTR  | version | id     | name (text) | 4 or 16, IP address, port (2)  |
 * +-------+---------+--------+-------------+--------------------------------+
 * </pre>
 *
 * @param sender the member
 * @param listening where it can be reached; an unspecified IP address means: where the connection comes from
 */
record Hello(Address sender, InetSocketAddress listening) {

    /** Version of the framing. */
    static final int VERSION = 1;
    private static final int MAGIC = 0x4D53_5452;

    void encode(WireWriter out) {
        out.writeInt(MAGIC).writeByte(VERSION).writeAddress(sender).writeSocketAddress(listening);
    }

    static Hello decode(byte[] bytes) {
        WireReader in = new WireReader(bytes, 0, bytes.length);
        int magic = in.readInt();
        if (magic != MAGIC) {
            throw new MalformedException(0, "begins with " + Integer.toHexString(magic)
                    + ", expected 4d535452; something else than Muster is at the other end");
        }
        int version = in.readByte();
        if (version != VERSION) {
            throw new MalformedException(4, "framing version " + version + ", expected " + VERSION);
        }
        Hello hello = new Hello(in.readAddress(), in.readSocketAddress());
        in.expectEnd();
        return hello;
    }
}
