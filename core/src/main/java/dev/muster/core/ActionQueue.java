package dev.muster.core;

import dev.muster.spi.Packet;
import dev.muster.spi.PacketBatch;

/**
 * What the layers of a stack have asked for, in order. A ring that grows; one cell per action, nothing allocated. Packets are
 * {@linkplain Packet#keep kept} until the action is done with.
 */
final class ActionQueue {

    /** What is to be done. */
    enum Kind {
        UP,
        UP_BATCH,
        DOWN,
        EVENT_UP,
        EVENT_DOWN,
        TIMER
    }

    private Object[] subjects = new Object[64];
    private Kind[] kinds = new Kind[64];
    private int[] targets = new int[64];
    private int head;
    private int size;
    private Object subject;
    private Kind kind;
    private int target;

    /** Append an action: something to be done to a layer. */
    void add(int layer, Kind what, Object about) {
        if (size == subjects.length) {
            grow();
        }
        int tail = head + size++ & subjects.length - 1;
        subjects[tail] = about;
        kinds[tail] = what;
        targets[tail] = layer;
        if (about instanceof Packet packet) {
            packet.keep();
        } else if (about instanceof PacketBatch batch) {
            batch.keep();
        }
    }

    /** The present action is done with. */
    void done() {
        if (subject instanceof Packet packet) {
            packet.release();
        } else if (subject instanceof PacketBatch batch) {
            batch.release();
        }
        subject = null;
    }

    private void grow() {
        int capacity = subjects.length;
        Object[] moreSubjects = new Object[capacity * 2];
        Kind[] moreKinds = new Kind[capacity * 2];
        int[] moreTargets = new int[capacity * 2];
        for (int i = 0; i < size; i++) {
            int from = head + i & capacity - 1;
            moreSubjects[i] = subjects[from];
            moreKinds[i] = kinds[from];
            moreTargets[i] = targets[from];
        }
        subjects = moreSubjects;
        kinds = moreKinds;
        targets = moreTargets;
        head = 0;
    }

    /** Take the next action out; its parts can be read until the next call. */
    boolean next() {
        if (size == 0) {
            subject = null;
            return false;
        }
        subject = subjects[head];
        kind = kinds[head];
        target = targets[head];
        subjects[head] = null;
        head = head + 1 & subjects.length - 1;
        size--;
        return true;
    }

    boolean isEmpty() {
        return size == 0;
    }

    Object subject() {
        return subject;
    }

    Kind kind() {
        return kind;
    }

    int target() {
        return target;
    }
}
