package dev.muster.api;

import java.io.IOException;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * How an application gives its state to a newcomer and takes it as one.
 *
 * <p>The cut lies exactly at a view: the snapshot holds the effect of every message delivered before that view and of
 * none after it, and the newcomer gets all messages after it. Called on delivery threads; may block.
 */
public interface StateHandler {

    /**
     * Freeze the state. Called while nothing is being delivered; reading it happens later, beside new deliveries, so
     * the snapshot must not change with them.
     *
     * @return the frozen state; closed when it has been read or is no longer wanted
     * @throws IOException if there is no state to give; the newcomer is told
     */
    Snapshot snapshot() throws IOException;

    /**
     * Begin to take a state. Until its {@link Sink#complete} returns, no message is delivered.
     *
     * @return where the chunks go
     * @throws IOException if the state can't be taken
     */
    Sink sink() throws IOException;

    /** A frozen state, read in chunks. */
    interface Snapshot extends AutoCloseable {
        /**
         * Read the next chunk.
         *
         * @param buffer filled from the start as far as possible
         * @return number of bytes, or -1 at the end
         * @throws IOException if reading fails; the newcomer tries another member
         */
        int read(byte[] buffer) throws IOException;

        @Override
        default void close() {}
    }

    /** Takes a state in chunks. */
    interface Sink {
        /**
         * Take the next chunk.
         *
         * @param buffer lent for the call
         * @param offset first byte
         * @param length number of bytes
         * @throws IOException if it can't be taken
         */
        void write(byte[] buffer, int offset, int length) throws IOException;

        /**
         * All chunks have been written: make the state current.
         *
         * @throws IOException if it is not usable
         */
        void complete() throws IOException;

        /** The provider died in the middle; a new sink will be asked for, or none. */
        default void abort() {}
    }

    /**
     * A handler for a state that fits into one array.
     *
     * @param get encodes the state; must be consistent when called
     * @param set replaces the state
     * @return the handler
     */
    static StateHandler ofBytes(Supplier<byte[]> get, Consumer<byte[]> set) {
        return new ByteArrayState(get, set);
    }
}
