package dev.muster.router;

import java.nio.ByteBuffer;
import java.util.LinkedHashSet;
import java.util.Set;

/** Somebody who is connected to the router, as {@link Routing} sees it. Identity counts. */
abstract class Client {

    /** Who can be reached over this connection. */
    private final Set<Registration> registrations = new LinkedHashSet<>();
    private long registrationBytes;

    Set<Registration> registrations() {
        return registrations;
    }

    void add(Registration registration) {
        registrations.add(registration);
        registrationBytes += registration.bytes();
    }

    void remove(Registration registration) {
        if (registrations.remove(registration)) {
            registrationBytes -= registration.bytes();
        }
    }

    /** What its registrations take. */
    long registrationBytes() {
        return registrationBytes;
    }

    /**
     * Hand over a frame; never waits.
     *
     * @param frame with its head; must not change any more
     * @param data true for what members say to one another, which is the first to be refused
     * @return false if the client is too slow to take it now
     */
    abstract boolean send(ByteBuffer frame, boolean data);
}
