package dev.muster.protocols.transport;

import dev.muster.spi.Context;
import dev.muster.spi.Counter;
import dev.muster.spi.Packet;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns bytes into packets, and does with those of another version of the wire format what {@code discard_incompatible_packets} says. */
final class PacketReader {

    private static final Logger LOG = LoggerFactory.getLogger(PacketReader.class);
    private static final long BETWEEN_WARNINGS_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final Context context;
    private final boolean discardsIncompatible;
    private final String remedy;
    private final Counter incompatible;
    private boolean warned;
    private long warnedNanos;

    /**
     * Create a reader.
     *
     * @param context of the transport
     * @param discardsIncompatible whether packets of other versions are dropped
     * @param remedy what to do about members of another version, for the warning
     */
    PacketReader(Context context, boolean discardsIncompatible, String remedy) {
        this.context = context;
        this.discardsIncompatible = discardsIncompatible;
        this.remedy = remedy;
        this.incompatible = context.counter("incompatible_packets");
    }

    /**
     * Read a packet.
     *
     * @param bytes not changed any more: the packet shares them
     * @param from where they came from, for the warning
     * @return null if it was dropped, being of another version
     * @throws dev.muster.spi.MalformedException if they can't be a packet
     */
    Packet read(byte[] bytes, int offset, int length, Object from) {
        if (!context.codec().isOtherVersion(bytes, offset, length)) {
            return context.codec().decode(bytes, offset, length);
        }
        incompatible.increment();
        warn(from, length);
        return discardsIncompatible ? null : context.codec().decodeOtherVersion(bytes, offset, length);
    }

    private void warn(Object from, int length) {
        if (!warned || context.nowNanos() - warnedNanos >= BETWEEN_WARNINGS_NANOS) {
            warned = true;
            warnedNanos = context.nowNanos();
            LOG.warn("{}: {} sends packets of another version of the wire format ({} bytes); they are {}; upgrade it, or {}",
                    context.self(), from, length, discardsIncompatible ? "dropped, as discard_incompatible_packets says"
                            : "taken for packets of this version, as discard_incompatible_packets=false says", remedy);
        }
    }
}
