package dev.muster.spi;

import dev.muster.api.Address;
import dev.muster.api.ViewId;
import java.net.InetSocketAddress;

/**
 * What discovery found out about somebody.
 *
 * @param member who
 * @param physical where it can be reached
 * @param coordinator the coordinator of its view; null if it has no view yet
 * @param coordinatorPhysical where that can be reached; null if unknown
 * @param view its view; null if it has none yet
 */
public record MemberInfo(Address member, InetSocketAddress physical, Address coordinator,
        InetSocketAddress coordinatorPhysical, ViewId view) {

    /**
     * Tell whether it is the coordinator of a view.
     *
     * @return false also if it has no view
     */
    public boolean isCoordinator() {
        return member.equals(coordinator);
    }
}
