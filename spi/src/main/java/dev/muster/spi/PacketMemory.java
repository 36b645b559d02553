package dev.muster.spi;

import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;

/**
 * An array that holds a packet, and the count of those who keep that packet. When the count comes to nought the array may
 * serve another packet, from the next {@link PacketPool#take} on and not sooner: within one call of a layer nothing is lost.
 *
 * <p>Safe for use by any thread.
 */
public final class PacketMemory {

    private static final AtomicIntegerFieldUpdater<PacketMemory> KEEPERS =
            AtomicIntegerFieldUpdater.newUpdater(PacketMemory.class, "keepers");

    /** Nobody uses it: it lies in its pool. */
    private static final int IDLE = -1;

    private final PacketPool pool;
    private final byte[] array;
    private volatile int keepers = 1;
    /** In the list of those that are perhaps done with; for the pool. */
    private boolean listed;
    private PacketMemory nextListed;

    /**
     * Memory that somebody keeps.
     *
     * @param pool where it goes; null: to the garbage collector
     */
    PacketMemory(PacketPool pool, byte[] array) {
        this.pool = pool;
        this.array = array;
    }

    /**
     * Memory of no pool, which its caller keeps.
     *
     * @param array the bytes
     * @return memory that the garbage collector takes
     */
    public static PacketMemory of(byte[] array) {
        return new PacketMemory(null, array);
    }

    /**
     * The bytes. Written to by whoever took the memory, until there is a packet in it; then never.
     *
     * @return an array at least as long as was asked for
     */
    public byte[] array() {
        return array;
    }

    /** One more keeps it. */
    public void keep() {
        if (pool != null) {
            KEEPERS.incrementAndGet(this);
        }
    }

    /** One who kept it is done. */
    public void release() {
        if (pool != null && KEEPERS.decrementAndGet(this) == 0) {
            pool.perhapsDone(this);
        }
    }

    /** Begin another use: whoever asked for it keeps it. */
    void reuse() {
        keepers = 1;
    }

    /** Tell whether nobody keeps it; if so it is idle from now on, and true is told once. */
    boolean becomesIdle() {
        return KEEPERS.compareAndSet(this, 0, IDLE);
    }

    /** Put it in front of others that are perhaps done with; false if it is among them already. With the pool's monitor. */
    boolean list(PacketMemory others) {
        if (listed) {
            return false;
        }
        listed = true;
        nextListed = others;
        return true;
    }

    /** Take it from the front of the list; returns the rest. With the pool's monitor. */
    PacketMemory unlist() {
        PacketMemory rest = nextListed;
        listed = false;
        nextListed = null;
        return rest;
    }
}
