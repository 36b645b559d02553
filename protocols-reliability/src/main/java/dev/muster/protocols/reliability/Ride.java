package dev.muster.protocols.reliability;

import dev.muster.api.Address;
import dev.muster.spi.Context;
import dev.muster.spi.Counter;
import dev.muster.spi.Packet;
import java.time.Duration;

/**
 * Sends words about stability: on the next group packet of data if this member is sending any, in a packet of their own if
 * none comes soon. One word rides at a time, and a later one takes its place: each says all that the one before said.
 *
 * <p>What rides is as reliable as data, and as late where data are lost or held back. Neither is needed: a word that comes
 * late is still true, and one that is lost is followed by others.
 */
final class Ride {

    /** The part of a packet that data leave free: 120 bytes of a usual one, nothing of those that fit into a frame. */
    private static final int PART = 500;
    private static final long WAIT = Duration.ofMillis(10).toNanos();

    private final Context context;
    private final int timer;
    private final Counter ridden;
    private final Counter alone;
    private StableHeader word;
    private Address receiver;
    private boolean sending;
    private int room;

    Ride(Context context, int timer) {
        this.context = context;
        this.timer = timer;
        ridden = context.counter("words_ridden");
        alone = context.counter("words_alone");
    }

    /** How many bytes data have to leave free for words, in packets of at most a size; longer words go alone. */
    int room(int packetBytes) {
        room = packetBytes / PART;
        return room;
    }

    /** A group packet of data leaves, with the word that waits, if any. */
    Packet on(Packet data) {
        sending = true;
        if (word == null) {
            return data;
        }
        Packet carrier = data.with(word);
        ridden.increment();
        forget();
        return carrier;
    }

    /**
     * Send a word soon, in the place of one that waits.
     *
     * @param receiver null for the group
     * @param urgent at once
     */
    void send(StableHeader next, Address receiver, boolean urgent) {
        if (urgent || !sending || next.bytes() > room) {
            forget();
            sendAlone(next, receiver);
            return;
        }
        // unless data have left since the last word, none are to be waited for
        sending = false;
        word = next;
        this.receiver = receiver;
        context.setTimer(timer, WAIT);
    }

    /** Send a word at once. */
    void sendAlone(StableHeader next, Address to) {
        alone.increment();
        context.passDown((to == null ? Packet.toGroup() : Packet.to(to)).withFlags(Packet.UNRELIABLE).with(next));
    }

    /** No data came in time, or none will: go alone. */
    void hurry() {
        if (word != null) {
            StableHeader waiting = word;
            forget();
            sendAlone(waiting, receiver);
        }
    }

    /** What waits is of no use any more. */
    void forget() {
        if (word != null) {
            word = null;
            context.cancelTimer(timer);
        }
    }
}
