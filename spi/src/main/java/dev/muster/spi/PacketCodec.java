package dev.muster.spi;

/**
 * Turns packets into bytes and back. Layout: {@code docs/wire.md}. One per stack; for its owner only.
 */
public interface PacketCodec {

    /** Most bytes that everything before the headers takes. */
    int FIXED_HEAD_BYTES = 64;

    /**
     * Write everything before the payload. The packet on the wire is this head and then the payload as it is.
     *
     * @param packet stamped with source and cluster
     * @param out appended to
     */
    void encodeHead(Packet packet, WireWriter out);

    /**
     * Read a packet. Its payload shares the array.
     *
     * @param buffer holds the packet and is not written to again
     * @param offset first byte
     * @param length number of bytes
     * @return the packet
     * @throws MalformedException if the bytes are no packet of a version that is understood
     */
    Packet decode(byte[] buffer, int offset, int length);

    /**
     * Tell whether bytes that can't be read are a packet of another version of the wire format.
     *
     * @param buffer holds them
     * @param offset first byte
     * @param length number of bytes
     * @return false also if they are no packet at all
     */
    default boolean isOtherVersion(byte[] buffer, int offset, int length) {
        return false;
    }

    /**
     * Try to read a packet of another version as if it were of this one.
     *
     * @param buffer as for {@link #decode}
     * @param offset first byte
     * @param length number of bytes
     * @return the packet
     * @throws MalformedException if it can't be understood
     */
    default Packet decodeOtherVersion(byte[] buffer, int offset, int length) {
        return decode(buffer, offset, length);
    }

    /**
     * The number that stands for a cluster name on the wire.
     *
     * @param cluster the name
     * @return its id
     */
    static long clusterId(String cluster) {
        long hash = 0xcbf29ce484222325L;
        for (byte b : cluster.getBytes(java.nio.charset.StandardCharsets.UTF_8)) {
            hash = (hash ^ b & 0xFF) * 0x100000001b3L;
        }
        return hash;
    }
}
