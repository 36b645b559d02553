package dev.muster.testkit.simulation;

import dev.muster.api.StateHandler;
import dev.muster.testkit.history.History;
import dev.muster.testkit.history.LifeHistory;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.function.IntConsumer;

/**
 * The state of a simulated application: which group messages it has seen.
 *
 * <pre>
 * life of the provider 4 | how much had happened to it 4 | ids, 8 each
 * </pre>
 */
final class SimulatedState implements StateHandler {

    private final SimulatedCluster cluster;
    private final History history;
    private final LifeHistory life;
    private final IntConsumer taken;

    SimulatedState(SimulatedCluster cluster, LifeHistory life, IntConsumer taken) {
        this.taken = taken;
        this.cluster = cluster;
        this.history = cluster.history();
        this.life = life;
    }

    @Override
    public Snapshot snapshot() {
        long[] messages = life.groupMessages();
        ByteBuffer bytes = ByteBuffer.allocate(8 + 8 * messages.length).putInt(life.id()).putInt(life.position());
        for (long message : messages) {
            bytes.putLong(message);
        }
        bytes.flip();
        return buffer -> {
            int length = Math.min(buffer.length, bytes.remaining());
            bytes.get(buffer, 0, length);
            return length == 0 ? -1 : length;
        };
    }

    @Override
    public Sink sink() {
        ByteArrayOutputStream collected = new ByteArrayOutputStream();
        return new Sink() {
            @Override
            public void write(byte[] buffer, int offset, int length) {
                collected.write(buffer, offset, length);
            }

            @Override
            public void complete() {
                take(ByteBuffer.wrap(collected.toByteArray()));
            }
        };
    }

    private void take(ByteBuffer bytes) {
        int provider = bytes.getInt();
        int position = bytes.getInt();
        long[] messages = new long[bytes.remaining() / 8];
        bytes.asLongBuffer().get(messages);
        if (provider < 0 || provider >= history.lives().size()) {
            life.corruption("was given a state of life " + provider + ", which there is not");
        } else {
            life.stateTaken(provider, position, messages);
            taken.accept(provider);
            cluster.tell(life.name(), () -> "takes a state of " + messages.length + " messages from "
                    + history.lives().get(provider).name());
        }
    }
}
