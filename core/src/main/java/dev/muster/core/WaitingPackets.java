package dev.muster.core;

import dev.muster.api.Flag;
import dev.muster.spi.Packet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * How many packets wait for the application: those in memory whose callback has not begun. Counts packets out of band by
 * themselves. For any thread, without a lock, since every delivery is counted.
 */
final class WaitingPackets {

    private final AtomicInteger ordered = new AtomicInteger();
    private final AtomicInteger outOfBand = new AtomicInteger();
    private final AtomicReference<Room> room = new AtomicReference<>();

    /** Somebody wants to know when few enough packets of a kind wait. */
    private record Room(AtomicInteger count, int most, Runnable told) {}

    int count(boolean areOutOfBand) {
        return of(areOutOfBand).get();
    }

    /** A packet has come. */
    void add(Packet packet) {
        of(packet.has(Flag.OOB)).incrementAndGet();
    }

    /** A packet waits no longer. Tells whoever waited for that, so it must be called without a lock. */
    void remove(Packet packet) {
        of(packet.has(Flag.OOB)).decrementAndGet();
        tellIfRoom();
    }

    /**
     * Tell somebody once that no more than some packets wait; at once if that is so already. Replaces whoever was to be told.
     *
     * @param told run by any thread
     */
    void whenRoom(boolean areOutOfBand, int most, Runnable told) {
        // set before the count is read, while others count before they look for whom to tell: one of the two finds it
        room.set(new Room(of(areOutOfBand), most, told));
        tellIfRoom();
    }

    private void tellIfRoom() {
        Room wanted = room.get();
        if (wanted != null && wanted.count.get() <= wanted.most && room.compareAndSet(wanted, null)) {
            wanted.told.run();
        }
    }

    private AtomicInteger of(boolean areOutOfBand) {
        return areOutOfBand ? outOfBand : ordered;
    }
}
