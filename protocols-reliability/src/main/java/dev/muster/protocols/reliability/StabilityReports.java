package dev.muster.protocols.reliability;

import dev.muster.api.Address;
import dev.muster.api.View;
import dev.muster.spi.Digest;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What the members of one view have reported to its coordinator: the least of it is what everybody has.
 */
final class StabilityReports {

    private static final long[] NONE = {};

    private final long[][] reports;
    private final boolean[] fresh;
    private int freshCount;
    private boolean asked;

    /** For a view of some size. */
    StabilityReports(int members) {
        reports = new long[members][];
        fresh = new boolean[members];
    }

    /**
     * Take a report in; older ones than what is known change nothing.
     *
     * @param told what everybody has as far as all know
     * @return what everybody has, once everybody has reported since it was told or {@link #ask} was called, and if it is news
     *     or was asked for; else null
     */
    long[] report(int rank, long[] delivered, long[] told) {
        long[] known = reports[rank] == null ? NONE : reports[rank];
        long[] merged = Arrays.copyOf(known, Math.max(known.length, Math.min(delivered.length, reports.length)));
        for (int i = 0; i < merged.length && i < delivered.length; i++) {
            merged[i] = Math.max(merged[i], delivered[i]);
        }
        reports[rank] = merged;
        if (!fresh[rank]) {
            fresh[rank] = true;
            freshCount++;
        }
        if (freshCount < reports.length) {
            return null;
        }
        long[] least = least();
        if (!asked && Arrays.equals(least, told)) {
            return null;
        }
        asked = false;
        renew();
        return least;
    }

    /** Somebody waits: what everybody has is to be told in any case, as soon as everybody has reported again. */
    void ask() {
        asked = true;
        renew();
    }

    private void renew() {
        Arrays.fill(fresh, false);
        freshCount = 0;
    }

    /** The least of all reports, per rank; empty until everybody has reported once. */
    private long[] least() {
        int length = Integer.MAX_VALUE;
        for (long[] report : reports) {
            length = Math.min(length, report == null ? 0 : report.length);
        }
        long[] least = new long[length];
        Arrays.fill(least, Long.MAX_VALUE);
        for (long[] report : reports) {
            for (int i = 0; i < length; i++) {
                least[i] = Math.min(least[i], report[i]);
            }
        }
        while (length > 0 && least[length - 1] == 0) {
            length--;
        }
        return Arrays.copyOf(least, length);
    }

    /** What one member has delivered, by the rank of the senders; no longer than the last one with any packet demands. */
    static long[] byRank(Digest digest, View view) {
        long[] delivered = new long[view.size()];
        int length = 0;
        for (int rank = 0; rank < delivered.length; rank++) {
            delivered[rank] = digest.of(view.members().get(rank));
            length = delivered[rank] > 0 ? rank + 1 : length;
        }
        return Arrays.copyOf(delivered, length);
    }

    /** The same the other way round. */
    static Digest digest(long[] byRank, View view) {
        Map<Address, Long> delivered = new LinkedHashMap<>();
        for (int rank = 0; rank < byRank.length; rank++) {
            if (byRank[rank] > 0) {
                delivered.put(view.members().get(rank), byRank[rank]);
            }
        }
        return new Digest(view.id(), delivered, Map.of());
    }
}
