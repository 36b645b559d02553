package dev.muster.api;

import java.util.Objects;

/**
 * Identity of one life of a member.
 *
 * <p>A process that restarts gets a new address, so that nobody ever takes it for its previous life. The logical name
 * is for people: it takes no part in equality, order or hashing. An address says nothing about where a member can be
 * reached; transports keep that to themselves.
 *
 * <p>Immutable; safe for use by any thread.
 */
public final class Address implements Comparable<Address> {

    /** Longest logical name, in UTF-16 units. */
    public static final int MAX_NAME_LENGTH = 64;

    private final long high;
    private final long low;
    private final String name;

    private Address(long high, long low, String name) {
        this.high = high;
        this.low = low;
        this.name = name;
    }

    /**
     * Create an address from its 128 bits and a logical name.
     *
     * @param high upper 64 bits
     * @param low lower 64 bits
     * @param name logical name, at most {@value #MAX_NAME_LENGTH} characters; blank for none
     * @return the address
     * @throws IllegalArgumentException if the name is too long
     */
    public static Address of(long high, long low, String name) {
        Objects.requireNonNull(name, "name");
        if (name.length() > MAX_NAME_LENGTH) {
            throw new IllegalArgumentException("name='" + name + "' has " + name.length()
                    + " characters, at most " + MAX_NAME_LENGTH + " are allowed; shorten it");
        }
        return new Address(high, low, name);
    }

    /**
     * Upper 64 bits of the identity.
     *
     * @return the bits
     */
    public long high() {
        return high;
    }

    /**
     * Lower 64 bits of the identity.
     *
     * @return the bits
     */
    public long low() {
        return low;
    }

    /**
     * Logical name, possibly empty.
     *
     * @return the name
     */
    public String name() {
        return name;
    }

    /**
     * The identity as 32 hexadecimal digits, for logs and tools.
     *
     * @return the digits
     */
    public String id() {
        return String.format("%016x%016x", high, low);
    }

    /** Order by identity, as an unsigned 128-bit number: the order in which ties between members are broken. */
    @Override
    public int compareTo(Address other) {
        int byHigh = Long.compareUnsigned(high, other.high);
        return byHigh != 0 ? byHigh : Long.compareUnsigned(low, other.low);
    }

    @Override
    public boolean equals(Object other) {
        return this == other || other instanceof Address that && high == that.high && low == that.low;
    }

    @Override
    public int hashCode() {
        long mixed = high * 31 + low;
        return (int) (mixed ^ mixed >>> 32);
    }

    /** The logical name, or the first eight digits of the identity where there is none. */
    @Override
    public String toString() {
        return name.isEmpty() ? id().substring(0, 8) : name;
    }
}
