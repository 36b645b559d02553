package dev.muster.protocols.reliability;

import dev.muster.api.View;
import dev.muster.spi.Packet;

/**
 * How many bytes one sender may have under way to this member, or unconsumed here.
 *
 * <p>As many as the settings say; but where the network loses what does not fit a buffer of this system, no more than its
 * share of that buffer among those who send at present. Whoever begins to send, with nothing told to it yet, takes no more than
 * if all others sent as well. A share is never less than {@link #LEAST_SHARE}: hardly ever do all of a large group send at
 * full rate, and a loss is repaired. There each packet costs {@link #PACKET_BYTES} beyond its payload, because for the system a
 * small one takes up far more room than that.
 */
final class CreditWindow {

    /** A few full packets: with less, a sender would wait for grants most of the time. */
    static final long LEAST_SHARE = 256_000;

    /** What the system needs besides the payload, at least half of it, for the buffer that it grants is half of what it uses. */
    static final int PACKET_BYTES = 512;

    private final long most;
    private final long quantum;
    private long bufferBytes = Long.MAX_VALUE;
    private long first;

    /**
     * A window without bounds but the settings'.
     *
     * @param most bytes, as the settings say
     * @param quantum of so many consumed bytes a receiver tells, with that window
     */
    CreditWindow(long most, long quantum) {
        this.most = most;
        this.quantum = quantum;
        first = most;
    }

    /** What has come waits in a buffer of so many bytes. */
    void waitsIn(long buffer) {
        bufferBytes = buffer;
    }

    /** Whether the network loses what does not fit a buffer. */
    boolean isBounded() {
        return bufferBytes != Long.MAX_VALUE;
    }

    void install(View view) {
        first = among(view.size() - 1);
    }

    /** What the settings say. */
    long most() {
        return most;
    }

    /** For a sender that has been told nothing yet. */
    long first() {
        return first;
    }

    /** For each of so many senders. */
    long among(int senders) {
        return isBounded() ? Math.min(most, Math.max(LEAST_SHARE, bufferBytes / Math.max(1, senders))) : most;
    }

    /** As another member tells it, 0 if it does not. */
    long told(long bytes) {
        return bytes == 0 ? most : Math.min(most, bytes);
    }

    /** After so many consumed bytes a receiver tells a sender that has such a window. */
    long quantum(long window) {
        return window == most ? quantum : Math.max(1, (long) ((double) quantum / most * window));
    }

    /** What a packet takes of it. */
    int cost(Packet packet) {
        return isBounded() ? packet.length() + PACKET_BYTES : packet.length();
    }
}
