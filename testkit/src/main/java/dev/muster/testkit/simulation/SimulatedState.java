package dev.muster.testkit.simulation;

import dev.muster.api.Address;
import dev.muster.api.StateHandler;
import dev.muster.api.ViewId;
import dev.muster.testkit.history.History;
import dev.muster.testkit.history.LifeHistory;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.IntConsumer;

/**
 * The state of a simulated application: which group messages it has seen. One seed of four in a row, and the one after it,
 * have states that are equal byte by byte whoever gives them.
 *
 * <pre>
 * life of the provider 4 | how much had happened to it 4 | ids in the order of delivery, 8 each
 *
 * view: counter 8, creator 16 | ids in ascending order, 8 each                                      if repeatable
 * </pre>
 */
final class SimulatedState implements StateHandler {

    private static final int VIEW_BYTES = 24;

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
    public boolean isRepeatable() {
        return (cluster.simulation().seed() & 2) != 0;
    }

    @Override
    public Snapshot snapshot() {
        long[] messages = life.groupMessages();
        ByteBuffer bytes = ByteBuffer.allocate(VIEW_BYTES + 8 * messages.length);
        if (isRepeatable()) {
            ViewId view = life.lastView().id();
            bytes.putLong(view.counter()).putLong(view.creator().high()).putLong(view.creator().low());
            Arrays.sort(messages);
        } else {
            bytes.putInt(life.id()).putInt(life.position());
        }
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
        int provider = isRepeatable() ? takeOfView(bytes) : takeOfProvider(bytes);
        if (provider >= 0) {
            taken.accept(provider);
            cluster.tell(life.name(), () -> "takes a state of " + bytes.capacity() + " bytes from "
                    + history.lives().get(provider).name());
        }
    }

    private int takeOfView(ByteBuffer bytes) {
        ViewId cut = new ViewId(bytes.getLong(), Address.of(bytes.getLong(), bytes.getLong(), ""));
        return life.stateTaken(cut, messages(bytes));
    }

    private int takeOfProvider(ByteBuffer bytes) {
        int provider = bytes.getInt();
        int position = bytes.getInt();
        if (provider < 0 || provider >= history.lives().size()) {
            life.corruption("was given a state of life " + provider + ", which there is not");
            return -1;
        }
        life.stateTaken(provider, position, messages(bytes));
        return provider;
    }

    private static long[] messages(ByteBuffer bytes) {
        long[] messages = new long[bytes.remaining() / 8];
        bytes.asLongBuffer().get(messages);
        return messages;
    }
}
