package dev.muster.it.processes;

import dev.muster.api.Channel;
import java.util.SplittableRandom;

/**
 * Sends numbered messages of mixed sizes to all, as fast as the stack takes them, from {@link #go} to {@link #halt}. What it
 * may have sent is in the log before it is sent.
 */
final class LoadSender implements Runnable {

    private static final int ANNOUNCED_AT_ONCE = 500;
    private static final int LARGE_ONE_IN = 500;
    private static final int LARGE_TIMES = 40;

    private final Channel channel;
    private final int typicalBytes;
    private final SplittableRandom random = new SplittableRandom(1);
    private final byte[] payload;
    private MemberLog log;
    private int round;
    private int next;
    private int announced;
    private volatile boolean working;
    private boolean idle = true;

    LoadSender(Channel channel, int typicalBytes) {
        this.channel = channel;
        this.typicalBytes = typicalBytes;
        this.payload = new byte[Math.max(LoadMessage.LEAST, typicalBytes) * LARGE_TIMES];
    }

    /** Number from 0 again, and write to that log; only while it is halted. */
    synchronized void begin(int newRound, MemberLog newLog) {
        round = newRound;
        log = newLog;
        next = 0;
        announced = 0;
    }

    synchronized void go() {
        working = true;
        idle = false;
        notifyAll();
    }

    /** Returns when nothing is being sent any more. */
    synchronized int halt() throws InterruptedException {
        working = false;
        while (!idle) {
            wait();
        }
        log.sent(next);
        return next;
    }

    /** Send one that says it is the last; only while it is halted. */
    synchronized void sendLast() {
        log.sent(next + 1);
        send(LoadMessage.LEAST, true);
    }

    @Override
    public void run() {
        try {
            while (true) {
                awaitWork();
                while (working) {
                    sendOne();
                }
                rest();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void awaitWork() throws InterruptedException {
        while (!working) {
            wait();
        }
    }

    private synchronized void rest() {
        idle = !working;
        notifyAll();
    }

    private void sendOne() {
        if (next == announced) {
            announced += ANNOUNCED_AT_ONCE;
            log.mayHaveSent(announced);
        }
        int length = random.nextInt(LARGE_ONE_IN) == 0 ? payload.length
                : random.nextInt(LoadMessage.LEAST, Math.max(LoadMessage.LEAST + 1, 2 * typicalBytes));
        send(length, false);
    }

    private void send(int length, boolean last) {
        new LoadMessage(round, next, last).writeTo(payload, length);
        next++;
        channel.send(null, payload, 0, length);
    }
}
