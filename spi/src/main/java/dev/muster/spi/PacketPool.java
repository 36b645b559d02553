package dev.muster.spi;

import java.util.ArrayDeque;
import java.util.Arrays;

/**
 * Memory for packets, used again and again: an array that has just been used is still in the processor's cache, a new one
 * is not, and costs a part of the next collection besides.
 *
 * <p>A packet may be kept for long, by several: by reliable multicast until it is stable, by the inbox until the application
 * has had it. Each says so by {@link Packet#keep} and {@link Packet#release}. A release that is forgotten, or a layer that
 * knows nothing of all this, costs an array that is left to the garbage collector, and nothing else. See {@code
 * docs/decisions/buffers.md}.
 *
 * <p>With the property {@code muster.poison=true} packets of all sizes are pooled, and an array that is done with is
 * overwritten, so that tests find whoever released too early.
 *
 * <p>Safe for use by any thread, except where {@link #take} says more.
 */
public final class PacketPool {

    /** A packet whose payload begins with these bytes was released too early. */
    private static final byte POISON = (byte) 0xDB;
    private static final boolean POISONS = Boolean.getBoolean("muster.poison");

    /** Sizes are multiples of this; smaller packets are mostly those of control, and are not worth it. */
    private static final int STEP = POISONS ? 64 : 4096;
    private static final int LARGEST = 1 << 16;

    private final ArrayDeque<PacketMemory>[] idle;
    private final long mostIdleBytes;
    private long idleBytes;
    private PacketMemory perhapsDone;

    /**
     * An empty pool.
     *
     * @param mostIdleBytes what it holds for later use at most; more is left to the garbage collector
     */
    @SuppressWarnings({"unchecked", "rawtypes"})
    public PacketPool(long mostIdleBytes) {
        this.mostIdleBytes = mostIdleBytes;
        idle = new ArrayDeque[LARGEST / STEP + 1];
    }

    /**
     * Memory for a packet. The caller keeps it, and {@linkplain PacketMemory#release releases} it when it has handed the
     * packet on.
     *
     * @param bytes least length
     * @return memory whose bytes may be anything; one of which nobody knows is new
     */
    public PacketMemory take(int bytes) {
        if (bytes < STEP || bytes > LARGEST) {
            return PacketMemory.of(new byte[bytes]);
        }
        int size = (bytes + STEP - 1) / STEP;
        PacketMemory memory = takeIdle(size);
        return memory == null ? new PacketMemory(this, new byte[size * STEP]) : memory;
    }

    private synchronized PacketMemory takeIdle(int size) {
        PacketMemory memory = idle[size] == null ? null : idle[size].pollLast();
        if (memory != null) {
            idleBytes -= memory.array().length;
            memory.reuse();
        }
        return memory;
    }

    /** The last who kept memory has released it. */
    synchronized void perhapsDone(PacketMemory memory) {
        if (memory.list(perhapsDone)) {
            perhapsDone = memory;
        }
    }

    /**
     * Find out what is done with, and have it for use again. To be called where no layer is in the midst of a call: a layer may
     * release a packet first and pass it on afterwards.
     */
    public synchronized void settle() {
        while (perhapsDone != null) {
            PacketMemory memory = perhapsDone;
            perhapsDone = memory.unlist();
            if (memory.becomesIdle()) {
                store(memory);
            }
        }
    }

    private void store(PacketMemory memory) {
        byte[] array = memory.array();
        if (POISONS) {
            Arrays.fill(array, POISON);
        }
        if (idleBytes + array.length <= mostIdleBytes) {
            idleBytes += array.length;
            int size = array.length / STEP;
            if (idle[size] == null) {
                idle[size] = new ArrayDeque<>();
            }
            idle[size].addLast(memory);
        }
    }
}
