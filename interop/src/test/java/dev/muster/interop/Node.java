package dev.muster.interop;

import java.util.List;

/** A member of a group, of whichever toolkit. */
interface Node extends AutoCloseable {

    /** Send to all members. */
    void send(byte[] text) throws Exception;

    /** What it was given, its own included, by {@link Texts#brief}. */
    List<String> received();

    /** Number of members in its view, 0 before there is one. */
    int members();

    @Override
    void close();
}
