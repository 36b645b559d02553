package dev.muster.api;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * Why something does not go on.
 *
 * @param reason kind of what is waited for
 * @param what what waits and for what, with figures: half a sentence such as {@code packets to the group: 12}; names
 *     none of {@code members}, whose logical names a protocol need not know
 * @param members whose doing it waits for; empty if that is nobody in particular
 * @param lasting how long already
 */
public record Wait(Reason reason, String what, List<Address> members, Duration lasting) {

    /** Kinds of what is waited for. */
    public enum Reason {
        /** Receivers have not consumed what they got, or can't say so. */
        CREDIT,
        /** Packets before it are missing. */
        RETRANSMISSION,
        /** The receiver does not say that it has it. */
        ACKNOWLEDGEMENT,
        /** Members have not said that they have delivered what was sent before. */
        STABILITY,
        /** The group is agreeing on a view. */
        VIEW,
        /** What comes before it in the order, or its place there. */
        ORDER,
        /** The other parts of a large message. */
        FRAGMENTS,
        /** The state that this member asked for, before which it is given no messages. */
        STATE,
        /** A callback of the application has not returned. */
        APPLICATION
    }

    /**
     * Check the parts.
     *
     * @param reason not null
     * @param what not null
     * @param members copied
     * @param lasting not null
     */
    public Wait {
        Objects.requireNonNull(reason, "reason");
        Objects.requireNonNull(what, "what");
        members = List.copyOf(members);
        Objects.requireNonNull(lasting, "lasting");
    }

    /** One line for people. */
    @Override
    public String toString() {
        String whose = members.isEmpty() ? "" : " of " + String.join(", ", members.stream().map(Address::toString).toList());
        return "has waited " + lasting.toMillis() + " ms for " + reason.name().toLowerCase(Locale.ROOT) + whose + ": " + what;
    }
}
