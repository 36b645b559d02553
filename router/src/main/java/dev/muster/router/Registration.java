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
record Registration(Client client, String group, RouterAddress member, String name, RouterAddress physical) {

    RouterMember told() {
        return RouterMember.server(member, name, physical);
    }
}
