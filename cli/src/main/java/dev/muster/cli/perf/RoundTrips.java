package dev.muster.cli.perf;

import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;

/** Messages that go to another member and back, one at a time. */
public final class RoundTrips {

    /** Who sends the next one. */
    public enum Mode {
        /** The thread that delivers the last one's return. */
        CALLBACK,
        /** A thread that sleeps until it is woken for it. */
        BLOCKING,
        /** A thread that waits for an answer, in the way the system offers for calls. */
        CALL
    }

    private static final int MOST = 2_000_000;

    private final Node node;
    private final int self;
    private final int other;
    private final byte[] payload;
    private final Mode mode;
    private final Thread waiter = Thread.currentThread();
    private final long[] nanos = new long[MOST];
    private volatile int returned;
    private volatile boolean over;
    private volatile CompletableFuture<Void> answer = new CompletableFuture<>();
    private long end;
    private long sentAt;

    /**
     * Prepare them; the calling thread is the one that waits.
     *
     * @param node to send with
     * @param self number of this member
     * @param other number of the one that sends back
     * @param bytes of a message
     * @param mode who sends the next one
     */
    public RoundTrips(Node node, int self, int other, int bytes, Mode mode) {
        this.node = node;
        this.self = self;
        this.other = other;
        this.payload = new byte[bytes];
        this.mode = mode;
    }

    /**
     * Make them for a time.
     *
     * @param millis how long
     * @return how long each took, sorted, in nanoseconds
     * @throws Exception if one can't be sent
     */
    public long[] run(long millis) throws Exception {
        end = System.nanoTime() + millis * 1_000_000;
        if (mode == Mode.CALLBACK) {
            send(1);
            while (!over) {
                LockSupport.park(this);
            }
        } else {
            for (int number = 1; !over; number++) {
                goAndReturn(number);
            }
        }
        long[] sorted = Arrays.copyOf(nanos, returned);
        Arrays.sort(sorted);
        return sorted;
    }

    private void goAndReturn(int number) throws Exception {
        if (mode == Mode.CALL) {
            answer = new CompletableFuture<>();
            send(number);
            node.await(answer);
        } else {
            send(number);
            while (returned < number) {
                LockSupport.park(this);
            }
        }
    }

    private void send(int number) throws Exception {
        Inbox.write(payload, Inbox.other(Inbox.PING, self, number));
        sentAt = System.nanoTime();
        node.sendTo(other, payload, payload.length);
    }

    /**
     * One has come back; called by the thread that delivers.
     *
     * @param number of the message
     * @throws Exception if the next one can't be sent
     */
    public void back(int number) throws Exception {
        long now = System.nanoTime();
        nanos[number - 1] = now - sentAt;
        over = now >= end || number == MOST;
        returned = number;
        if (mode == Mode.CALL) {
            answer.complete(null);
        } else if (over || mode == Mode.BLOCKING) {
            LockSupport.unpark(waiter);
        } else {
            send(number + 1);
        }
    }
}
