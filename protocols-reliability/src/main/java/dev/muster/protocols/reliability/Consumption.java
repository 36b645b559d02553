package dev.muster.protocols.reliability;

import dev.muster.api.Address;
import dev.muster.api.View;
import dev.muster.spi.RankedNumbers;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * The receiving half of flow control, once for group data and once for data to this member: what the application has
 * consumed of each sender, and when to tell.
 *
 * <p>Every packet says how much its sender has sent so far. That total, less what waits here unconsumed, is what the sender
 * may count as consumed. So both sides agree whenever a packet or a question has arrived, whatever was lost with a
 * connection, and whoever came late, left or came back.
 */
final class Consumption {

    /** Nothing is to be told. */
    static final long NOTHING = -1;

    /** Senders that are known between two views: more than any view has, so strangers don't fill the memory. */
    private static final int MOST_SENDERS = RankedNumbers.MOST_RANKS;

    /** Whoever was silent for so long does not count among those who send. */
    private static final long ACTIVE_NANOS = Duration.ofSeconds(1).toNanos();

    private final Map<Address, Sender> senders = new HashMap<>();
    private final CreditWindow window;
    private final Address self;

    private static final class Sender {
        private long sent;
        private long unconsumed;
        private long granted;
        private long window;
        private long heardNanos;

        long consumed() {
            return Math.max(0, sent - unconsumed);
        }
    }

    /**
     * Nothing is consumed yet.
     *
     * @param window of each sender
     * @param self whose own data do not come over the network
     */
    Consumption(CreditWindow window, Address self) {
        this.window = window;
        this.self = self;
    }

    /** A packet has come; its sender has sent a total, these bytes included. */
    void received(Address source, long total, int bytes, long nowNanos) {
        Sender sender = senders.get(source);
        if (sender == null) {
            if (senders.size() >= MOST_SENDERS) {
                // it will ask, and be believed
                return;
            }
            sender = new Sender();
            sender.granted = total - bytes;
            sender.window = window.first();
            senders.put(source, sender);
        }
        sender.sent = Math.max(sender.sent, total);
        sender.unconsumed += bytes;
        sender.heardNanos = nowNanos;
    }

    /** The application has consumed bytes; the total to be granted now, or {@link #NOTHING}. */
    long consumed(Address source, long bytes) {
        Sender sender = senders.get(source);
        if (sender == null) {
            return NOTHING;
        }
        sender.unconsumed = Math.max(0, sender.unconsumed - bytes);
        if (sender.consumed() - sender.granted < window.quantum(sender.window)) {
            return NOTHING;
        }
        sender.granted = sender.consumed();
        return sender.granted;
    }

    /** The sender asks, behind everything that it has sent; the total to be granted now. */
    long asked(Address source, long total) {
        Sender sender = senders.get(source);
        if (sender == null) {
            return total;
        }
        sender.sent = Math.max(sender.sent, total);
        sender.granted = sender.consumed();
        return sender.granted;
    }

    /** How many bytes a sender may have under way from now on: it is going to be told. */
    long window(Address source, long nowNanos) {
        Sender sender = senders.get(source);
        if (sender == null) {
            return window.first();
        }
        sender.window = window.among(active(nowNanos));
        return sender.window;
    }

    private int active(long nowNanos) {
        int active = 0;
        for (Map.Entry<Address, Sender> sender : senders.entrySet()) {
            boolean sends = nowNanos - sender.getValue().heardNanos < ACTIVE_NANOS && !sender.getKey().equals(self);
            active += sends ? 1 : 0;
        }
        return active;
    }

    /** Forget senders that are gone, but not what of theirs still waits to be consumed. */
    void retain(View view) {
        senders.entrySet().removeIf(entry -> !view.contains(entry.getKey()) && entry.getValue().unconsumed == 0);
    }
}
