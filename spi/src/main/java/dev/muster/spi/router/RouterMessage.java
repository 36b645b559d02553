package dev.muster.spi.router;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;

/**
 * What a router and its clients say to one another.
 *
 * @param kind what it is about
 * @param group the group, may be null
 * @param address the member that it is about, for {@link Kind#MESSAGE} the receiver, null for all of the group
 * @param sender who says so, may be null; {@link Kind#MESSAGE} needs one
 * @param name logical name of a member that registers, may be null
 * @param members answer to {@link Kind#GET_MEMBERS}
 * @param physical where a member that registers is, may be null
 * @param payload from position to limit; may share its bytes with what was read
 */
public record RouterMessage(Kind kind, String group, RouterAddress address, RouterAddress sender, String name,
        List<RouterMember> members, RouterAddress physical, ByteBuffer payload) {

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    /** Kinds, in the order of their numbers on the wire. */
    public enum Kind {
        /** To the router: a member is reached over this connection. Without an answer. */
        REGISTER,
        /** To the router: a member is gone. Without an answer. */
        UNREGISTER,
        /** To the router: who is in a group? */
        GET_MEMBERS,
        /** From the router: a part of the answer, others follow. */
        MEMBERS,
        /** Both ways: bytes for one member or all of a group. */
        MESSAGE,
        /** Both ways: a client asks, the router says the same. */
        HEARTBEAT,
        /** From the router: the connection of a member is gone. */
        SUSPECT,
        /** From the router: the last part of the answer, or all of it. */
        LAST_MEMBERS
    }

    /**
     * Check the parts.
     *
     * @param kind not null
     * @param group any
     * @param address any
     * @param sender any
     * @param name any
     * @param members not null
     * @param physical any
     * @param payload not null
     */
    public RouterMessage {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(payload, "payload");
        members = List.copyOf(members);
    }

    /**
     * A message about a member of a group, or about a group, without anything else.
     *
     * @param kind what it is about
     * @param group the group, may be null
     * @param address the member, may be null
     * @return the message
     */
    public static RouterMessage about(Kind kind, String group, RouterAddress address) {
        return new RouterMessage(kind, group, address, null, null, List.of(), null, NOTHING);
    }

    /**
     * A member registers.
     *
     * @param group its group
     * @param member who
     * @param name logical name, may be null
     * @param physical where others may reach it, may be null
     * @return the message
     */
    public static RouterMessage register(String group, RouterAddress member, String name, RouterAddress physical) {
        return new RouterMessage(Kind.REGISTER, group, member, null, name, List.of(), physical, NOTHING);
    }

    /**
     * An answer.
     *
     * @param kind {@link Kind#MEMBERS} or {@link Kind#LAST_MEMBERS}
     * @param group whose members, may be null
     * @param members all of them
     * @return the message
     */
    public static RouterMessage members(Kind kind, String group, List<RouterMember> members) {
        return new RouterMessage(kind, group, null, null, null, members, null, NOTHING);
    }

    /**
     * Bytes for a group or one of it.
     *
     * @param group the group
     * @param receiver null for all
     * @param sender who sends
     * @param payload from position to limit
     * @return the message
     */
    public static RouterMessage message(String group, RouterAddress receiver, RouterAddress sender, ByteBuffer payload) {
        return new RouterMessage(Kind.MESSAGE, group, receiver, sender, null, List.of(), null, payload);
    }
}
