package dev.muster.core;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A word that is proved to be known without being said: each proof is for one nonce only. */
public final class Passcode {

    static final int NONCE_BYTES = 16;
    private static final String ALGORITHM = "HmacSHA256";

    private final SecretKeySpec key;

    /**
     * Create a passcode.
     *
     * @param text not empty
     */
    public Passcode(String text) {
        key = new SecretKeySpec(text.getBytes(StandardCharsets.UTF_8), ALGORITHM);
    }

    /**
     * Prove that this passcode is known.
     *
     * @param nonce what the other side asks with
     * @return hex
     */
    public String proof(byte[] nonce) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return HexFormat.of().formatHex(mac.doFinal(nonce));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(ALGORITHM + " is in every JDK, but not in this one", e);
        }
    }

    /** Compare in a time that tells nothing. */
    boolean isProved(byte[] nonce, String proof) {
        return MessageDigest.isEqual(proof(nonce).getBytes(StandardCharsets.UTF_8), proof.getBytes(StandardCharsets.UTF_8));
    }
}
