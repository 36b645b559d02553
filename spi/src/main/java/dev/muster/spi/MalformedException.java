package dev.muster.spi;

import dev.muster.api.MusterException;

/** Bytes from the network are not what they should be. The packet is dropped and counted; nothing else happens. */
public final class MalformedException extends MusterException {

    private static final long serialVersionUID = 1L;

    /**
     * Create the exception.
     *
     * @param offset where in the packet
     * @param problem what was and what was expected
     */
    public MalformedException(int offset, String problem) {
        super("at byte " + offset + ": " + problem);
    }
}
