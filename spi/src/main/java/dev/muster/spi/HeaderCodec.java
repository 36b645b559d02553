package dev.muster.spi;

/**
 * Turns the headers of one type into bytes and back.
 *
 * @param <H> type of the headers
 */
public interface HeaderCodec<H extends Header> {

    /** Smallest id for plug-ins; those below are Muster's. */
    int FIRST_PLUGIN_ID = 256;

    /** Largest id. */
    int LAST_ID = 65_535;

    /**
     * The id on the wire: 1 to 255 Muster's, from {@value #FIRST_PLUGIN_ID} plug-ins'. Unique within a stack, unless layers
     * share a header: {@link #isSameAs}.
     *
     * @return the id
     */
    int id();

    /**
     * Type of the headers.
     *
     * @return the class
     */
    Class<H> type();

    /**
     * Write a header.
     *
     * @param header the header
     * @param out where to
     */
    void encode(H header, WireWriter out);

    /**
     * Read a header. Trusts nothing: checks every length before it allocates. The reader ends with the header; what is
     * left unread is an error.
     *
     * @param in where from
     * @return the header
     * @throws MalformedException if the bytes are no such header
     */
    H decode(WireReader in);

    /**
     * Tell whether another codec is of the same class, for the same headers under the same id. Two layers of one stack may
     * share a header then.
     *
     * @param other a codec
     * @return true if either can stand in for the other
     */
    default boolean isSameAs(HeaderCodec<?> other) {
        return id() == other.id() && type() == other.type() && getClass() == other.getClass();
    }
}
