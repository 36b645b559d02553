package dev.muster.spi.router;

import java.util.List;

/**
 * What a router tells of one member.
 *
 * @param member who
 * @param flags 1 server, 2 coordinator; routers know of servers only
 * @param name logical name, may be null
 * @param physical where it is, as it said itself; may be null
 * @param others who it has in its view; null where that is not told, which is what routers do
 */
public record RouterMember(RouterAddress member, int flags, String name, RouterAddress physical,
        List<RouterAddress> others) {

    /** Flag of members of a group. */
    public static final int SERVER = 1;

    /**
     * Describe a member as routers do.
     *
     * @param member who
     * @param name logical name, may be null
     * @param physical where it is, may be null
     * @return the description
     */
    public static RouterMember server(RouterAddress member, String name, RouterAddress physical) {
        return new RouterMember(member, SERVER, name, physical, null);
    }
}
