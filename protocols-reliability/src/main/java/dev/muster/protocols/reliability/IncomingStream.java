package dev.muster.protocols.reliability;

import dev.muster.api.Address;
import dev.muster.api.Flag;
import dev.muster.spi.Packet;
import java.util.ArrayList;
import java.util.List;

/**
 * What one sender is bringing in fragments, either to the group or to this member, and the credit for it.
 *
 * <p>Credit for fragments is given back at once, so that a message may be larger than all credit, unless much of what was
 * joined before still waits for the application.
 */
final class IncomingStream {

    private static final long MOST_UNCONSUMED = 2_000_000;

    /** Fragments are larger, the last one excepted; each is kept with the packet that brought it. */
    private static final int LEAST_FRAGMENT = 64;

    private final Address source;
    private final boolean toGroup;
    private final long mostBytes;
    private final List<Packet> fragments = new ArrayList<>();
    private long set = -1;
    private long bytes;
    private long credit;
    private long due;
    private long unconsumed;

    /** When the present message began to come. */
    long since;

    IncomingStream(Address source, boolean toGroup, long mostBytes) {
        this.source = source;
        this.toGroup = toGroup;
        this.mostBytes = mostBytes;
    }

    Address source() {
        return source;
    }

    boolean isToGroup() {
        return toGroup;
    }

    /** Fragments of a set that is not complete. */
    int size() {
        return fragments.size();
    }

    long bytes() {
        return bytes;
    }

    /** Whether nothing needs to be remembered. */
    boolean isIdle() {
        return fragments.isEmpty() && unconsumed == 0 && due == 0;
    }

    /** Take a fragment in; false if it does not go on where the last one ended, is for another view, or is too much. */
    boolean offer(Packet fragment, FragmentHeader header, long view) {
        due += fragment.credit();
        if (header.index() == 0) {
            drop();
            set = header.set();
        }
        boolean fits = header.set() == set && header.index() == fragments.size() && (!toGroup || header.view() == view)
                && header.length() <= mostBytes && header.index() <= header.length() / LEAST_FRAGMENT && bytes + fragment.length() <= header.length()
                && (!header.last() || bytes + fragment.length() == header.length());
        if (!fits) {
            drop();
            return false;
        }
        fragments.add(fragment);
        bytes += fragment.length();
        credit += fragment.credit();
        return true;
    }

    /** Join what was taken in; its credit is given back when the application has consumed it. */
    Packet join(Packet last, FragmentHeader header) {
        Packet joined = Parts.join(fragments, (int) bytes, last).withCredit(credit);
        unconsumed += credit;
        drop();
        return header.outOfBand() ? joined.withFlags(Flag.OOB.bit()) : joined;
    }

    /** Forget a set that is not complete. */
    void drop() {
        fragments.clear();
        set = -1;
        bytes = 0;
        credit = 0;
    }

    /** The application has consumed; what of it is not for joined messages and is passed on. */
    long consumed(long amount) {
        long joined = Math.min(amount, unconsumed);
        unconsumed -= joined;
        return amount - joined;
    }

    /** Credit to be given back now. */
    long takeDue() {
        if (unconsumed > MOST_UNCONSUMED) {
            return 0;
        }
        long now = due;
        due = 0;
        return now;
    }
}
