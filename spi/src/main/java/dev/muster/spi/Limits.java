package dev.muster.spi;

/**
 * What a stack can carry, seen from above a layer.
 *
 * @param packetBytes largest payload of one packet; messages are packed up to this
 * @param messageBytes largest message; more than {@code packetBytes} only where a layer below fragments
 * @param packed false if each packet may hold one message only
 */
public record Limits(int packetBytes, long messageBytes, boolean packed) {

    /** No limit at all. */
    public static final Limits NONE = new Limits(Integer.MAX_VALUE, Long.MAX_VALUE, true);

    /**
     * Check the parts.
     *
     * @param packetBytes positive
     * @param messageBytes positive
     * @param packed any
     */
    public Limits {
        if (packetBytes <= 0 || messageBytes <= 0) {
            throw new IllegalArgumentException("packetBytes=" + packetBytes + " and messageBytes=" + messageBytes
                    + " must be positive; a header takes more than the packet size allows, raise max_bundle_size");
        }
    }

    /**
     * Take room for a header.
     *
     * @param bytes most the header can take
     * @return smaller limits
     */
    public Limits less(int bytes) {
        return new Limits(packetBytes == Integer.MAX_VALUE ? packetBytes : packetBytes - bytes,
                messageBytes == Long.MAX_VALUE ? messageBytes : messageBytes - bytes, packed);
    }

    /**
     * Allow packets of at most a size.
     *
     * @param bytes the size
     * @return limits no larger than these
     */
    public Limits atMost(int bytes) {
        return new Limits(Math.min(packetBytes, bytes), Math.min(messageBytes, bytes), packed);
    }
}
