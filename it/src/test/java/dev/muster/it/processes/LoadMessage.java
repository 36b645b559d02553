package dev.muster.it.processes;

import java.nio.ByteBuffer;

/**
 * What members under load send.
 *
 * <pre>
 *  0       4       8      9                  length − 4
 *  ┌───────┬───────┬──────┬─────────────────┬──────────┐
 *  │ round │ number│ last │ anything        │ check    │
 *  └───────┴───────┴──────┴─────────────────┴──────────┘
 * </pre>
 *
 * @param round in which it was sent
 * @param number of the message among those of its sender in that round, from 0
 * @param last whether its sender sends no more in that round
 */
record LoadMessage(int round, int number, boolean last) {

    /** Every message is at least that long. */
    static final int LEAST = 13;

    /** Write it into an array of its full length. */
    void writeTo(byte[] payload, int length) {
        ByteBuffer.wrap(payload).putInt(round).putInt(number).put((byte) (last ? 1 : 0))
                .putInt(length - 4, check(number, length));
    }

    /** Read it; null if it is not what was written. */
    static LoadMessage read(byte[] payload, int offset, int length) {
        if (length < LEAST) {
            return null;
        }
        ByteBuffer bytes = ByteBuffer.wrap(payload, offset, length);
        LoadMessage message = new LoadMessage(bytes.getInt(), bytes.getInt(), bytes.get() == 1);
        return bytes.getInt(offset + length - 4) == check(message.number, length) ? message : null;
    }

    private static int check(int number, int length) {
        return number * 31 ^ length;
    }
}
