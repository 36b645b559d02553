package dev.muster.api;

import java.io.IOException;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * How an application gives its state to a newcomer and takes it as one.
 *
 * <p>The cut lies exactly at a view: the snapshot holds the effect of every message delivered before that view and of
 * none after it, and the newcomer gets all group messages after it. Called on delivery threads, one method of one state after
 * the other, never two of the same snapshot or sink at once; may block.
 *
 * <p>However large a state is, neither side keeps more of it in memory than some chunks: a provider is asked for the next
 * one when the newcomer has taken an earlier one. Group messages that come meanwhile wait at the newcomer, on disk beyond a
 * little, and hold nobody up (setting {@code max_held_back} of STATE_TRANSFER).
 *
 * <p>A provider that dies or fails is replaced: by one that goes on at the same byte where {@link #isRepeatable} says that
 * this is possible, else by one that gives its state from the beginning, cut at a later view; the sink is then told to
 * {@link Sink#abort}, and a new one is asked for.
 */
public interface StateHandler {

    /**
     * Freeze the state. Called right after the view's {@link Receiver#viewAccepted}, while nothing is being delivered and
     * before anything more is; so whatever the {@link Receiver} changes needs no lock here. As long as this method runs,
     * this member delivers nothing, so it should take no more than a reference or a mark: an immutable collection, a
     * version of a database, a copy on write. Reading happens later, beside new deliveries, and must not see them.
     *
     * @return the frozen state; closed when it has been read or is no longer wanted
     * @throws IOException if there is no state to give; the newcomer tries another member
     */
    Snapshot snapshot() throws IOException;

    /**
     * Begin to take a state. From now on until its {@link Sink#complete} or {@link Sink#abort} returns no message is
     * delivered, unless the state is given up because a call has not returned for long and others would have to wait.
     *
     * @return where the chunks go
     * @throws IOException if the state can't be taken
     */
    Sink sink() throws IOException;

    /**
     * Tell whether members that have delivered the same give the same bytes: the state follows from messages alone, and is
     * written in one order (no clocks, no hash order, no identities of this process). Then another member takes a snapshot
     * at the same view and keeps it at hand until the newcomer has all; if the provider dies it goes on at the byte where
     * that one ended. What was received before is compared by a checksum: if it differs, the newcomer begins anew as if this
     * said no.
     *
     * @return no, unless told otherwise
     */
    default boolean isRepeatable() {
        return false;
    }

    /** A frozen state, read in chunks. */
    interface Snapshot extends AutoCloseable {
        /**
         * Read the next chunk. Occupies a delivery thread for as long as it takes.
         *
         * @param buffer filled from the start as far as possible
         * @return number of bytes, at least one; or -1 at the end
         * @throws IOException if reading fails; the newcomer tries another member
         */
        int read(byte[] buffer) throws IOException;

        @Override
        default void close() {}
    }

    /** Takes a state in chunks. */
    interface Sink {
        /**
         * Take the next chunk. The provider waits for whoever is slow here; nobody else does.
         *
         * @param buffer lent for the call
         * @param offset first byte
         * @param length number of bytes
         * @throws IOException if it can't be taken; the fetching fails with it, and nothing more comes
         */
        void write(byte[] buffer, int offset, int length) throws IOException;

        /**
         * All chunks have been written: make the state current.
         *
         * @throws IOException if it is not usable
         */
        void complete() throws IOException;

        /** Nothing more comes: the provider died in the middle, say. A new sink will be asked for, or none. */
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
