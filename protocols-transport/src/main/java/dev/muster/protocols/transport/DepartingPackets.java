package dev.muster.protocols.transport;

import dev.muster.spi.Context;
import dev.muster.spi.Counter;
import dev.muster.spi.Packet;
import dev.muster.spi.WireWriter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the heads of packets that leave, and counts what becomes of them, by the same names in every transport.
 *
 * <pre>
 * packets_sent, bytes_sent    taken by a queue or by the system, once per receiver or multicast
 * dropped_unknown_receiver    nobody has told where the receiver is
 * dropped_too_large           the layers above have not kept to the limits
 * </pre>
 */
final class DepartingPackets {

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
