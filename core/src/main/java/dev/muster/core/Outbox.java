package dev.muster.core;

import dev.muster.api.Address;
import dev.muster.api.BackPressureException;
import dev.muster.api.Flag;
import dev.muster.api.MessageTooLargeException;
import dev.muster.api.NotConnectedException;
import dev.muster.spi.Limits;
import dev.muster.spi.Packet;
import dev.muster.spi.PacketMemory;
import dev.muster.spi.PacketPool;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Where callers' messages become packets.
 *
 * <p>A caller copies its message into the open packet of its destination and class of flags, under a short lock; the
 * owner of the stack takes whole packets out. While the owner is busy packets fill up; when it is idle a packet of one
 * message leaves at once. So there is no timer, and no latency is added.
 *
 * <pre>
 *   payload of a packed packet:  ( length (varint) · bytes )*        of a SINGLE one: the bytes of one message
 * </pre>
 *
 * <p>Bounded in bytes. A caller that finds it full waits, is refused, or is completed later, as it wishes. A delivery
 * thread never waits: a reserve as large as the bound is kept for it, then it is refused.
 */
final class Outbox {

    private static final int FIRST_CAPACITY = 512;
    /** What waits here and what is unstable at full rate. */
    private static final long MOST_IDLE_BYTES = 16L << 20;
    private static final int MAX_VARINT_BYTES = 5;
    private static final int CLASS_OF_FLAGS = Flag.OOB.bit() | Flag.NO_FC.bit();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition roomChanged = lock.newCondition();
    private final Map<Object, Slot> slots = new HashMap<>();
    private final ArrayDeque<Slot> ready = new ArrayDeque<>();
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    private final Map<Address, Integer> paused = new HashMap<>();
    private final long capacityBytes;
    private final Executor completions;
    private final Slot plainGroup = new Slot(null, 0);
    private final PacketPool memory = new PacketPool(MOST_IDLE_BYTES);
    private Slot recent = plainGroup;
    private Limits limits = Limits.NONE;
    private String closedBecause = "the channel is not connected; connect first";
    private int groupPauses;
    private long queuedBytes;
    /** From the moment it is full until half of it is free: a thread that waits is woken for many messages, not for one. */
    private boolean filled;
    private volatile boolean drainRequested;

    /**
     * Create a closed outbox.
     *
     * @param capacityBytes bound
     * @param completions where futures are completed: never the owner, which what hangs on them could make wait for itself
     */
    Outbox(long capacityBytes, Executor completions) {
        this.capacityBytes = capacityBytes;
        this.completions = completions;
        slots.put(key(null, 0), plainGroup);
    }

    /** Packets to one destination with one class of flags: full ones in order, then the one being filled. */
    private static final class Slot {
        private final Address destination;
        private final int flags;
        private final ArrayDeque<Packet> full = new ArrayDeque<>();
        private PacketMemory open;
        private int length;
        private int usual = FIRST_CAPACITY;
        private boolean isReady;

        private Slot(Address destination, int flags) {
            this.destination = destination;
            this.flags = flags;
        }

        private Packet seal() {
            Packet packet = packet().withPayload(open, 0, length);
            usual = Math.max(FIRST_CAPACITY, length);
            open = null;
            length = 0;
            return packet;
        }

        private Packet packet() {
            return (destination == null ? Packet.toGroup() : Packet.to(destination)).withFlags(Packet.DATA | flags);
        }
    }

    private record SlotKey(Address destination, int flags) {}

    private static Object key(Address destination, int flags) {
        return new SlotKey(destination, flags);
    }

    /** A message that is to be accepted when there is room. */
    private record Waiting(Thread sender, Address destination, byte[] payload, int flags,
            CompletableFuture<Void> accepted) {}

    /** What to do when there is no room. */
    enum WhenFull {
        WAIT,
        REFUSE,
        USE_RESERVE
    }

    /** Accept messages from now on. */
    void open(Limits stackLimits) {
        lock.lock();
        try {
            limits = stackLimits;
            closedBecause = null;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Accept no more messages, until it is opened again; those waiting for room are refused.
     *
     * @param reason what was, and the remedy
     */
    void close(String reason) {
        ArrayDeque<Waiting> refused;
        lock.lock();
        try {
            closedBecause = reason;
            refused = new ArrayDeque<>(waiting);
            waiting.clear();
            roomChanged.signalAll();
        } finally {
            lock.unlock();
        }
        // here and now: nothing may run any more where completions are run
        DeliveryThread.run(() -> refused.forEach(
                message -> message.accepted.completeExceptionally(new NotConnectedException(reason))));
    }

    /** Forget all packets: their life is over. */
    void clear() {
        lock.lock();
        try {
            slots.clear();
            recent = plainGroup;
            ready.clear();
            paused.clear();
            groupPauses = 0;
            queuedBytes = 0;
            filled = false;
            plainGroup.full.clear();
            plainGroup.open = null;
            plainGroup.length = 0;
            plainGroup.isReady = false;
            slots.put(key(null, 0), plainGroup);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Copy a message in.
     *
     * @return true if accepted, and then {@link #claimDrain} tells whether the caller must see to the draining
     */
    boolean append(Address destination, int flags, byte[] payload, int offset, int length, WhenFull whenFull) {
        byte[] single = null;
        if (length > limits.packetBytes() - MAX_VARINT_BYTES || !limits.packed()) {
            single = own(flags, payload, offset, length);
        }
        lock.lock();
        try {
            refuseIfImpossible(length);
            boolean accepted = hasRoom() && waiting.isEmpty() && !(filled && whenFull == WhenFull.WAIT)
                    || makeRoom(whenFull);
            if (accepted) {
                put(destination, flags, payload, offset, length, single);
            }
            return accepted;
        } finally {
            lock.unlock();
        }
    }

    /** Accept a message as soon as there is room. */
    CompletableFuture<Void> appendLater(Address destination, int flags, byte[] payload) {
        CompletableFuture<Void> accepted = new CompletableFuture<>();
        lock.lock();
        try {
            refuseIfImpossible(payload.length);
            if (hasRoom() && waiting.isEmpty()) {
                put(destination, flags, payload, 0, payload.length, null);
                accepted.complete(null);
            } else {
                waiting.add(new Waiting(Thread.currentThread(), destination, payload, flags, accepted));
            }
        } finally {
            lock.unlock();
        }
        return accepted;
    }

    private boolean hasRoom() {
        return queuedBytes < capacityBytes;
    }

    private void refuseIfImpossible(int length) {
        if (closedBecause != null) {
            throw new NotConnectedException(closedBecause);
        }
        if (length > limits.messageBytes()) {
            throw new MessageTooLargeException("payload of " + length + " bytes is more than the " + limits.messageBytes()
                    + " bytes this stack can carry; send smaller ones, or add FRAG2 to the stack");
        }
    }

    private boolean makeRoom(WhenFull whenFull) {
        if (whenFull == WhenFull.REFUSE) {
            return false;
        }
        if (whenFull == WhenFull.USE_RESERVE) {
            if (admitEarlier(Thread.currentThread()) && hasReserve()) {
                return true;
            }
            throw new BackPressureException("a delivery callback sends faster than the group takes: " + queuedBytes
                    + " bytes are waiting, the reserve of " + capacityBytes
                    + " bytes is used up; send from another thread, or use sendAsync");
        }
        try {
            while (filled) {
                roomChanged.await();
                if (closedBecause != null) {
                    throw new NotConnectedException(closedBecause + "; the message was not sent");
                }
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BackPressureException("interrupted while waiting for room for a message; it was not sent", e);
        }
    }

    private boolean hasReserve() {
        return queuedBytes < 2 * capacityBytes;
    }

    /** What a thread sends now must not overtake what it asked to be sent as soon as there is room. */
    private boolean admitEarlier(Thread sender) {
        Iterator<Waiting> all = waiting.iterator();
        while (all.hasNext()) {
            Waiting message = all.next();
            if (message.sender == sender) {
                if (!hasReserve()) {
                    return false;
                }
                all.remove();
                admit(message);
            }
        }
        return true;
    }

    private void admit(Waiting message) {
        put(message.destination, message.flags, message.payload, 0, message.payload.length, null);
        completions.execute(() -> message.accepted.complete(null));
    }

    private void put(Address destination, int flags, byte[] payload, int offset, int length, byte[] single) {
        int slotFlags = flags & CLASS_OF_FLAGS;
        Slot slot = slot(destination, slotFlags);
        if (single != null || length > limits.packetBytes() - MAX_VARINT_BYTES || !limits.packed()) {
            byte[] bytes = single != null ? single : own(flags, payload, offset, length);
            sealOpen(slot);
            slot.full.add(slot.packet().withFlags(Packet.SINGLE).withPayload(bytes, 0, length));
            queuedBytes += length;
        } else {
            pack(slot, payload, offset, length);
            if (Flag.DONT_BUNDLE.in(flags)) {
                sealOpen(slot);
            }
        }
        filled |= !hasRoom();
        if (!slot.isReady) {
            slot.isReady = true;
            ready.add(slot);
        }
    }

    /** The one used last stays though it is empty: who sends to one member without pause needs no new one for each packet. */
    private Slot slot(Address destination, int flags) {
        if (destination == null && flags == 0) {
            return plainGroup;
        }
        if (recent.flags != flags || !Objects.equals(recent.destination, destination)) {
            if (!recent.isReady && recent != plainGroup) {
                slots.remove(key(recent.destination, recent.flags));
            }
            recent = slots.computeIfAbsent(key(destination, flags), key -> new Slot(destination, flags));
        }
        return recent;
    }

    /** The bytes of a message that gets a packet of its own: a copy, unless the caller gave the array away. */
    private static byte[] own(int flags, byte[] payload, int offset, int length) {
        boolean given = Flag.NO_COPY.in(flags) && length == payload.length;
        return given ? payload : Arrays.copyOfRange(payload, offset, offset + length);
    }

    private static void sealOpen(Slot slot) {
        if (slot.length > 0) {
            slot.full.add(slot.seal());
        }
    }

    private void pack(Slot slot, byte[] payload, int offset, int length) {
        int needed = length + varintBytes(length);
        if (slot.length + needed > limits.packetBytes()) {
            sealOpen(slot);
        }
        if (slot.open == null) {
            slot.open = memory.take(Math.min(limits.packetBytes(), Math.max(needed, slot.usual + slot.usual / 4)));
        } else if (slot.length + needed > slot.open.array().length) {
            grow(slot, needed);
        }
        byte[] open = slot.open.array();
        int at = slot.length;
        int rest = length;
        while (rest > 0x7F) {
            open[at++] = (byte) (rest & 0x7F | 0x80);
            rest >>>= 7;
        }
        open[at++] = (byte) rest;
        System.arraycopy(payload, offset, open, at, length);
        slot.length = at + length;
        queuedBytes += needed;
    }

    private void grow(Slot slot, int needed) {
        byte[] full = slot.open.array();
        PacketMemory larger = memory.take(Math.min(limits.packetBytes(), Math.max(slot.length + needed, full.length * 2)));
        System.arraycopy(full, 0, larger.array(), 0, slot.length);
        slot.open.release();
        slot.open = larger;
    }

    private static int varintBytes(int length) {
        return length < 1 << 7 ? 1 : length < 1 << 14 ? 2 : length < 1 << 21 ? 3 : length < 1 << 28 ? 4 : 5;
    }

    /** Claim the duty to drain: true for the first caller since the owner last began to. */
    boolean claimDrain() {
        if (drainRequested) {
            return false;
        }
        drainRequested = true;
        return true;
    }

    /** The owner begins to drain: later messages must ask again. */
    void beginDrain() {
        drainRequested = false;
    }

    /** Have memory for use again of packets that were taken; for the owner, when no layer is in the midst of a call. */
    void settle() {
        memory.settle();
    }

    /**
     * Take the next packet whose destination is not paused, and let waiting messages in; null if there is none.
     *
     * @return {@linkplain Packet#release released} by the caller when it has handed it on
     */
    Packet take() {
        lock.lock();
        try {
            Packet packet = takeReady();
            if (packet != null) {
                giveBackRoom(packet.length());
            }
            return packet;
        } finally {
            lock.unlock();
        }
    }

    private Packet takeReady() {
        for (int turns = ready.size(); turns > 0; turns--) {
            Slot slot = ready.poll();
            if (isPaused(slot.destination)) {
                ready.add(slot);
                continue;
            }
            Packet packet = slot.full.isEmpty() ? slot.seal() : slot.full.poll();
            slot.isReady = !slot.full.isEmpty() || slot.length > 0;
            if (slot.isReady) {
                ready.add(slot);
            } else if (slot != plainGroup && slot != recent) {
                slots.remove(key(slot.destination, slot.flags));
            }
            return packet;
        }
        return null;
    }

    private void giveBackRoom(int bytes) {
        queuedBytes -= bytes;
        while (hasRoom() && !waiting.isEmpty()) {
            admit(waiting.poll());
        }
        if (filled && queuedBytes <= capacityBytes / 2) {
            filled = false;
            roomChanged.signalAll();
        }
    }

    /** Hold packets for a destination back; counted. */
    void pause(Address destination) {
        lock.lock();
        try {
            if (destination == null) {
                groupPauses++;
            } else {
                paused.merge(destination, 1, Integer::sum);
            }
        } finally {
            lock.unlock();
        }
    }

    /** End one pause. */
    void resume(Address destination) {
        lock.lock();
        try {
            if (destination == null) {
                groupPauses = Math.max(0, groupPauses - 1);
            } else {
                paused.computeIfPresent(destination, (key, count) -> count == 1 ? null : count - 1);
            }
        } finally {
            lock.unlock();
        }
    }

    private boolean isPaused(Address destination) {
        return destination == null ? groupPauses > 0 : paused.containsKey(destination);
    }

    /** Tell whether every message has been taken. */
    boolean isEmpty() {
        lock.lock();
        try {
            return ready.isEmpty() && waiting.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /** Whether packets to the group are held back. */
    boolean isGroupPaused() {
        lock.lock();
        try {
            return groupPauses > 0;
        } finally {
            lock.unlock();
        }
    }

    /** Members to whom packets are held back. */
    List<Address> pausedMembers() {
        lock.lock();
        try {
            return paused.keySet().stream().sorted().toList();
        } finally {
            lock.unlock();
        }
    }

    /** Calls that wait for room. */
    int senders() {
        lock.lock();
        try {
            return waiting.size() + lock.getWaitQueueLength(roomChanged);
        } finally {
            lock.unlock();
        }
    }

    /** Bytes waiting to be taken. */
    long queuedBytes() {
        lock.lock();
        try {
            return queuedBytes;
        } finally {
            lock.unlock();
        }
    }
}
