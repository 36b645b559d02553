package dev.muster.security;

import java.nio.ByteBuffer;
import javax.crypto.spec.SecretKeySpec;

/**
 * What a receiver knows of one life of a sender of datagrams.
 *
 * @param key opens what it sends
 * @param window what of it has come
 */
record SenderLife(SecretKeySpec key, ReplayWindow window) {

    /** Which life. */
    record Id(int keyId, long high, long low) {
        byte[] salt() {
            return ByteBuffer.allocate(SealedDatagram.LIFE_BYTES).putLong(high).putLong(low).array();
        }
    }
}
