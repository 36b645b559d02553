package dev.muster.testkit;

import dev.muster.spi.Event;
import dev.muster.spi.Packet;
import dev.muster.spi.PacketBatch;
import dev.muster.spi.Transport;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** The layers of a harness and the queue of what they have asked for; what leaves them at either end is recorded. */
final class HarnessStack {

    private static final int ACTIONS_WITHOUT_END = 5_000_000;

    private final ProtocolHarness record;
    private final HarnessTimers timers;
    private final List<HarnessLayer> layers = new ArrayList<>();
    private final ArrayDeque<Runnable> actions = new ArrayDeque<>();
    private boolean settling;

    HarnessStack(ProtocolHarness record, HarnessTimers timers) {
        this.record = record;
        this.timers = timers;
    }

    /** Lowest first. */
    List<HarnessLayer> layers() {
        return layers;
    }

    /** Index of the highest layer. */
    int top() {
        return layers.size() - 1;
    }

    /** Do something as a call of the stack, and everything that follows from it, timers of delay 0 included. */
    void call(Runnable work) {
        actions.add(work);
        if (settling) {
            return;
        }
        settling = true;
        try {
            settle();
        } finally {
            settling = false;
            actions.clear();
        }
    }

    private void settle() {
        for (int count = 0; ; count++) {
            if (count > ACTIONS_WITHOUT_END) {
                throw new AssertionError("the protocol goes on and on without time passing, at " + timers.now() + " ns");
            }
            if (!actions.isEmpty()) {
                actions.poll().run();
            } else if (timers.next() >= 0 && timers.next() <= timers.now()) {
                HarnessTimers.Owner owner = timers.poll();
                layers.get(owner.layer()).protocol.timer(owner.id());
            } else if (!flushed()) {
                return;
            }
        }
    }

    /** Let a transport at the bottom write. Tells whether that led to more to do. */
    private boolean flushed() {
        if (!layers.isEmpty() && layers.get(0).protocol instanceof Transport transport) {
            transport.flush();
        }
        return !actions.isEmpty();
    }

    void later(Runnable action) {
        actions.add(action);
    }

    void packetUp(int index, Packet packet) {
        if (index == layers.size()) {
            record.passedUp().add(packet);
        } else {
            layers.get(index).protocol.up(packet);
        }
    }

    void batchUp(int index, PacketBatch batch) {
        if (index == layers.size()) {
            batch.forEach(record.passedUp()::add);
        } else {
            layers.get(index).protocol.up(batch);
        }
    }

    void packetDown(int index, Packet packet) {
        if (index < 0) {
            record.checkHeaders(packet);
            record.passedDown().add(record.stamped(packet));
        } else {
            boolean forTransport = layers.get(index).protocol instanceof Transport;
            layers.get(index).protocol.down(forTransport ? record.stamped(packet) : packet);
        }
    }

    void eventUp(int index, Event event, boolean fromTest) {
        if (index == layers.size()) {
            (fromTest ? record.letThrough() : record.emittedUp()).add(event);
            return;
        }
        Event next = layers.get(index).protocol.event(event);
        if (next != null) {
            later(() -> eventUp(index + 1, next, fromTest && next == event));
        }
    }

    void eventDown(int index, Event event, boolean fromTest) {
        if (index < 0) {
            (fromTest ? record.letThrough() : record.emittedDown()).add(event);
            return;
        }
        Event next = layers.get(index).protocol.event(event);
        if (next != null) {
            later(() -> eventDown(index - 1, next, fromTest && next == event));
        }
    }
}
