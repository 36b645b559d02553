package dev.muster.security;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** HKDF with SHA-256 (RFC 5869), as far as keys of 32 bytes need it: one block of output. */
final class Hkdf {

    static final int BYTES = 32;
    private static final String ALGORITHM = "HmacSHA256";

    private Hkdf() {}

    /** A secret of even quality; an empty salt stands for zeros, as the RFC says. */
    static byte[] extract(byte[] salt, byte[] secret) {
        return hmac(salt.length == 0 ? new byte[BYTES] : salt, secret);
    }

    static byte[] expand(byte[] secret, String purpose) {
        return expand(secret, purpose.getBytes(StandardCharsets.UTF_8));
    }

    static byte[] expand(byte[] secret, byte[] info) {
        byte[] block = new byte[info.length + 1];
        System.arraycopy(info, 0, block, 0, info.length);
        block[info.length] = 1;
        return hmac(secret, block);
    }

    private static byte[] hmac(byte[] key, byte[] message) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key, ALGORITHM));
            return mac.doFinal(message);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + ALGORITHM + ", this one says: " + e.getMessage(), e);
        }
    }
}
