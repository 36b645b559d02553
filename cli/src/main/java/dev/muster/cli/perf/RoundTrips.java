package dev.muster.cli.perf;

import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;

/**
 * Messages that go to another member and back, one at a time.
 *
 * <p>The next one is sent by the thread that delivers the last one's return, or by a thread that waits for it.
 */
public final class RoundTrips {

    private final Node node;
    private final int self;
    private final int other;
    private final byte[] payload;
    private final long[] nanos;
    private final boolean fromCallback;
    private final Thread waiter = Thread.currentThread();
    private volatile long returned;
    private long sentAt;

    /**
     * Prepare them; the calling thread is the one that waits.
     *
     * @param node to send with
     * @param self number of this member
     * @param other number of the one that sends back
     * @param bytes of a message
     * @param count how many
     * @param fromCallback whether the thread that delivers sends the next one
     */
    public RoundTrips(Node node, int self, int other, int bytes, int count, boolean fromCallback) {
        this.node = node;
        this.self = self;
        this.other = other;
        this.payload = new byte[bytes];
        this.nanos = new long[count];
        this.fromCallback = fromCallback;
    }

    /**
     * Make them all.
     *
     * @return how long each took, sorted, in nanoseconds
     * @throws Exception if one can't be sent
     */
    public long[] run() throws Exception {
        send(1);
        for (long number = 1; number <= nanos.length; number++) {
            while (returned < (fromCallback ? nanos.length : number)) {
                LockSupport.park(this);
            }
            if (!fromCallback && number < nanos.length) {
                send(number + 1);
            }
        }
        Arrays.sort(nanos);
        return nanos;
    }

    private void send(long number) throws Exception {
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
    public void back(long number) throws Exception {
        nanos[(int) number - 1] = System.nanoTime() - sentAt;
        returned = number;
        if (!fromCallback || number == nanos.length) {
            LockSupport.unpark(waiter);
        } else {
            send(number + 1);
        }
    }
}
