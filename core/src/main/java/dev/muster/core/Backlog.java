package dev.muster.core;

import dev.muster.spi.Packet;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What waits behind a barrier of an inbox, in order: packets and further barriers.
 *
 * <p>A view takes a moment, and credit bounds what comes meanwhile. A state takes long, and who waits for one should not
 * make all others wait: so there may be room on disk. Then group packets wait in parcels; beyond a little, parcels go to
 * disk one after another, and their credit goes back as if they had been consumed. Only when the disk has no more room, credit
 * stays away and senders wait. A parcel on disk comes back when it is at the front and everything before it has been
 * handed over, so that no more than that parcel is in memory.
 *
 * <p>Packets to this member alone stay in memory: credit for them holds up nobody else.
 *
 * <p>All methods must be called with the inbox's monitor held, except where they say otherwise.
 */
final class Backlog {

    private static final Logger LOG = LoggerFactory.getLogger(Backlog.class);

    /** What may wait in memory before anything goes to disk; less than the credit of any sender who is in a hurry. */
    private static final int MEMORY_BYTES = 128 * 1024;

    /** A parcel is in memory as a whole when it is handed over. */
    private static final int PARCEL_BYTES = 1024 * 1024;

    /** What a backlog needs of its inbox. */
    interface Owner {
        /** Run with the monitor held. */
        void locked(Runnable work);

        /** These are not in memory any more: give their credit back; without the monitor. */
        void storedOrForgotten(List<Packet> packets);

        /** This one is in memory again; with the monitor held. */
        void loaded(Packet packet);

        /** Run on a delivery thread, soon. */
        void later(Runnable task);

        /** Packets are lost. */
        void failed(IOException failure);
    }

    private final Owner owner;
    private final ArrayDeque<Object> items = new ArrayDeque<>();
    private final ArrayDeque<Parcel> inMemory = new ArrayDeque<>();
    private Supplier<Spool> disk;
    private Spool spool;
    private boolean storing;
    private boolean isFull;
    private long memoryBytes;
    private int packets;

    Backlog(Owner owner) {
        this.owner = owner;
    }

    /** From now on until all is handed over, what waits may go to disk. */
    void mayUse(Supplier<Spool> newDisk) {
        disk = newDisk;
    }

    /** Tell whether credit stays away because the disk has no more room. */
    boolean isFull() {
        return isFull;
    }

    /** Number of packets, wherever they are. */
    int packets() {
        return packets;
    }

    void add(Inbox.Barrier barrier) {
        items.add(barrier);
    }

    void add(Packet packet) {
        packets++;
        if (disk == null || !packet.isToGroup()) {
            items.add(packet);
            return;
        }
        if (!(items.peekLast() instanceof Parcel last) || !last.takes(packet)) {
            Parcel next = new Parcel();
            items.add(next);
            inMemory.add(next);
            next.add(packet);
        } else {
            last.add(packet);
        }
        memoryBytes += packet.length();
        storeNext();
    }

    /** Take the next packet or barrier; null if there is none, and then nothing is on disk any more. */
    Object poll() {
        Object next = items.poll();
        if (next instanceof Parcel parcel && inMemory.remove(parcel)) {
            memoryBytes -= parcel.bytes;
            putFirst(parcel.packets);
            next = items.poll();
        }
        if (next instanceof Packet) {
            packets--;
        } else if (next == null) {
            close();
        }
        return next;
    }

    private void putFirst(List<Packet> back) {
        for (int index = back.size() - 1; index >= 0; index--) {
            items.addFirst(back.get(index));
        }
    }

    /**
     * Forget all packets to the group; barriers stay where they are.
     *
     * @param forgotten gets those whose credit has not been given back
     * @return the packets to this member alone, which are taken out
     */
    List<Packet> discard(Consumer<Packet> forgotten) {
        List<Packet> kept = new ArrayList<>();
        items.removeIf(item -> item instanceof Packet packet && discard(packet, kept, forgotten)
                || item instanceof Parcel parcel && discard(parcel, forgotten));
        isFull = false;
        return kept;
    }

    private boolean discard(Packet packet, List<Packet> kept, Consumer<Packet> forgotten) {
        packets--;
        if (packet.isToGroup()) {
            forgotten.accept(packet);
        } else {
            kept.add(packet);
        }
        return true;
    }

    private boolean discard(Parcel parcel, Consumer<Packet> forgotten) {
        packets -= parcel.count;
        if (parcel.batch != null) {
            parcel.batch.free();
            return true;
        }
        memoryBytes -= parcel.bytes;
        if (inMemory.remove(parcel)) {
            parcel.packets.forEach(forgotten);
        } else {
            // on its way to disk, where its credit is given back
            parcel.isDiscarded = true;
        }
        return true;
    }

    /** Nothing goes to disk any more, and nothing comes back. */
    void close() {
        disk = null;
        isFull = false;
        if (spool != null) {
            Spool old = spool;
            spool = null;
            owner.later(() -> close(old));
        }
    }

    private static void close(Spool old) {
        try {
            old.close();
        } catch (IOException e) {
            LOG.warn("the file of packets that waited could not be closed", e);
        }
    }

    private void storeNext() {
        if (memoryBytes <= MEMORY_BYTES || storing || isFull || inMemory.isEmpty()) {
            return;
        }
        storing = true;
        Parcel oldest = inMemory.poll();
        owner.later(() -> store(oldest));
    }

    /** On a delivery thread, without the monitor. */
    private void store(Parcel parcel) {
        List<Packet> waiting = parcel.packets;
        Spool.Batch batch = null;
        Exception failure = null;
        try {
            Spool open = spool();
            batch = open == null ? null : open.store(waiting);
        } catch (IOException | RuntimeException e) {
            failure = e;
        }
        Spool.Batch stored = batch;
        Exception reason = failure;
        boolean[] isConsumed = {false};
        owner.locked(() -> isConsumed[0] = stored(parcel, stored, reason));
        if (isConsumed[0]) {
            owner.storedOrForgotten(waiting);
        }
    }

    private Spool spool() {
        Spool[] open = {null};
        owner.locked(() -> {
            if (spool == null && disk != null) {
                spool = disk.get();
            }
            open[0] = spool;
        });
        return open[0];
    }

    /** Tells whether credit goes back. */
    private boolean stored(Parcel parcel, Spool.Batch batch, Exception failure) {
        storing = false;
        parcel.batch = batch;
        if (parcel.isDiscarded) {
            if (batch != null) {
                batch.free();
            }
        } else if (batch != null) {
            memoryBytes -= parcel.bytes;
            parcel.packets = null;
        } else {
            isFull = true;
            inMemory.addFirst(parcel);
            if (failure != null) {
                LOG.warn("packets that wait for a state can't go to disk, senders wait instead", failure);
            }
        }
        if (parcel.whenStored != null) {
            inMemory.remove(parcel);
            owner.later(parcel.whenStored);
        }
        storeNext();
        return parcel.isDiscarded || batch != null;
    }

    /** Packets to the group that may go to disk together. At the front it is a barrier: behind it come its packets. */
    private final class Parcel implements Inbox.Barrier {
        private List<Packet> packets = new ArrayList<>();
        private int count;
        private long bytes;
        private Spool.Batch batch;
        private boolean isDiscarded;
        private Runnable whenStored;

        private boolean takes(Packet packet) {
            return inMemory.peekLast() == this && bytes + packet.length() <= PARCEL_BYTES;
        }

        private void add(Packet packet) {
            packets.add(packet);
            count++;
            bytes += packet.length();
        }

        /** On a delivery thread, without the monitor. It may be on its way to disk. */
        @Override
        public void run(Runnable done) {
            boolean[] isReady = {false};
            owner.locked(() -> {
                isReady[0] = batch != null || inMemory.remove(this);
                whenStored = isReady[0] ? null : () -> unpack(done);
            });
            if (isReady[0]) {
                unpack(done);
            }
        }

        private void unpack(Runnable done) {
            try {
                List<Packet> back = batch == null ? packets : batch.load();
                owner.locked(() -> unpacked(back));
                done.run();
            } catch (IOException e) {
                owner.failed(e);
            }
        }

        private void unpacked(List<Packet> back) {
            if (batch != null) {
                back.forEach(owner::loaded);
                batch.free();
                isFull = false;
            } else {
                memoryBytes -= bytes;
            }
            putFirst(back);
            storeNext();
        }
    }
}
