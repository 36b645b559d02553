package dev.muster.testkit.simulation;

import java.nio.ByteBuffer;

/**
 * Payloads that prove what they are.
 *
 * <pre>
 * life 4 | number 4 | length 4 | bytes that follow from number and position
 * </pre>
 */
final class TestPayload {

    static final int LEAST_BYTES = 12;
    private static final int CHECKED_WHOLLY = 256;

    private TestPayload() {}

    static byte[] of(int life, int number, int length) {
        byte[] bytes = new byte[Math.max(LEAST_BYTES, length)];
        ByteBuffer.wrap(bytes).putInt(life).putInt(number).putInt(bytes.length);
        for (int index = LEAST_BYTES; index < bytes.length; index++) {
            bytes[index] = expected(number, index);
        }
        return bytes;
    }

    static int life(byte[] buffer, int offset) {
        return ByteBuffer.wrap(buffer).getInt(offset);
    }

    static int number(byte[] buffer, int offset) {
        return ByteBuffer.wrap(buffer).getInt(offset + 4);
    }

    /** What is wrong with a payload; null if nothing is. Long ones are looked at here and there. */
    static String problem(byte[] buffer, int offset, int length) {
        if (length < LEAST_BYTES || ByteBuffer.wrap(buffer).getInt(offset + 8) != length) {
            return "a payload of " + length + " bytes that does not have its own length in it";
        }
        int number = number(buffer, offset);
        int step = length <= CHECKED_WHOLLY ? 1 : 61;
        for (int index = LEAST_BYTES; index < length; index += step) {
            if (buffer[offset + index] != expected(number, index)) {
                return "a payload of " + length + " bytes, changed at byte " + index;
            }
        }
        return buffer[offset + length - 1] == expected(number, length - 1) || length == LEAST_BYTES ? null
                : "a payload of " + length + " bytes, changed at its end";
    }

    private static byte expected(int number, int index) {
        return (byte) (number * 31 + index * 7);
    }
}
