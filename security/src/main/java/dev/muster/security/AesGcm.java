package dev.muster.security;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * AES-256-GCM whose nonce is a number. Whoever seals sees to it that no number is used twice with a key.
 *
 * <p>Not for concurrent use; the one cipher serves all keys of a stack.
 */
final class AesGcm {

    static final int TAG_BYTES = 16;
    private static final int NONCE_BYTES = 12;
    private static final int NUMBER_AT = 4;

    private final Cipher cipher;
    private final ByteBuffer nonce = ByteBuffer.allocate(NONCE_BYTES);

    AesGcm() {
        try {
            cipher = Cipher.getInstance("AES/GCM/NoPadding");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has AES/GCM, this one says: " + e.getMessage(), e);
        }
    }

    static SecretKeySpec key(byte[] bytes) {
        return new SecretKeySpec(bytes, "AES");
    }

    /** Some bytes of an array. */
    record Bytes(byte[] array, int offset, int length) {}

    /**
     * Encrypt and authenticate.
     *
     * @param seen bytes that are authenticated, but sent as they are
     * @param out gets as many bytes as the plain ones, and the tag
     */
    void seal(SecretKeySpec key, long number, Bytes seen, Bytes plain, byte[] out, int at) {
        try {
            begin(Cipher.ENCRYPT_MODE, key, number, seen);
            cipher.doFinal(plain.array, plain.offset, plain.length, out, at);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("could not seal: " + e.getMessage(), e);
        }
    }

    /**
     * Authenticate and decrypt. What is not authentic leaves nothing behind that anybody may look at.
     *
     * @return length of what was sealed; -1 if it is not authentic
     */
    int open(SecretKeySpec key, long number, Bytes seen, Bytes sealed, byte[] out) {
        try {
            begin(Cipher.DECRYPT_MODE, key, number, seen);
            return cipher.doFinal(sealed.array, sealed.offset, sealed.length, out, 0);
        } catch (AEADBadTagException e) {
            return -1;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("could not open: " + e.getMessage(), e);
        }
    }

    private void begin(int mode, SecretKeySpec key, long number, Bytes seen) throws GeneralSecurityException {
        nonce.putLong(NUMBER_AT, number);
        cipher.init(mode, key, new GCMParameterSpec(TAG_BYTES * Byte.SIZE, nonce.array()));
        cipher.updateAAD(seen.array, seen.offset, seen.length);
    }
}
