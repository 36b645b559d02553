package dev.muster.router;

import java.nio.ByteBuffer;
import java.util.LinkedHashSet;
import java.util.Set;

/** Somebody who is connected to the router, as {@link Routing} sees it. Identity counts. */
abstract class Client {

    /** Who can be reached over this connection. Kept by {@link Routing}. */
    final Set<Registration> registrations = new LinkedHashSet<>();

    /**
     * Hand over a frame; never waits.
     *
     * @param frame with its head; must not change any more
     * @param data true for what members say to one another, which is the first to be refused
     * @return false if the client is too slow to take it now
     */
    abstract boolean send(ByteBuffer frame, boolean data);
}
