package dev.muster.testkit.simulation;

import java.util.Arrays;

/** A binary heap ordered by (time, sequence number), from which anything can be taken out: most timers never fire. */
final class EventQueue {

    private Happening[] heap = new Happening[256];
    private int size;
    private long nextSequence;

    void add(Happening happening, long time) {
        if (size == heap.length) {
            heap = Arrays.copyOf(heap, size * 2);
        }
        happening.time = time;
        happening.sequence = nextSequence++;
        siftUp(size++, happening);
    }

    /** The next one; null if there is none. */
    Happening peek() {
        return size == 0 ? null : heap[0];
    }

    Happening poll() {
        Happening first = heap[0];
        remove(first);
        return first;
    }

    void remove(Happening happening) {
        int hole = happening.position;
        happening.position = -1;
        Happening last = heap[--size];
        heap[size] = null;
        if (last == happening) {
            return;
        }
        if (hole > 0 && last.isBefore(heap[hole - 1 >> 1])) {
            siftUp(hole, last);
        } else {
            siftDown(hole, last);
        }
    }

    /** How many of a process wait. */
    long pending(SimulatedEnvironment process) {
        return Arrays.stream(heap, 0, size).filter(waiting -> waiting.process == process).count();
    }

    int size() {
        return size;
    }

    private void siftUp(int from, Happening happening) {
        int hole = from;
        while (hole > 0) {
            int parent = hole - 1 >> 1;
            if (!happening.isBefore(heap[parent])) {
                break;
            }
            place(hole, heap[parent]);
            hole = parent;
        }
        place(hole, happening);
    }

    private void siftDown(int from, Happening happening) {
        int hole = from;
        for (int child = 2 * hole + 1; child < size; child = 2 * hole + 1) {
            if (child + 1 < size && heap[child + 1].isBefore(heap[child])) {
                child++;
            }
            if (!heap[child].isBefore(happening)) {
                break;
            }
            place(hole, heap[child]);
            hole = child;
        }
        place(hole, happening);
    }

    private void place(int index, Happening happening) {
        heap[index] = happening;
        happening.position = index;
    }
}
