package dev.muster.protocols.reliability;

import dev.muster.api.Address;
import dev.muster.api.Wait;
import dev.muster.spi.Packet;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The sending half of flow control towards one destination: what was sent there, and what waits for credit. */
abstract class Account {

    private final Address destination;
    private final Deque<Packet> waiting = new ArrayDeque<>();
    private long sent;
    private long sentBefore;
    private boolean paused;
    private long turnedAt;

    /**
     * Open an account.
     *
     * @param destination null for the group
     * @param start where the total begins: no less than any total that was told there before
     */
    Account(Address destination, long start) {
        this.destination = destination;
        this.sent = start;
    }

    /** Null for the group. */
    Address destination() {
        return destination;
    }

    boolean isOfGroup() {
        return destination == null;
    }

    Deque<Packet> waiting() {
        return waiting;
    }

    /** Bytes sent so far. */
    long sent() {
        return sent;
    }

    /** Whether any credit is left; the packet sent on it may be larger. */
    abstract boolean maySend();

    /** Receivers without credit. */
    abstract List<Address> exhausted();

    /** Account for data; the total that goes with them. */
    long send(int bytes) {
        sent += bytes;
        return sent;
    }

    /** Whether {@link dev.muster.spi.Event.SendingPaused} has been emitted and not been taken back. */
    boolean isPaused() {
        return paused;
    }

    /** Pause while something waits; true if that is news. */
    boolean turnsAround(long nowNanos) {
        boolean turned = paused == waiting.isEmpty();
        paused = !waiting.isEmpty();
        turnedAt = turned ? nowNanos : turnedAt;
        return turned;
    }

    /** What it waits for, told of one that is paused. */
    Wait lack(long nowNanos) {
        long bytes = waiting.stream().mapToLong(Packet::length).sum();
        return new Wait(Wait.Reason.CREDIT, "packets to " + (isOfGroup() ? "the group" : "one member") + ": " + waiting.size()
                + ", bytes: " + bytes, exhausted(), Duration.ofNanos(nowNanos - turnedAt));
    }

    /** Whether it waits and nothing was sent since {@link #lookAgain}. */
    boolean isStuck() {
        return paused && sent == sentBefore;
    }

    void lookAgain() {
        sentBefore = sent;
    }
}
