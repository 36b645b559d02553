package dev.muster.interop;

import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/** Messages of any length that people can still read when a test fails. */
final class Texts {

    private static final int READABLE = 100;

    private Texts() {}

    /** A text that is made as long as asked, with something else at each place. */
    static byte[] of(String beginning, int length) {
        byte[] bytes = new byte[Math.max(length, beginning.length())];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) ('a' + i % 26);
        }
        byte[] first = beginning.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(first, 0, bytes, 0, first.length);
        return bytes;
    }

    /** Whatever is not the same looks different. */
    static String brief(byte[] bytes) {
        if (bytes.length <= READABLE) {
            return new String(bytes, StandardCharsets.US_ASCII);
        }
        CRC32 sum = new CRC32();
        sum.update(bytes);
        return new String(bytes, 0, 30, StandardCharsets.US_ASCII) + "… " + bytes.length + " bytes " + Long.toHexString(sum.getValue());
    }
}
