package dev.muster.protocols.membership;

import dev.muster.api.Address;
import java.net.InetSocketAddress;

/**
 * A member and where it can be reached.
 *
 * @param address with its logical name, if known
 * @param physical null if unknown
 */
record Peer(Address address, InetSocketAddress physical) {

    /** Tell whether that is its logical name or its id. */
    boolean isCalled(String nameOrId) {
        return isCalled(address, nameOrId);
    }

    static boolean isCalled(Address member, String nameOrId) {
        return member.name().equals(nameOrId) || member.id().equals(nameOrId);
    }
}
