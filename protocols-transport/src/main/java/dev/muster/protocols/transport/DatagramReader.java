package dev.muster.protocols.transport;

import dev.muster.spi.Context;
import dev.muster.spi.Counter;
import dev.muster.spi.MalformedException;
import dev.muster.spi.Network;
import dev.muster.spi.Packet;
import dev.muster.spi.PacketBatch;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns datagrams into packets, and hands up together what was ready together. */
final class DatagramReader {

    private static final Logger LOG = LoggerFactory.getLogger(DatagramReader.class);
    private static final int EXPECTED = 8;

    private final Context context;
    private final PacketReader reader;
    private final Counter received;
    private final Counter malformed;
    private PacketBatch batch = new PacketBatch(EXPECTED);

    DatagramReader(Context context, boolean discardsIncompatible) {
        this.context = context;
        this.reader = new PacketReader(context, discardsIncompatible,
                "use another mcast_port or cluster address for members of another version");
        received = context.counter("packets_received");
        malformed = context.counter("malformed_datagrams");
    }

    /** Told of packets before they go up. */
    @FunctionalInterface
    interface Sink {
        void read(Packet packet, InetSocketAddress from);
    }

    /**
     * Read a socket.
     *
     * @param isOwn tells datagrams that this member sent itself, which are passed over
     * @param sink told of each packet
     */
    Network.DatagramHandler socket(Predicate<InetSocketAddress> isOwn, Sink sink) {
        return new Network.DatagramHandler() {
            @Override
            public void received(ByteBuffer datagram, InetSocketAddress remote) {
                if (!isOwn.test(remote)) {
                    read(datagram, remote, sink);
                }
            }

            @Override
            public void receivedAll() {
                passUp();
            }
        };
    }

    private void read(ByteBuffer datagram, InetSocketAddress remote, Sink sink) {
        byte[] bytes = new byte[datagram.remaining()];
        datagram.get(bytes);
        Packet packet = decode(bytes, remote);
        if (packet != null) {
            received.increment();
            sink.read(packet, remote);
            batch.add(packet.withPhysical(remote));
        }
    }

    private Packet decode(byte[] bytes, InetSocketAddress remote) {
        try {
            return reader.read(bytes, 0, bytes.length, remote);
        } catch (MalformedException e) {
            malformed.increment();
            LOG.debug("{}: dropped a datagram of {}: {}", context.self(), remote, e.getMessage());
            return null;
        }
    }

    private void passUp() {
        if (batch.isEmpty()) {
            return;
        }
        PacketBatch ready = batch;
        batch = new PacketBatch(EXPECTED);
        if (ready.size() == 1) {
            context.passUp(ready.get(0));
        } else {
            context.passUp(ready);
        }
    }
}
