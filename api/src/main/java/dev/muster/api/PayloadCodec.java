package dev.muster.api;

import java.nio.charset.StandardCharsets;

/**
 * Turns objects into payloads and back: the seam for whichever serialization an application likes.
 *
 * <p>Must be safe for use by several threads. Encoding happens on the caller's thread, before the message takes a place
 * in any order, so that a payload that can't be encoded fails there and harms nothing.
 *
 * @param <T> type of the objects
 */
public interface PayloadCodec<T> {

    /** Text as UTF-8. */
    PayloadCodec<String> UTF_8 = new PayloadCodec<>() {
        @Override
        public byte[] encode(String value) {
            return value.getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public String decode(byte[] buffer, int offset, int length) {
            return new String(buffer, offset, length, StandardCharsets.UTF_8);
        }
    };

    /**
     * Encode an object.
     *
     * @param value the object
     * @return its bytes
     */
    byte[] encode(T value);

    /**
     * Decode an object.
     *
     * @param buffer holds the bytes; never keep it
     * @param offset first byte
     * @param length number of bytes
     * @return the object
     */
    T decode(byte[] buffer, int offset, int length);

    /**
     * A receiver of decoded objects.
     *
     * @param handler takes sender and object
     * @return a receiver to give to a channel
     */
    default Receiver receiver(java.util.function.BiConsumer<Address, T> handler) {
        return message -> handler.accept(message.source(), decode(message.payload(), 0, message.payload().length));
    }
}
