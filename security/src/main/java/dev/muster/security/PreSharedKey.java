package dev.muster.security;

import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/**
 * A key that all members of a group have: 256 bits, known to nobody else. Keys of traffic are derived from it; it encrypts
 * nothing itself.
 *
 * <p>Immutable. {@link #toString} tells the id, never the key.
 */
public final class PreSharedKey {

    /** Length in bytes. */
    public static final int BYTES = 32;
    private static final int ID_BYTES = 4;

    private final byte[] key;
    private final byte[] idBytes;
    private final int id;

    private PreSharedKey(byte[] key) {
        this.key = key;
        this.idBytes = Arrays.copyOf(derive(new byte[0], "muster key id"), ID_BYTES);
        this.id = idBytes[0] << 24 | (idBytes[1] & 0xFF) << 16 | (idBytes[2] & 0xFF) << 8 | idBytes[3] & 0xFF;
    }

    /**
     * Make a key of bytes that somebody has drawn.
     *
     * @param bytes 32 unpredictable bytes, copied
     * @return the key
     * @throws IllegalArgumentException if there are more or fewer bytes, or all are equal
     */
    public static PreSharedKey of(byte[] bytes) {
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException("a key of " + bytes.length + " bytes, expected " + BYTES);
        }
        byte first = bytes[0];
        boolean varied = false;
        for (byte next : bytes) {
            varied |= next != first;
        }
        if (!varied) {
            throw new IllegalArgumentException("a key whose bytes are all the same is none");
        }
        return new PreSharedKey(bytes.clone());
    }

    static PreSharedKey parse(String base64) {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            // the cause would tell parts of the key
            throw new IllegalArgumentException("the key is no base64");
        }
        return of(bytes);
    }

    String base64() {
        return Base64.getEncoder().encodeToString(key);
    }

    /**
     * What the key is called on the wire and by tools; tells nothing about the key.
     *
     * @return eight hexadecimal digits, derived from the key
     */
    public String id() {
        return HexFormat.of().formatHex(idBytes);
    }

    int wireId() {
        return id;
    }

    /** A key of 32 bytes for one purpose, and for one salt. */
    byte[] derive(byte[] salt, String purpose) {
        return Hkdf.expand(Hkdf.extract(salt, key), purpose);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PreSharedKey that && Arrays.equals(key, that.key);
    }

    @Override
    public int hashCode() {
        return id;
    }

    @Override
    public String toString() {
        return "key " + id();
    }
}
