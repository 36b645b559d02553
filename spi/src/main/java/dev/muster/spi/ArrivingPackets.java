package dev.muster.spi;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Makes packets of the bytes that arrive at a transport, and hands up together what was ready together. So all transports
 * count alike, and treat other versions of the wire format alike: such packets are dropped, or taken for packets of this
 * version, and one warning a minute tells of them.
 *
 * <p>For the owner of the stack only.
 */
public final class ArrivingPackets {

    /** What is counted of packets that arrive, for {@link ProtocolProvider#figures} of transports. */
    public static final List<Figure> FIGURES = List.of(
            new Figure("packets_received", "packets that were read"),
            new Figure("malformed", "what was no packet, or none that this stack can understand"),
            new Figure("incompatible_packets", "packets of another version of the wire format, whatever became of them"));

    private static final long BETWEEN_WARNINGS_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final int EXPECTED = 8;
    /** What is under way at full rate, several times over. */
    private static final long MOST_IDLE_BYTES = 16L << 20;

    private final Context context;
    private final boolean discardsOtherVersions;
    private final Consumer<String> warnings;
    private final Rarely warning;
    private final Counter received;
    private final Counter malformed;
    private final Counter incompatible;
    private final PacketPool pool = new PacketPool(MOST_IDLE_BYTES);
    private PacketBatch batch = new PacketBatch(EXPECTED);

    /**
     * Begin, when the transport starts.
     *
     * @param context the transport's
     * @param discardsOtherVersions as {@link TransportSettings#DISCARD_INCOMPATIBLE_PACKETS} says
     * @param warnings to be logged; rare
     */
    public ArrivingPackets(Context context, boolean discardsOtherVersions, Consumer<String> warnings) {
        this.context = context;
        this.discardsOtherVersions = discardsOtherVersions;
        this.warnings = warnings;
        warning = new Rarely(context, BETWEEN_WARNINGS_NANOS);
        received = context.counter("packets_received");
        malformed = context.counter("malformed");
        incompatible = context.counter("incompatible_packets");
    }

    /**
     * Memory to read a packet into. To be called between packets only, when all that came before has been added.
     *
     * @param bytes length of the packet
     * @return kept until the packet has been handed up
     */
    public PacketMemory memory(int bytes) {
        pool.settle();
        return pool.take(bytes);
    }

    /**
     * Read a packet from memory that was taken for it. It is not handed up before it is {@linkplain #add added}.
     *
     * @param memory holds it from its first byte on
     * @param length number of bytes
     * @param sender for warnings
     * @return the packet; null if it is of another version and dropped
     * @throws MalformedException if the bytes are no packet that can be understood; that is counted
     */
    public Packet read(PacketMemory memory, int length, Object sender) {
        Packet packet = read(memory.array(), 0, length, sender);
        // whatever layers say to each other they may keep for as long as they like
        if (packet != null && packet.has(Packet.DATA)) {
            packet.liesIn(memory);
        }
        return packet;
    }

    /**
     * Read a packet. It is not handed up before it is {@linkplain #add added}.
     *
     * @param bytes hold it, and are not written to again
     * @param offset first byte
     * @param length number of bytes
     * @param sender for warnings
     * @return the packet; null if it is of another version and dropped
     * @throws MalformedException if the bytes are no packet that can be understood; that is counted
     */
    public Packet read(byte[] bytes, int offset, int length, Object sender) {
        boolean isOther = context.codec().isOtherVersion(bytes, offset, length);
        if (isOther) {
            incompatible.increment();
            warn(sender);
        }
        if (isOther && discardsOtherVersions) {
            return null;
        }
        try {
            Packet packet = isOther ? context.codec().decodeOtherVersion(bytes, offset, length)
                    : context.codec().decode(bytes, offset, length);
            received.increment();
            return packet;
        } catch (MalformedException e) {
            malformed.increment();
            throw e;
        }
    }

    private void warn(Object sender) {
        if (warning.isDue()) {
            warnings.accept(sender + " sends packets of another version of the wire format; they are " + (discardsOtherVersions
                    ? "dropped, as discard_incompatible_packets says"
                    : "taken for packets of this version, as discard_incompatible_packets=false says")
                    + "; upgrade it, or give members of another version addresses or ports of their own");
        }
    }

    /**
     * Read a datagram, which is one packet from its first byte to its last, and add it.
     *
     * @param datagram read to its end
     * @param from the socket that sent it, told along with the packet
     * @return the packet; null if it is dropped, for it makes no sense or is of another version
     */
    public Packet addDatagram(ByteBuffer datagram, InetSocketAddress from) {
        int length = datagram.remaining();
        PacketMemory memory = memory(length);
        datagram.get(memory.array(), 0, length);
        try {
            Packet packet = read(memory, length, from);
            if (packet != null) {
                add(packet.withPhysical(from));
            }
            return packet;
        } catch (MalformedException e) {
            // anybody can send datagrams: there is nothing to be done about it, and it is counted
            return null;
        }
    }

    /**
     * Keep a packet until all are there that came together.
     *
     * @param packet to hand up, after those added before
     */
    public void add(Packet packet) {
        batch.add(packet);
    }

    /** Hand up what was added. */
    public void passUp() {
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
        // the stack keeps it from here
        ready.release();
    }
}
