package dev.muster.it.state;

import dev.muster.api.Address;
import dev.muster.api.StateHandler;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

/**
 * A state that is as large as one likes and takes no memory: how many messages of each member were delivered, and a body
 * of bytes that follow from where they are. Equal counts are equal bytes, whoever gives them.
 *
 * <pre>
 * | entries 4 | entry … | body |          entry: | id 16 | messages 8 |
 * </pre>
 */
final class CountedState implements StateHandler {

    /** A prime, so that chunks of no size begin alike. */
    private static final byte[] PATTERN = new byte[65_521];

    private static final int ENTRY_BYTES = 24;

    static {
        new Random(1).nextBytes(PATTERN);
    }

    private final long bodyBytes;
    private final Consumer<String> problems;
    private final Map<Address, Long> counts = new TreeMap<>();
    private volatile CountDownLatch gate = new CountDownLatch(0);
    private volatile long failAt = Long.MAX_VALUE;
    private volatile long given;
    private volatile long taken;
    private volatile int sinks;
    private volatile boolean complete;
    private volatile boolean repeatable = true;

    CountedState(long bodyBytes, Consumer<String> problems) {
        this.bodyBytes = bodyBytes;
        this.problems = problems;
    }

    /** A message was delivered: it must be the next of its sender. */
    synchronized void count(Address source, long number) {
        long expected = counts.getOrDefault(source, 0L);
        if (number != expected) {
            problems.accept("message " + number + " of " + source + " instead of " + expected);
        }
        counts.put(source, number + 1);
    }

    /** Bytes of snapshots read so far. */
    long given() {
        return given;
    }

    /** Bytes of the state that is being taken. */
    long taken() {
        return taken;
    }

    /** How often a state was begun. */
    int sinks() {
        return sinks;
    }

    boolean isComplete() {
        return complete;
    }

    /** Whoever takes a state from now on waits before each chunk. */
    void block() {
        gate = new CountDownLatch(1);
    }

    void unblock() {
        gate.countDown();
    }

    /** Reading a snapshot fails from that byte on. */
    void failAt(long position) {
        failAt = position;
    }

    /** From now on nobody may rely on bytes being equal. */
    void differ() {
        repeatable = false;
    }

    @Override
    public boolean isRepeatable() {
        return repeatable;
    }

    @Override
    public synchronized Snapshot snapshot() {
        ByteBuffer head = ByteBuffer.allocate(4 + ENTRY_BYTES * counts.size()).putInt(counts.size());
        counts.forEach((member, count) -> head.putLong(member.high()).putLong(member.low()).putLong(count));
        head.flip();
        return new Frozen(head);
    }

    /** The counts as they were; the body needs no copy. */
    private final class Frozen implements Snapshot {
        private final ByteBuffer head;
        private long position;

        private Frozen(ByteBuffer head) {
            this.head = head;
        }

        @Override
        public int read(byte[] buffer) throws IOException {
            if (position >= failAt) {
                throw new IOException("planted at byte " + position);
            }
            int length = Math.min(buffer.length, head.remaining());
            head.get(buffer, 0, length);
            int room = (int) Math.min(buffer.length - length, bodyBytes - position);
            for (int done = 0; done < room; ) {
                int from = (int) ((position + done) % PATTERN.length);
                int part = Math.min(PATTERN.length - from, room - done);
                System.arraycopy(PATTERN, from, buffer, length + done, part);
                done += part;
            }
            position += room;
            given += length + room;
            return length + room == 0 ? -1 : length + room;
        }
    }

    @Override
    public Sink sink() {
        sinks++;
        taken = 0;
        return new Taking();
    }

    private final class Taking implements Sink {
        private final ByteArrayOutputStream head = new ByteArrayOutputStream();
        private long position;

        @Override
        public void write(byte[] buffer, int offset, int length) throws IOException {
            passGate();
            int at = offset;
            while (at < offset + length && isHeadOpen()) {
                head.write(buffer[at++]);
            }
            while (at < offset + length) {
                int from = (int) (position % PATTERN.length);
                int part = Math.min(PATTERN.length - from, offset + length - at);
                if (!Arrays.equals(buffer, at, at + part, PATTERN, from, from + part)) {
                    throw new IOException("the body is wrong at byte " + position);
                }
                position += part;
                at += part;
            }
            taken += length;
        }

        private boolean isHeadOpen() {
            return head.size() < 4 || head.size() < 4 + ENTRY_BYTES * ByteBuffer.wrap(head.toByteArray()).getInt();
        }

        private void passGate() throws IOException {
            try {
                gate.await();
            } catch (InterruptedException e) {
                throw new IOException("interrupted", e);
            }
        }

        @Override
        public void complete() throws IOException {
            if (position != bodyBytes) {
                throw new IOException("a body of " + position + " bytes instead of " + bodyBytes);
            }
            synchronized (CountedState.this) {
                counts.clear();
                ByteBuffer entries = ByteBuffer.wrap(head.toByteArray());
                for (int left = entries.getInt(); left > 0; left--) {
                    counts.put(Address.of(entries.getLong(), entries.getLong(), ""), entries.getLong());
                }
            }
            complete = true;
        }
    }
}
