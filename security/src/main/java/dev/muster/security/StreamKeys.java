package dev.muster.security;

import java.nio.ByteBuffer;
import java.util.Arrays;
import javax.crypto.spec.SecretKeySpec;

/**
 * The keys of one direction of one stream: another AES key after each {@value #NUMBERS_PER_KEY} records, which both ends
 * derive from the stream's secret, and strictly ascending numbers.
 */
final class StreamKeys {

    /** 2^34 blocks of AES under one key at most. */
    static final long NUMBERS_PER_KEY = 1L << 24;

    private final byte[] secret;
    private final String direction;
    private final long numbersPerKey;
    private SecretKeySpec key;
    private long number;

    private StreamKeys(byte[] secret, String direction, long numbersPerKey) {
        this.secret = secret;
        this.direction = direction;
        this.numbersPerKey = numbersPerKey;
    }

    static StreamKeys ofOpener(byte[] secret) {
        return ofOpener(secret, NUMBERS_PER_KEY);
    }

    static StreamKeys ofOpener(byte[] secret, long numbersPerKey) {
        return new StreamKeys(secret, "muster stream 1 from opener ", numbersPerKey);
    }

    static StreamKeys ofAcceptor(byte[] secret) {
        return new StreamKeys(secret, "muster stream 1 from acceptor ", NUMBERS_PER_KEY);
    }

    /** Of one stream alone: both ends have put in what they have drawn for it. */
    static byte[] secret(PreSharedKey shared, byte[] openersRandom, byte[] acceptorsRandom) {
        byte[] salt = Arrays.copyOf(openersRandom, openersRandom.length + acceptorsRandom.length);
        System.arraycopy(acceptorsRandom, 0, salt, openersRandom.length, acceptorsRandom.length);
        return shared.derive(salt, "muster stream 1");
    }

    void seal(AesGcm cipher, AesGcm.Bytes seen, AesGcm.Bytes plain, byte[] out, int at) {
        cipher.seal(key(), number++, seen, plain, out, at);
    }

    /** Length of what was sealed; -1 if it is not authentic, and then the stream is of no more use. */
    int open(AesGcm cipher, AesGcm.Bytes seen, AesGcm.Bytes sealed, byte[] out) {
        return cipher.open(key(), number++, seen, sealed, out);
    }

    private SecretKeySpec key() {
        if (number % numbersPerKey == 0) {
            key = AesGcm.key(Hkdf.expand(secret, direction + number / numbersPerKey));
        }
        return key;
    }

    /** The tag alone, over what has been said so far: proves that this side has the key. */
    byte[] proof(AesGcm cipher, ByteBuffer said) {
        byte[] tag = new byte[AesGcm.TAG_BYTES];
        seal(cipher, bytes(said), new AesGcm.Bytes(tag, 0, 0), tag, 0);
        return tag;
    }

    boolean proves(AesGcm cipher, ByteBuffer said, byte[] tag, int at) {
        return open(cipher, bytes(said), new AesGcm.Bytes(tag, at, AesGcm.TAG_BYTES), new byte[AesGcm.TAG_BYTES]) == 0;
    }

    private static AesGcm.Bytes bytes(ByteBuffer said) {
        return new AesGcm.Bytes(said.array(), 0, said.position());
    }
}
