package dev.muster.router;

import dev.muster.spi.router.RouterAddress;
import dev.muster.spi.router.RouterMember;

/**
 * A member that can be reached over a connection.
 *
 * @param client the connection
 * @param group its group
 * @param member who
 * @param name logical name, may be null
 * @param physical where it said it is, may be null
 */
record Registration(Client client, Group group, RouterAddress member, String name, RouterAddress physical) {

    private static final int FIXED_BYTES = 300;

    /** About what keeping it takes, its group's name included: others may have long names. */
    long bytes() {
        return FIXED_BYTES + 2L * group.name().length() + 2L * (name == null ? 0 : name.length());
    }

    RouterMember told() {
        return RouterMember.server(member, name, physical);
    }
}
