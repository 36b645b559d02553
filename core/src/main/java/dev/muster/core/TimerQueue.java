package dev.muster.core;

import dev.muster.spi.Environment;
import java.util.PriorityQueue;

/** Tasks in order of their time; equal times in the order they were scheduled. For the owner only. */
final class TimerQueue {

    private final PriorityQueue<Entry> entries = new PriorityQueue<>();
    private long scheduled;
    private int cancelled;

    private final class Entry implements Environment.Scheduled, Comparable<Entry> {
        private final long timeNanos;
        private final long number;
        private Runnable task;

        private Entry(long timeNanos, long number, Runnable task) {
            this.timeNanos = timeNanos;
            this.number = number;
            this.task = task;
        }

        @Override
        public void cancel() {
            if (task != null) {
                task = null;
                cancelled++;
                sweep();
            }
        }

        @Override
        public int compareTo(Entry other) {
            int byTime = Long.signum(timeNanos - other.timeNanos);
            return byTime != 0 ? byTime : Long.compare(number, other.number);
        }
    }

    Environment.Scheduled add(long timeNanos, Runnable task) {
        Entry entry = new Entry(timeNanos, scheduled++, task);
        entries.add(entry);
        return entry;
    }

    /** Cancelled entries stay until they come up, or until they are the larger part. */
    private void sweep() {
        if (cancelled > 64 && cancelled > entries.size() / 2) {
            entries.removeIf(entry -> entry.task == null);
            cancelled = 0;
        }
    }

    /** Take out the next task that is due; null if there is none. */
    Runnable due(long nowNanos) {
        while (!entries.isEmpty()) {
            Entry first = entries.peek();
            if (first.task == null) {
                entries.poll();
                cancelled--;
            } else if (first.timeNanos - nowNanos > 0) {
                return null;
            } else {
                entries.poll();
                Runnable task = first.task;
                first.task = null;
                return task;
            }
        }
        return null;
    }

    /** Time of the next task; {@link Long#MAX_VALUE} if there is none. */
    long nextNanos() {
        while (!entries.isEmpty() && entries.peek().task == null) {
            entries.poll();
            cancelled--;
        }
        return entries.isEmpty() ? Long.MAX_VALUE : entries.peek().timeNanos;
    }
}
