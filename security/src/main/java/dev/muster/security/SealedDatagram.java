package dev.muster.security;

import java.nio.ByteBuffer;

/**
 * A datagram on the wire. Everything before the sealed bytes is authenticated, too.
 *
 * <pre>
 * 0         1          5             21           29
 * +---------+----------+-------------+------------+----------------+------+
 * | E1      | key id   | life        | number     | sealed bytes … | tag  |
 * | 1       | 4        | 16          | 8          |                | 16   |
 * +---------+----------+-------------+------------+----------------+------+
 * </pre>
 *
 * <p>The <em>life</em> is random, and new whenever a sender starts or changes its key. AES key: HKDF-SHA-256 of the
 * pre-shared key, with the life as salt. Nonce: four zero bytes and the number. So no nonce is used twice with an AES key,
 * whatever a member remembers of its former lives.
 */
final class SealedDatagram {

    /** Also the version: the first byte of no other packet. */
    static final byte MARK = (byte) 0xE1;
    static final int LIFE_BYTES = 16;
    static final int HEAD_BYTES = 29;
    /** Bytes more than the plain datagram. */
    static final int OVERHEAD = HEAD_BYTES + AesGcm.TAG_BYTES;
    static final int LARGEST = 65_507;
    static final String PURPOSE = "muster datagrams 1";

    private static final int KEY_AT = 1;
    private static final int LIFE_AT = 5;
    private static final int NUMBER_AT = 21;

    private SealedDatagram() {}

    static void writeHead(ByteBuffer out, int keyId, byte[] life, long number) {
        out.put(0, MARK).putInt(KEY_AT, keyId).put(LIFE_AT, life).putLong(NUMBER_AT, number);
    }

    static boolean canBeOne(ByteBuffer in, int length) {
        return length > OVERHEAD && length <= LARGEST && in.get(0) == MARK;
    }

    static int keyId(ByteBuffer in) {
        return in.getInt(KEY_AT);
    }

    static SenderLife.Id life(ByteBuffer in) {
        return new SenderLife.Id(in.getInt(KEY_AT), in.getLong(LIFE_AT), in.getLong(LIFE_AT + Long.BYTES));
    }

    static long number(ByteBuffer in) {
        return in.getLong(NUMBER_AT);
    }
}
