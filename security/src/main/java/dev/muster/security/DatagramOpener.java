package dev.muster.security;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Opens datagrams, once each. Remembers a bounded number of lives of senders; of these the one that has been silent for
 * longest is forgotten. A life yet unknown is believed from its first authentic datagram on.
 */
final class DatagramOpener {

    static final int MOST_LIVES = 4096;

    private final AesGcm cipher;
    private final Refusals refusals;
    private final byte[] sealed = new byte[SealedDatagram.LARGEST];
    private final ByteBuffer head = ByteBuffer.wrap(sealed);
    private final byte[] plain = new byte[SealedDatagram.LARGEST];
    private final Map<SenderLife.Id, SenderLife> lives = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<SenderLife.Id, SenderLife> eldest) {
            return size() > MOST_LIVES;
        }
    };
    private KeyRing keys;

    DatagramOpener(AesGcm cipher, Refusals refusals, KeyRing keys) {
        this.cipher = cipher;
        this.refusals = refusals;
        this.keys = keys;
    }

    /** Open with these keys from now on. */
    void useKeys(KeyRing newKeys) {
        keys = newKeys;
        lives.keySet().removeIf(life -> newKeys.find(life.keyId()) == null);
    }

    int lives() {
        return lives.size();
    }

    /**
     * Open, or drop and count.
     *
     * @param datagram consumed
     * @param from where it seems to come from
     * @return valid until the next call; null if it was dropped
     */
    ByteBuffer open(ByteBuffer datagram, InetSocketAddress from) {
        int length = datagram.remaining();
        if (length <= SealedDatagram.LARGEST) {
            datagram.get(sealed, 0, length);
        }
        datagram.position(datagram.limit());
        if (!SealedDatagram.canBeOne(head, length)) {
            refusals.drop(Refusals.Reason.UNAUTHENTICATED, from);
            return null;
        }
        PreSharedKey shared = keys.find(SealedDatagram.keyId(head));
        if (shared == null) {
            refusals.drop(Refusals.Reason.UNKNOWN_KEY, from);
            return null;
        }
        return open(shared, length, from);
    }

    private ByteBuffer open(PreSharedKey shared, int length, InetSocketAddress from) {
        SenderLife.Id id = SealedDatagram.life(head);
        long number = SealedDatagram.number(head);
        SenderLife known = lives.get(id);
        if (known != null && !known.window().isNew(number)) {
            refusals.drop(Refusals.Reason.REPLAYED, from);
            return null;
        }
        SenderLife life = known != null ? known : new SenderLife(
                AesGcm.key(shared.derive(id.salt(), SealedDatagram.PURPOSE)), new ReplayWindow());
        int opened = number < 0 ? -1 : cipher.open(life.key(), number, new AesGcm.Bytes(sealed, 0, SealedDatagram.HEAD_BYTES),
                new AesGcm.Bytes(sealed, SealedDatagram.HEAD_BYTES, length - SealedDatagram.HEAD_BYTES), plain);
        if (opened < 0) {
            refusals.drop(Refusals.Reason.UNAUTHENTICATED, from);
            return null;
        }
        life.window().note(number);
        if (known == null) {
            // only now: what is not authentic makes nobody forget anybody
            lives.put(id, life);
        }
        return ByteBuffer.wrap(plain, 0, opened).asReadOnlyBuffer();
    }
}
