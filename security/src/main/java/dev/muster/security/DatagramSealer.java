package dev.muster.security;

import dev.muster.spi.Environment;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;
import javax.crypto.spec.SecretKeySpec;

/**
 * Seals the datagrams of a stack. The same bytes to many receivers are sealed once: who sends to a group would otherwise use
 * up as many numbers as there are members, and be overtaken by itself in their windows.
 */
final class DatagramSealer {

    /** So many under one AES key; then a new life begins. Keeps the bounds of GCM far away: 2^34 blocks at most. */
    static final long MOST_NUMBERS = 1L << 22;

    private final Environment environment;
    private final AesGcm cipher;
    private final long mostNumbers;
    private final byte[] plain = new byte[SealedDatagram.LARGEST];
    private final ByteBuffer sealed = ByteBuffer.allocate(SealedDatagram.LARGEST);
    private final byte[] life = new byte[SealedDatagram.LIFE_BYTES];
    /** Who has got the datagram that is in {@link #sealed}. */
    private final Set<InetSocketAddress> told = new HashSet<>();
    private PreSharedKey shared;
    private SecretKeySpec key;
    private long number;
    private int plainBytes = -1;

    DatagramSealer(Environment environment, AesGcm cipher, PreSharedKey shared) {
        this(environment, cipher, shared, MOST_NUMBERS);
    }

    DatagramSealer(Environment environment, AesGcm cipher, PreSharedKey shared, long mostNumbers) {
        this.environment = environment;
        this.cipher = cipher;
        this.mostNumbers = mostNumbers;
        useKey(shared);
    }

    /** Seal with a key from now on. */
    void useKey(PreSharedKey newKey) {
        if (!newKey.equals(shared)) {
            shared = newKey;
            beginLife();
        }
    }

    private void beginLife() {
        environment.fillUnpredictably(life);
        key = AesGcm.key(shared.derive(life, SealedDatagram.PURPOSE));
        number = 0;
        plainBytes = -1;
    }

    /**
     * Seal.
     *
     * @param datagram consumed
     * @param remote who will get it
     * @return valid until the next call; null if it is too large
     */
    ByteBuffer seal(ByteBuffer datagram, InetSocketAddress remote) {
        int length = datagram.remaining();
        if (length > SealedDatagram.LARGEST - SealedDatagram.OVERHEAD) {
            return null;
        }
        boolean same = length == plainBytes && ByteBuffer.wrap(plain, 0, length).equals(datagram);
        if (same && told.add(remote)) {
            datagram.position(datagram.limit());
        } else {
            datagram.get(plain, 0, length);
            plainBytes = length;
            told.clear();
            told.add(remote);
            sealPlain();
        }
        return sealed.position(0).limit(length + SealedDatagram.OVERHEAD);
    }

    private void sealPlain() {
        if (number == mostNumbers) {
            int length = plainBytes;
            beginLife();
            plainBytes = length;
        }
        sealed.clear();
        SealedDatagram.writeHead(sealed, shared.wireId(), life, number);
        cipher.seal(key, number, new AesGcm.Bytes(sealed.array(), 0, SealedDatagram.HEAD_BYTES),
                new AesGcm.Bytes(plain, 0, plainBytes), sealed.array(), SealedDatagram.HEAD_BYTES);
        number++;
    }
}
