package dev.muster.protocols.reliability;

import dev.muster.api.Address;
import dev.muster.api.Flag;
import dev.muster.spi.Packet;

/**
 * What one sender is bringing in fragments, either to the group or to this member, and the credit for it.
 *
 * <p>Credit for fragments is given back at once, so that a message may be larger than all credit, unless much of what was
 * joined before still waits for the application.
 */
final class IncomingStream {

    private static final long MOST_UNCONSUMED = 2_000_000;

    /** Fragments are larger, the last one excepted; each may be kept with the packet that brought it. */
    private static final int LEAST_FRAGMENT = 64;

    private final Address source;
    private final boolean toGroup;
    private final long mostBytes;
    private Assembly assembly;
    private long set = -1;
    private int fragments;
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
        return fragments;
    }

    /** Bytes of it that have come. */
    long length() {
        return assembly == null ? 0 : assembly.length();
    }

    /** Memory that they take. */
    long bytes() {
        return assembly == null ? 0 : assembly.held();
    }

    /** Whether nothing needs to be remembered. */
    boolean isIdle() {
        return assembly == null && unconsumed == 0 && due == 0;
    }

    /** Take a fragment in; false if it does not go on where the last one ended, is for another view, or is too much. */
    boolean offer(Packet fragment, FragmentHeader header, long view) {
        due += fragment.credit();
        if (header.index() == 0) {
            drop();
            begin(header);
        }
        boolean continues = assembly != null && header.set() == set && header.index() == fragments
                && (!toGroup || header.view() == view);
        if (!continues || !fits(fragment, header)) {
            drop();
            return false;
        }
        assembly.add(fragment);
        fragments++;
        credit += fragment.credit();
        return true;
    }

    private void begin(FragmentHeader header) {
        if (header.length() <= mostBytes) {
            set = header.set();
            assembly = new Assembly((int) header.length());
        }
    }

    private boolean fits(Packet fragment, FragmentHeader header) {
        long bytes = (long) assembly.length() + fragment.length();
        return header.length() == assembly.whole() && header.index() <= header.length() / LEAST_FRAGMENT
                && (header.last() ? bytes == assembly.whole() : bytes <= assembly.whole());
    }

    /** Join what was taken in; its credit is given back when the application has consumed it. */
    Packet join(Packet last, FragmentHeader header) {
        Packet joined = assembly.finish(last).withCredit(credit);
        unconsumed += credit;
        drop();
        return header.outOfBand() ? joined.withFlags(Flag.OOB.bit()) : joined;
    }

    /** Forget a set that is not complete. */
    void drop() {
        assembly = null;
        set = -1;
        fragments = 0;
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
