package dev.muster.protocols.ordering;

import dev.muster.spi.RankedNumbers;
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

    /** A member has told what it has of the members of this view; what it does not mention has not changed. */
    void report(int member, RankedNumbers packets) {
        if (held[member] == null) {
            held[member] = new long[safe.length];
        }
        long[] own = held[member];
        for (int index = 0; index < packets.size(); index++) {
            int sender = packets.rank(index);
            if (packets.number(index) > own[sender]) {
                own[sender] = packets.number(index);
                changed.add(sender);
            }
        }
    }

    /** What everybody has, where that is more than when this was last asked. */
    RankedNumbers takeNewlySafe() {
        long[] news = new long[safe.length];
        for (int sender : changed) {
            long least = least(sender);
            if (least > safe[sender]) {
                safe[sender] = least;
                news[sender] = least;
            }
        }
        changed.clear();
        return RankedNumbers.of(news);
    }

    private long least(int sender) {
        long least = Long.MAX_VALUE;
        for (long[] member : held) {
            least = Math.min(least, member == null ? 0 : member[sender]);
        }
        return least;
    }
}
