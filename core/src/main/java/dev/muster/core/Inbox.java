package dev.muster.core;

import dev.muster.api.Address;
import dev.muster.api.Diagnosis;
import dev.muster.api.Flag;
import dev.muster.spi.Packet;
import dev.muster.spi.PacketBatch;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Where packets become callbacks.
 *
 * <p>One lane per sender, and one for all group packets that an ordering protocol has marked {@link Packet#ONE_LANE}: first
 * in, first out within a lane, lanes side by side on the delivery threads. Packets that are out of band have no lane, and
 * threads of their own. A barrier (a view, a state) waits until everything before it has been handed over, and nothing after
 * it starts before it is done; meanwhile packets gather in a {@link Backlog}. Everything here has been acknowledged, so nothing
 * is ever dropped; flow control bounds it, since credit is given back only for what the application has consumed or what waits
 * on disk.
 */
final class Inbox {

    /** Packets a lane hands over before it lets other lanes have the thread. */
    private static final int PACKETS_PER_RUN = 64;

    /** Packets a lane takes out at once; what it has taken out is no longer seen by {@link #lanes}. */
    private static final int PACKETS_AT_ONCE = 16;

    /** Credit that a lane gathers before it gives it back although it still has packets: senders must not run dry. */
    private static final long CREDIT_STEP_BYTES = 256 * 1024;

    /** Key of the lane of the whole group; others have their sender's address. */
    private static final Object WHOLE_GROUP = new Object();

    /** Hands a packet to the application. Never throws. */
    @FunctionalInterface
    interface Delivery {
        void deliver(Packet packet);
    }

    /** Told of credit to be given back, on a delivery thread. */
    @FunctionalInterface
    interface ConsumptionListener {
        void consumed(Address source, boolean toGroup, long bytes);
    }

    /** Something that nothing may overtake. */
    @FunctionalInterface
    interface Barrier {
        /**
         * Do it; on a delivery thread, or not at all yet.
         *
         * @param done to be run once it is done, by any thread
         */
        void run(Runnable done);
    }

    private final Object monitor = new Object();
    private final Map<Object, Lane> lanes = new HashMap<>();
    private final Backlog backlog = new Backlog(new BacklogOwner());
    private final Executor ordered;
    private final Executor outOfBand;
    private final Delivery delivery;
    private final ConsumptionListener consumption;
    private final Consumer<IOException> failed;
    private Barrier barrier;
    private boolean barrierRuns;
    private int outstanding;
    private final WaitingPackets waiting = new WaitingPackets();
    /** Begun by one batch; for the owner of the stack. */
    private final ArrayDeque<Runnable> begun = new ArrayDeque<>();

    /**
     * An empty inbox.
     *
     * @param ordered runs callbacks of lanes, and barriers
     * @param outOfBand runs callbacks of packets out of band
     */
    Inbox(Executor ordered, Executor outOfBand, Delivery delivery, ConsumptionListener consumption) {
        this(ordered, outOfBand, delivery, consumption, failure -> {});
    }

    /**
     * An empty inbox.
     *
     * @param ordered runs callbacks of lanes, and barriers
     * @param outOfBand runs callbacks of packets out of band
     * @param failed told that packets on disk are lost; nothing is handed over any more
     */
    Inbox(Executor ordered, Executor outOfBand, Delivery delivery, ConsumptionListener consumption,
            Consumer<IOException> failed) {
        this.ordered = ordered;
        this.outOfBand = outOfBand;
        this.delivery = delivery;
        this.consumption = consumption;
        this.failed = failed;
    }

    /** Take a packet; for the owner of the stack. */
    void accept(Packet packet) {
        waiting.add(packet);
        Runnable task;
        synchronized (monitor) {
            task = take(packet);
        }
        start(task);
    }

    /** Take packets that have come together, so that a thread is woken once for all of a lane; for the owner of the stack. */
    void accept(PacketBatch batch) {
        for (int i = 0; i < batch.size(); i++) {
            waiting.add(batch.get(i));
        }
        synchronized (monitor) {
            for (int i = 0; i < batch.size(); i++) {
                Runnable task = take(batch.get(i));
                if (task != null) {
                    begun.add(task);
                }
            }
        }
        for (Runnable task = begun.poll(); task != null; task = begun.poll()) {
            start(task);
        }
    }

    private Runnable take(Packet packet) {
        packet.keep();
        if (barrier == null) {
            return dispatch(packet);
        }
        backlog.add(packet);
        return null;
    }

    /**
     * Whether nothing that was taken before a packet has to be handed over before it. For the owner of the stack, who may then
     * hand it over itself instead of having it taken: as long as it does nothing can come in between.
     */
    boolean isNext(Packet packet) {
        synchronized (monitor) {
            return barrier == null && (packet.has(Flag.OOB) || !lanes.containsKey(laneOf(packet)));
        }
    }

    /** Take a barrier; for the owner of the stack. */
    void accept(Barrier next) {
        Runnable task = null;
        synchronized (monitor) {
            if (barrier != null) {
                backlog.add(next);
            } else {
                barrier = next;
                task = barrierTask();
            }
        }
        start(task);
    }

    /**
     * Take a barrier that may last long; for the owner of the stack. What comes behind it may go to disk.
     *
     * @param next the barrier
     * @param disk opened when it is needed, on a delivery thread; closed when nothing waits any more
     */
    void accept(Barrier next, Supplier<Spool> disk) {
        accept(next);
        synchronized (monitor) {
            backlog.mayUse(disk);
        }
    }

    /**
     * Forget all group packets that wait behind barriers, and give their credit back; the barriers stay.
     *
     * @return packets to this member alone that wait behind barriers; they are taken out
     */
    List<Packet> discardBacklog() {
        List<Packet> discarded = new ArrayList<>();
        List<Packet> kept;
        synchronized (monitor) {
            kept = backlog.discard(discarded::add);
        }
        kept.forEach(waiting::remove);
        discarded.forEach(waiting::remove);
        giveBackCredit(discarded);
        return kept;
    }

    /** Tell whether senders have to wait because this member is not ready to take anything. */
    boolean isFull() {
        synchronized (monitor) {
            return backlog.isFull();
        }
    }

    /** Nothing waits on disk any more; what does is lost. */
    void close() {
        synchronized (monitor) {
            backlog.close();
        }
    }

    /** Number of packets not yet handed over. */
    int size() {
        synchronized (monitor) {
            return outstanding + backlog.packets();
        }
    }

    private void giveBackCredit(List<Packet> packets) {
        Map<Address, Credit> credits = new LinkedHashMap<>();
        packets.forEach(packet -> credits.computeIfAbsent(packet.source(), unused -> new Credit()).add(packet));
        credits.forEach((source, credit) -> credit.giveBack(source, consumption));
    }

    /** Lanes with packets, fullest first. */
    List<Diagnosis.Lane> lanes() {
        List<Diagnosis.Lane> all = new ArrayList<>();
        synchronized (monitor) {
            lanes.forEach((key, lane) -> all.add(new Diagnosis.Lane(
                    key == WHOLE_GROUP ? "the whole group" : key.toString(), lane.packets.size())));
        }
        all.sort(Comparator.comparing(Diagnosis.Lane::packets).reversed().thenComparing(Diagnosis.Lane::of));
        return all;
    }

    /** Whether a barrier is not passed yet. */
    boolean hasBarrier() {
        synchronized (monitor) {
            return barrier != null;
        }
    }

    /** Number of packets in memory whose delivery has not begun; any thread. */
    int waiting(boolean areOutOfBand) {
        return waiting.count(areOutOfBand);
    }

    /** Whether a packet of a sender would have to wait for one that the application has not yet returned from. */
    boolean isBehind(Address source) {
        synchronized (monitor) {
            return barrier != null || lanes.containsKey(source) || lanes.containsKey(WHOLE_GROUP);
        }
    }

    /** See {@link WaitingPackets#whenRoom}. */
    void whenRoom(boolean areOutOfBand, int most, Runnable told) {
        waiting.whenRoom(areOutOfBand, most, told);
    }

    private Runnable dispatch(Packet packet) {
        outstanding++;
        if (packet.has(Flag.OOB)) {
            return new OutOfBand(packet);
        }
        Lane lane = lanes.computeIfAbsent(laneOf(packet), Lane::new);
        lane.packets.add(packet);
        if (lane.isRunning) {
            return null;
        }
        lane.isRunning = true;
        return lane;
    }

    private static Object laneOf(Packet packet) {
        return packet.isToGroup() && packet.has(Packet.ONE_LANE) ? WHOLE_GROUP : packet.source();
    }

    private void start(Runnable task) {
        if (task != null) {
            (task instanceof OutOfBand ? outOfBand : ordered).execute(task);
        }
    }

    private Runnable barrierTask() {
        if (barrier == null || barrierRuns || outstanding > 0) {
            return null;
        }
        barrierRuns = true;
        Barrier current = barrier;
        return () -> current.run(() -> passed(current));
    }

    private void finished(int packets) {
        Runnable task;
        synchronized (monitor) {
            outstanding -= packets;
            task = barrierTask();
        }
        start(task);
    }

    private void passed(Barrier current) {
        ArrayDeque<Runnable> tasks = new ArrayDeque<>();
        synchronized (monitor) {
            if (barrier != current) {
                return;
            }
            barrier = null;
            barrierRuns = false;
            for (Object next = backlog.poll(); next != null; next = barrier == null ? backlog.poll() : null) {
                Runnable task = null;
                if (next instanceof Packet packet) {
                    task = dispatch(packet);
                } else {
                    barrier = (Barrier) next;
                    task = barrierTask();
                }
                if (task != null) {
                    tasks.add(task);
                }
            }
        }
        tasks.forEach(this::start);
    }

    /** What the backlog needs. */
    private final class BacklogOwner implements Backlog.Owner {
        @Override
        public void locked(Runnable work) {
            synchronized (monitor) {
                work.run();
            }
        }

        @Override
        public void storedOrForgotten(List<Packet> packets) {
            packets.forEach(waiting::remove);
            packets.forEach(Packet::release);
            giveBackCredit(packets);
        }

        @Override
        public void loaded(Packet packet) {
            waiting.add(packet);
        }

        @Override
        public void later(Runnable task) {
            ordered.execute(task);
        }

        @Override
        public void failed(IOException failure) {
            failed.accept(failure);
        }
    }

    /** A packet that waits for nothing but a thread. */
    private final class OutOfBand implements Runnable {
        private final Packet packet;

        private OutOfBand(Packet packet) {
            this.packet = packet;
        }

        @Override
        public void run() {
            waiting.remove(packet);
            delivery.deliver(packet);
            packet.release();
            consumption.consumed(packet.source(), packet.isToGroup(), packet.credit());
            finished(1);
        }
    }

    /** Packets of one sender, or of the whole group. */
    private final class Lane implements Runnable {
        private final Object key;
        private final ArrayDeque<Packet> packets = new ArrayDeque<>();
        private final Map<Address, Credit> credits = new LinkedHashMap<>(2);
        private final Packet[] taken = new Packet[PACKETS_AT_ONCE];
        private boolean isRunning;
        private long gathered;

        private Lane(Object key) {
            this.key = key;
        }

        @Override
        public void run() {
            int handed = 0;
            for (int count = take(); count > 0; count = handed < PACKETS_PER_RUN ? take() : 0) {
                for (int i = 0; i < count; i++) {
                    hand(taken[i]);
                    taken[i] = null;
                }
                handed += count;
            }
            giveBackCredit();
            finishRun(handed);
        }

        /** Take out what is there, with one look at the monitor. */
        private int take() {
            synchronized (monitor) {
                int count = Math.min(packets.size(), taken.length);
                for (int i = 0; i < count; i++) {
                    taken[i] = packets.poll();
                }
                return count;
            }
        }

        private void hand(Packet packet) {
            waiting.remove(packet);
            delivery.deliver(packet);
            packet.release();
            if (packet.credit() > 0) {
                gather(packet);
            }
        }

        private void gather(Packet packet) {
            credits.computeIfAbsent(packet.source(), unused -> new Credit()).add(packet);
            gathered += packet.credit();
            if (gathered >= CREDIT_STEP_BYTES) {
                giveBackCredit();
            }
        }

        private void giveBackCredit() {
            credits.forEach((source, credit) -> credit.giveBack(source, consumption));
            credits.clear();
            gathered = 0;
        }

        private void finishRun(int handed) {
            boolean again;
            Runnable task;
            synchronized (monitor) {
                outstanding -= handed;
                again = !packets.isEmpty();
                isRunning = again;
                if (!again) {
                    lanes.remove(key);
                }
                task = barrierTask();
            }
            start(again ? this : null);
            start(task);
        }
    }

    /** What one sender is owed. */
    private static final class Credit {
        private long group;
        private long unicast;

        private void add(Packet packet) {
            if (packet.isToGroup()) {
                group += packet.credit();
            } else {
                unicast += packet.credit();
            }
        }

        private void giveBack(Address source, ConsumptionListener to) {
            if (group > 0) {
                to.consumed(source, true, group);
            }
            if (unicast > 0) {
                to.consumed(source, false, unicast);
            }
        }
    }
}
