package dev.muster.protocols.transport;

import dev.muster.spi.ArrivingPackets;
import dev.muster.spi.Context;
import dev.muster.spi.Counter;
import dev.muster.spi.Figure;
import dev.muster.spi.Packet;
import dev.muster.spi.WireWriter;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes the heads of packets that leave, and counts what becomes of them, by the same names in every transport. */
final class DepartingPackets {

    private static final List<Figure> FIGURES = List.of(
            new Figure("packets_sent", "packets taken by the system or a queue, once per receiver or multicast"),
            new Figure("bytes_sent", "bytes of these"),
            new Figure("dropped_unknown_receiver", "packets to members of whom no address is known"),
            new Figure("dropped_too_large", "packets larger than the transport said that they may be"));
    private static final Logger LOG = LoggerFactory.getLogger(DepartingPackets.class);
    private static final int HEAD_CAPACITY = 512;

    private final Context context;
    private final int mostBytes;
    private final WireWriter head = new WireWriter(HEAD_CAPACITY);
    private final Counter sent;
    private final Counter sentBytes;
    private final Counter unknown;
    private final Counter tooLarge;

    /**
     * Begin, when the transport starts.
     *
     * @param context the transport's
     * @param mostBytes largest packet, its head included
     */
    DepartingPackets(Context context, int mostBytes) {
        this.context = context;
        this.mostBytes = mostBytes;
        sent = context.counter("packets_sent");
        sentBytes = context.counter("bytes_sent");
        unknown = context.counter("dropped_unknown_receiver");
        tooLarge = context.counter("dropped_too_large");
    }

    /** What is counted of packets that leave, of those that arrive, and some more. */
    static List<Figure> andArriving(Figure... more) {
        return Stream.of(FIGURES, ArrivingPackets.FIGURES, List.of(more)).flatMap(List::stream).toList();
    }

    /**
     * Write a packet's head.
     *
     * @param packet whose payload follows the head on the wire
     * @param framing bytes to leave for the transport's own use before the head
     * @return valid until the next call; null if the packet is too large, which is counted
     */
    WireWriter head(Packet packet, int framing) {
        head.clear();
        for (int i = 0; i < framing; i++) {
            head.writeByte(0);
        }
        context.codec().encodeHead(packet, head);
        int length = head.length() - framing + packet.length();
        if (length > mostBytes) {
            tooLarge.increment();
            LOG.debug("{}: dropped a packet of {} bytes, at most {} are possible", context.self(), length, mostBytes);
            return null;
        }
        return head;
    }

    void sent(int bytes) {
        sent.increment();
        sentBytes.add(bytes);
    }

    void toUnknownReceiver() {
        unknown.increment();
    }
}
