package dev.muster.protocols.reliability;

import java.util.ArrayDeque;
import java.util.Deque;

/** How many bytes of its own this member has sent that are perhaps not with everybody yet. */
final class UnstableBytes {

    /** Own packets up to a sequence number are this many bytes in total. */
    private record Mark(long sequence, long bytes) {}

    private final Deque<Mark> marks = new ArrayDeque<>();
    private long sent;
    private long stable;

    void sent(long bytes) {
        sent += bytes;
    }

    /** Everything sent so far has sequence numbers up to this. */
    void mark(long sequence) {
        Mark last = marks.peekLast();
        if (last == null || last.sequence < sequence) {
            marks.add(new Mark(sequence, sent));
        }
    }

    /** Everybody has this. */
    void stable(long sequence) {
        for (Mark mark = marks.peek(); mark != null && mark.sequence <= sequence; mark = marks.peek()) {
            stable = mark.bytes;
            marks.poll();
        }
    }

    long bytes() {
        return sent - stable;
    }
}
