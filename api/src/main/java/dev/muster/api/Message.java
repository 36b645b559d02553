package dev.muster.api;

import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;

/**
 * A payload with its sender, its destination and its flags.
 *
 * <p>A message that was received owns its bytes: keep it as long as you like. A message that is sent lends its bytes
 * to {@link Channel#send(Message)} for the duration of the call, or gives them away with {@link Flag#NO_COPY}.
 */
public final class Message {

    private final Address source;
    private final Address destination;
    private final byte[] payload;
    private final byte flagBits;

    /**
     * Create a message; applications use {@link #toAll} and {@link #to}.
     *
     * @param source the sender, null before the message is sent
     * @param destination the receiver, null for the whole group
     * @param payload the bytes; not copied
     * @param flagBits bits of {@link Flag}
     */
    public Message(Address source, Address destination, byte[] payload, int flagBits) {
        this.source = source;
        this.destination = destination;
        this.payload = Objects.requireNonNull(payload, "payload");
        this.flagBits = (byte) flagBits;
    }

    /**
     * Create a message to every member of the group, the sender included.
     *
     * @param payload the bytes; not copied
     * @param flags wishes about the sending
     * @return the message
     */
    public static Message toAll(byte[] payload, Flag... flags) {
        return new Message(null, null, payload, Flag.bits(java.util.List.of(flags)));
    }

    /**
     * Create a message to one member.
     *
     * @param destination the receiver
     * @param payload the bytes; not copied
     * @param flags wishes about the sending
     * @return the message
     */
    public static Message to(Address destination, byte[] payload, Flag... flags) {
        return new Message(null, Objects.requireNonNull(destination, "destination"), payload,
                Flag.bits(java.util.List.of(flags)));
    }

    /**
     * The sender.
     *
     * @return its address, or null for a message that was not received
     */
    public Address source() {
        return source;
    }

    /**
     * The receiver.
     *
     * @return its address, or null for the whole group
     */
    public Address destination() {
        return destination;
    }

    /**
     * The bytes themselves, not a copy.
     *
     * @return the payload
     */
    public byte[] payload() {
        return payload;
    }

    /**
     * The payload read as UTF-8.
     *
     * @return the text
     */
    public String text() {
        return new String(payload, StandardCharsets.UTF_8);
    }

    /**
     * Wishes about the sending.
     *
     * @return a new set
     */
    public Set<Flag> flags() {
        EnumSet<Flag> flags = EnumSet.noneOf(Flag.class);
        for (Flag flag : Flag.values()) {
            if (flag.in(flagBits)) {
                flags.add(flag);
            }
        }
        return flags;
    }

    /**
     * The flags as bits.
     *
     * @return bits of {@link Flag}
     */
    public int flagBits() {
        return flagBits;
    }

    @Override
    public String toString() {
        return "Message[" + (source == null ? "" : "from " + source + " ") + "to "
                + (destination == null ? "all" : destination) + ", " + payload.length + " bytes, " + flags() + "]";
    }
}
