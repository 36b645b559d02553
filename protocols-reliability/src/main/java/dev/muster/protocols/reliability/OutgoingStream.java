package dev.muster.protocols.reliability;

import dev.muster.api.Address;
import dev.muster.spi.Packet;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What waits at the sender to go to one destination: at its head perhaps a large message, partly cut.
 */
final class OutgoingStream {

    /** Null for the group. */
    private final Address destination;
    private final Deque<Packet> waiting = new ArrayDeque<>();
    private Packet whole;
    private long set;
    private int index;
    private int at;

    /** How many {@link dev.muster.spi.Event.SendingPaused} of layers below are in force. */
    int pauses;
    /** Whether the layers above have been told to pause by fragmentation itself. */
    boolean paused;
    /** When it last became busy. */
    long busySince;

    OutgoingStream(Address destination) {
        this.destination = destination;
    }

    Address destination() {
        return destination;
    }

    Deque<Packet> waiting() {
        return waiting;
    }

    /** Whether nothing waits and no message is partly sent. */
    boolean isEmpty() {
        return whole == null && waiting.isEmpty();
    }

    /** Messages that are not all sent. */
    int size() {
        return waiting.size() + (whole == null ? 0 : 1);
    }

    long bytes() {
        return waiting.stream().mapToLong(Packet::length).sum() + (whole == null ? 0 : whole.length());
    }

    /** Whether a large message has begun and has not been called finished. */
    boolean isCutting() {
        return whole != null;
    }

    /** Whether the large message has fragments left to be sent. */
    boolean hasFragment() {
        return whole != null && at < whole.length();
    }

    /** What waits while {@link #pauses} are in force, for people. */
    String words() {
        String large = whole == null ? "" : ", the first of them sent up to byte " + at + " of " + whole.length();
        return "messages to " + (destination == null ? "the group: " : "one member: ") + size() + large
                + "; layers below hold back what goes there";
    }

    void begin(Packet packet, long number) {
        whole = packet;
        restart(number);
    }

    /** Cut the present message again from its start, as another set. */
    void restart(long number) {
        set = number;
        index = 0;
        at = 0;
    }

    void finish() {
        whole = null;
    }

    long set() {
        return set;
    }

    /** Cut the next fragment; flags and headers of the layers above ride on the last. */
    Packet cut(int bytes, long view) {
        int length = Math.min(bytes, whole.length() - at);
        boolean last = at + length == whole.length();
        int oob = dev.muster.api.Flag.OOB.bit();
        Packet fragment = (destination == null ? Packet.toGroup() : Packet.to(destination))
                .withFlags(whole.flags() & ~oob)
                .withPayload(whole.buffer(), whole.offset() + at, length);
        for (int i = 0; last && i < whole.headerCount(); i++) {
            fragment = fragment.with(whole.headerAt(i));
        }
        FragmentHeader header = new FragmentHeader(last, (whole.flags() & oob) != 0, set, index, view, whole.length());
        at += length;
        index++;
        return fragment.with(header);
    }
}
