package dev.muster.protocols.ordering;

import java.util.Arrays;
import java.util.TreeSet;

/** What the coordinator knows of who has what in one view: per member and sender a number of packets, which only grows. */
final class Holdings {

    private final long[][] held;
    private final long[] safe;
    private final TreeSet<Integer> changed = new TreeSet<>();

    Holdings(int members) {
        held = new long[members][];
        safe = new long[members];
    }

    /** A member has told what it has; what it does not mention has not changed. */
    void report(int member, long[] packets) {
        if (held[member] == null) {
            held[member] = new long[safe.length];
        }
        long[] own = held[member];
        for (int sender = 0; sender < Math.min(packets.length, own.length); sender++) {
            if (packets[sender] > own[sender]) {
                own[sender] = packets[sender];
                changed.add(sender);
            }
        }
    }

    /** What everybody has, where that is more than when this was last asked; null if it is nowhere. */
    long[] takeNewlySafe() {
        long[] news = null;
        for (int sender : changed) {
            long least = least(sender);
            if (least > safe[sender]) {
                safe[sender] = least;
                news = news == null ? new long[sender + 1] : Arrays.copyOf(news, sender + 1);
                news[sender] = least;
            }
        }
        changed.clear();
        return news;
    }

    private long least(int sender) {
        long least = Long.MAX_VALUE;
        for (long[] member : held) {
            least = Math.min(least, member == null ? 0 : member[sender]);
        }
        return least;
    }
}
