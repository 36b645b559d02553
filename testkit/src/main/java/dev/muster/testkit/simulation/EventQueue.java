package dev.muster.testkit.simulation;

import java.util.Arrays;

/**
 * A heap ordered by (time, sequence number), from which anything can be taken out: most timers never fire.
 *
 * <p>Four children per node, and the times side by side in an array of their own: to find the earliest of four, no object
 * need be looked at unless two have the same time.
 */
final class EventQueue {

    private static final int CHILDREN_BITS = 2;
    private static final int CHILDREN = 1 << CHILDREN_BITS;

    private Happening[] heap = new Happening[256];
    private long[] times = new long[256];
    private int size;
    private long nextSequence;

    void add(Happening happening, long time) {
        if (size == heap.length) {
            heap = Arrays.copyOf(heap, size * 2);
            times = Arrays.copyOf(times, size * 2);
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
        if (hole > 0 && isBefore(last, parent(hole))) {
            siftUp(hole, last);
        } else {
            siftDown(hole, last);
        }
    }

    /** How many of a process wait. */
    long pending(SimulatedEnvironment process) {
        return Arrays.stream(heap, 0, size).filter(waiting -> waiting.process == process).count();
    }

    /** How many of one kind of a process wait. */
    long pending(SimulatedEnvironment process, Happening.Kind kind) {
        return Arrays.stream(heap, 0, size).filter(waiting -> waiting.process == process && waiting.kind == kind).count();
    }

    int size() {
        return size;
    }

    private static int parent(int index) {
        return index - 1 >> CHILDREN_BITS;
    }

    private void siftUp(int from, Happening happening) {
        int hole = from;
        while (hole > 0) {
            int parent = parent(hole);
            if (!isBefore(happening, parent)) {
                break;
            }
            place(hole, heap[parent]);
            hole = parent;
        }
        place(hole, happening);
    }

    private void siftDown(int from, Happening happening) {
        int hole = from;
        for (int first = firstChild(hole); first < size; first = firstChild(hole)) {
            int child = earliest(first, Math.min(first + CHILDREN, size));
            if (isBefore(happening, child)) {
                break;
            }
            place(hole, heap[child]);
            hole = child;
        }
        place(hole, happening);
    }

    private static int firstChild(int index) {
        return (index << CHILDREN_BITS) + 1;
    }

    private int earliest(int first, int end) {
        int earliest = first;
        for (int index = first + 1; index < end; index++) {
            if (times[index] < times[earliest]
                    || times[index] == times[earliest] && heap[index].sequence < heap[earliest].sequence) {
                earliest = index;
            }
        }
        return earliest;
    }

    private boolean isBefore(Happening happening, int index) {
        return happening.time != times[index] ? happening.time < times[index] : happening.sequence < heap[index].sequence;
    }

    private void place(int index, Happening happening) {
        heap[index] = happening;
        times[index] = happening.time;
        happening.position = index;
    }
}
