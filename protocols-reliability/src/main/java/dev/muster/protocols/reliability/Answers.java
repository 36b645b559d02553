package dev.muster.protocols.reliability;

import dev.muster.api.Address;
import dev.muster.api.ViewId;
import dev.muster.spi.Context;
import dev.muster.spi.Counter;
import dev.muster.spi.Packet;
import dev.muster.spi.PacketCodec;
import dev.muster.spi.WireReader;
import dev.muster.spi.WireWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * Gives back group packets that are asked for. Small ones share a packet of at most {@code max_xmit_size}, each as its sender
 * sent it; larger ones go alone, so that no large payload is copied.
 *
 * <pre>
 * payload of a shared packet: ( length varint · packet as on the wire )*
 * </pre>
 */
final class Answers {

    /** An answer holds at most this many packets of the largest size. */
    private static final int MOST_PACKETS = 16;
    private static final int LENGTH_BYTES = 5;

    private final Context context;
    private final long cluster;
    private final boolean toAll;
    private final int packetBytes;
    private final WireWriter shared = new WireWriter(256);
    private final WireWriter head = new WireWriter(256);
    private final Counter packetsGiven;
    private final Counter answersSent;
    private int room;

    Answers(Context context, int packetBytes, boolean toAll) {
        this.context = context;
        this.packetBytes = packetBytes;
        this.toAll = toAll;
        room = packetBytes;
        cluster = PacketCodec.clusterId(context.cluster());
        packetsGiven = context.counter("retransmissions_sent");
        answersSent = context.counter("answers_sent");
    }

    /** Learn what the path carries. */
    void limit(int bytes) {
        room = Math.min(packetBytes, bytes);
    }

    /** Give what is kept of the packets asked for, up to a bound; for the rest the asker asks again. */
    void give(Address asker, NakackHeader request, PacketRing kept, long highest) {
        List<Packet> small = new ArrayList<>();
        Address receiver = toAll ? null : asker;
        long budget = (long) packetBytes * MOST_PACKETS;
        for (int i = 0; i < request.ranges().count(); i++) {
            long to = Math.min(highest, request.ranges().to(i));
            for (long seq = Math.max(kept.first(), request.ranges().from(i)); seq <= to && budget > 0; seq++) {
                Packet packet = kept.get(seq);
                if (packet == null) {
                    continue;
                }
                budget -= packet.length();
                packetsGiven.increment();
                if (packet.length() > room / 2) {
                    sendAlone(packet, receiver);
                } else {
                    small.add(packet);
                }
            }
        }
        if (small.size() == 1) {
            sendAlone(small.get(0), receiver);
        } else {
            share(small, receiver);
        }
    }

    private void sendAlone(Packet packet, Address receiver) {
        NakackHeader original = packet.header(NakackHeader.class);
        answersSent.increment();
        context.passDown(packet.from(context.self(), cluster).redirectedTo(receiver)
                .with(NakackHeader.retransmission(original.view(), original.sequence(), packet.source())));
    }

    private void share(List<Packet> packets, Address receiver) {
        for (Packet packet : packets) {
            head.clear();
            context.codec().encodeHead(packet, head);
            int length = head.length() + packet.length();
            if (shared.length() + LENGTH_BYTES + length > room) {
                sendShared(packet.header(NakackHeader.class).view(), receiver);
            }
            if (LENGTH_BYTES + length > room) {
                sendAlone(packet, receiver);
            } else {
                shared.writeVarint(length).writeRaw(head.array(), 0, head.length())
                        .writeRaw(packet.buffer(), packet.offset(), packet.length());
            }
        }
        if (!packets.isEmpty()) {
            sendShared(packets.get(0).header(NakackHeader.class).view(), receiver);
        }
    }

    /** It counts as data, as what it holds does: transports let words of control go first. */
    private void sendShared(ViewId view, Address receiver) {
        if (shared.length() > 0) {
            answersSent.increment();
            context.passDown((receiver == null ? Packet.toGroup() : Packet.to(receiver))
                    .withFlags(Packet.UNRELIABLE | Packet.DATA).with(NakackHeader.shared(view))
                    .withPayload(shared.toByteArray(), 0, shared.length()));
            shared.clear();
        }
    }

    /**
     * Take apart what {@link #give} made others share. Payloads are copied, so that one packet that is kept for long does not
     * keep all the others in memory.
     *
     * @throws dev.muster.spi.MalformedException if something in it is no group packet of the view; those before it are taken
     */
    void takeApart(Packet answer, ViewId view, Consumer<Packet> taker) {
        WireReader in = new WireReader(answer.buffer(), answer.offset(), answer.length());
        while (in.remaining() > 0) {
            int length = in.readCount(1);
            int start = in.slice(length).position();
            Packet packet = context.codec().decode(answer.buffer(), start, length);
            NakackHeader header = packet.header(NakackHeader.class);
            if (header == null || header.kind() != NakackHeader.DATA || !header.view().equals(view)
                    || !packet.isToGroup() || packet.cluster() != cluster) {
                throw in.malformed(packet + " in an answer, expected group packets of view " + view);
            }
            int from = packet.offset();
            taker.accept(packet.withPayload(Arrays.copyOfRange(packet.buffer(), from, from + packet.length()), 0,
                    packet.length()));
        }
    }
}
