package dev.muster.protocols.reliability;

import dev.muster.api.Address;
import dev.muster.api.Flag;
import dev.muster.spi.Packet;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The group packets of one other sender in one view: what is kept, what has been delivered, what may be delivered.
 *
 * <p>Normally everything may be delivered. {@link #freeze} draws the line at what has been delivered, {@link #allow} moves
 * it to an agreed target, {@link #unfreeze} takes it away. Packets out of band that were delivered ahead are marked in the
 * ring and skipped later. Delivered packets stay until they are freed, so that they can be given to others.
 */
final class ReceiveWindow {

    /** No line. */
    private static final long EVERYTHING = Long.MAX_VALUE;

    /** Nothing is to be asked for. */
    static final long NEVER = Long.MAX_VALUE;

    private static final int BOUND = 1 << 17;

    private final Address sender;
    private final PacketRing ring = new PacketRing(BOUND);
    private long delivered;
    private long highest;
    private long limit = EVERYTHING;
    private SortedSet<Long> allowedBeyond = Collections.emptySortedSet();
    private Address holder;

    /** When to ask for what is missing; {@link #NEVER} if nothing is. For the asker. */
    long askAt = NEVER;
    /** Since when something has been missing, while {@link #askAt} is set. For the asker. */
    long behindSince;
    /** How often the present gap was asked for. For the asker. */
    int asked;

    ReceiveWindow(Address sender) {
        this.sender = sender;
        this.holder = sender;
    }

    Address sender() {
        return sender;
    }

    /** Who has what is missing. */
    Address holder() {
        return holder;
    }

    long delivered() {
        return delivered;
    }

    PacketRing ring() {
        return ring;
    }

    /** Take a packet in; false if it is known already or too far ahead. */
    boolean offer(long sequence, Packet packet) {
        if (sequence <= delivered || !ring.accepts(sequence) || ring.get(sequence) != null) {
            return false;
        }
        ring.put(sequence, packet);
        if (sequence > highest) {
            highest = sequence;
        }
        return true;
    }

    /** Learn that the sender has sent up to a sequence number. */
    void announced(long sequence) {
        if (sequence > highest && ring.accepts(sequence)) {
            highest = sequence;
        }
    }

    /** Take the next packet to be delivered in order, or null. */
    Packet next() {
        while (delivered < limit) {
            Packet packet = ring.get(delivered + 1);
            if (packet == null) {
                return null;
            }
            delivered++;
            if (!ring.isMarked(delivered)) {
                return packet;
            }
        }
        return null;
    }

    /** Take a kept packet that is to be delivered at once because it is out of band, or null. */
    Packet outOfBand(long sequence) {
        Packet packet = sequence > delivered ? ring.get(sequence) : null;
        boolean due = packet != null && packet.has(Flag.OOB) && !ring.isMarked(sequence)
                && (limit == EVERYTHING || allowedBeyond.contains(sequence));
        if (!due) {
            return null;
        }
        ring.mark(sequence);
        return packet;
    }

    /** Deliver no more than what has been delivered. */
    void freeze() {
        limit = delivered;
        allowedBeyond = Collections.emptySortedSet();
        holder = sender;
    }

    /** Move the line to an agreed target. */
    void allow(long upTo, SortedSet<Long> beyond, Address from) {
        limit = Math.max(delivered, upTo);
        allowedBeyond = new TreeSet<>(beyond);
        holder = from;
        long most = beyond.isEmpty() ? limit : Math.max(limit, beyond.last());
        announced(most);
    }

    void unfreeze() {
        limit = EVERYTHING;
        allowedBeyond = Collections.emptySortedSet();
        holder = sender;
    }

    boolean isFrozen() {
        return limit != EVERYTHING;
    }

    /** Whether everything up to the line has been delivered. */
    boolean isFilled() {
        if (delivered < limit) {
            return false;
        }
        for (long sequence : allowedBeyond) {
            if (sequence > delivered && !ring.isMarked(sequence)) {
                return false;
            }
        }
        return true;
    }

    /** How many packets are held back or missing up to the highest that is known to exist. */
    long waiting() {
        return highest - delivered;
    }

    /** Whether something between what was delivered and what is known to exist is missing or held back. */
    boolean isBehind() {
        return delivered < highest;
    }

    /** The highest sequence number known to exist. */
    long highest() {
        return highest;
    }

    /** Highest sequence number up to the line that can be asked for; without a line everything. */
    private long wanted(boolean onlyTarget) {
        if (!onlyTarget) {
            return highest;
        }
        return allowedBeyond.isEmpty() ? limit : Math.max(limit, allowedBeyond.last());
    }

    /**
     * What is missing.
     *
     * @param onlyTarget only what has to be delivered up to the line
     */
    Ranges missing(boolean onlyTarget) {
        Ranges.Builder missing = new Ranges.Builder();
        long end = wanted(onlyTarget);
        for (long sequence = delivered + 1; sequence <= end; sequence++) {
            boolean needed = !onlyTarget || sequence <= limit || allowedBeyond.contains(sequence);
            if (needed && ring.get(sequence) == null && !missing.add(sequence)) {
                break;
            }
        }
        return missing.build();
    }

    /** Sequence numbers delivered ahead of order; usually none. */
    SortedSet<Long> deliveredBeyond() {
        SortedSet<Long> beyond = null;
        for (long sequence = delivered + 1; sequence <= highest; sequence++) {
            if (ring.isMarked(sequence)) {
                beyond = beyond == null ? new TreeSet<>() : beyond;
                beyond.add(sequence);
            }
        }
        return beyond == null ? Collections.emptySortedSet() : beyond;
    }

    /** Forget packets that everybody has, but never one that is not delivered here. */
    void freeTo(long sequence) {
        ring.freeTo(Math.min(sequence, delivered));
    }
}
