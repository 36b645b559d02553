package dev.muster.core;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Lends a pool that many share another thread when all of its threads are held by callbacks that don't return, while others
 * wait: these may be what the former wait for. One at a time, and again only when nothing has moved for a moment, so a pool
 * that is merely busy stays small. What was lent is taken back when the pool's own threads can be had again.
 */
final class Relief {

    /** Longer than callbacks that compute, shorter than anybody's patience. */
    static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final DeliveryPool pool;
    private final EventLoop loop;
    private final AtomicInteger most = new AtomicInteger();
    private final AtomicBoolean looks = new AtomicBoolean();
    private long finishedBefore;
    private int lent;

    /**
     * Looks at nothing yet.
     *
     * @param pool to be helped
     * @param loop whose timer tells when to look
     */
    Relief(DeliveryPool pool, EventLoop loop) {
        this.pool = pool;
        this.loop = loop;
    }

    /** Let so many more threads be lent at most, fewer if negative; any thread. */
    void allow(int more) {
        most.addAndGet(more);
    }

    /** A task has to wait for a thread; any thread. */
    void tasksQueue() {
        if (looks.compareAndSet(false, true)) {
            loop.execute(this::lookLater);
        }
    }

    private void lookLater() {
        finishedBefore = pool.finished();
        loop.schedule(LOOK_NANOS, this::look);
    }

    private void look() {
        boolean queues = pool.hasQueue();
        if (queues && lent < most.get() && pool.finished() == finishedBefore) {
            lent++;
            pool.lendOneMore(true);
        } else if (!queues && lent > 0 && pool.size() - pool.idle() < pool.most()) {
            lent--;
            pool.lendOneMore(false);
        }
        if (queues || lent > 0) {
            lookLater();
            return;
        }
        looks.set(false);
        if (pool.hasQueue()) {
            tasksQueue();
        }
    }
}
