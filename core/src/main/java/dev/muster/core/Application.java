package dev.muster.core;

import dev.muster.api.MessageBatch;
import dev.muster.api.View;
import dev.muster.spi.Packet;
import java.util.concurrent.atomic.AtomicLong;

/** The application above a life: is called back with messages and views, and may throw whatever it likes. For delivery threads. */
final class Application {

    private static final boolean POISON = Boolean.getBoolean("muster.poison");

    private final GroupChannel channel;
    private final Callbacks callbacks;
    private final AtomicLong failures = new AtomicLong();

    Application(GroupChannel channel, Callbacks callbacks) {
        this.channel = channel;
        this.callbacks = callbacks;
    }

    /** Hand over a view that a life has reached. */
    void accept(Life life, View view) {
        callbacks.run(() -> "view " + view.id(), () -> {
            try {
                channel.accepted(life, view);
                channel.receiver().viewAccepted(view);
            } catch (RuntimeException | Error e) {
                failed(e);
            }
        });
    }

    /** Hand over all messages of a packet. */
    void deliver(Packet packet) {
        callbacks.run(() -> "messages of " + packet.source(), () -> hand(new LentBatch(packet, POISON)));
    }

    private void hand(LentBatch batch) {
        do {
            handOnce(batch);
        } while (batch.failed() && batch.hasMore());
        batch.takeBack();
    }

    private void handOnce(LentBatch batch) {
        batch.lend();
        try {
            channel.receiver().receive((MessageBatch) batch);
        } catch (RuntimeException | Error e) {
            batch.noteFailure();
            failed(e);
        }
    }

    private void failed(Throwable failure) {
        failures.incrementAndGet();
        channel.failed(failure);
    }

    /** Callbacks that threw; any thread. */
    long failures() {
        return failures.get();
    }
}
