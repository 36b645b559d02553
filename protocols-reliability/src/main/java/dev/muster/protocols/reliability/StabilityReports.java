package dev.muster.protocols.reliability;

import java.util.Arrays;

/**
 * What the members of one view have reported to its coordinator: the least of it is what everybody has.
 */
final class StabilityReports {

    private static final long[] NONE = {};

    private final long[][] reports;
    private final boolean[] fresh;
    private int freshCount;

    /** For a view of some size. */
    StabilityReports(int members) {
        reports = new long[members][];
        fresh = new boolean[members];
    }

    /** Take a report in; older ones than what is known change nothing. True if everybody has reported since {@link #renew}. */
    boolean report(int rank, long[] delivered) {
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
        return freshCount == reports.length;
    }

    /** Begin to wait for everybody again. */
    void renew() {
        Arrays.fill(fresh, false);
        freshCount = 0;
    }

    /** The least of all reports, per rank; empty until everybody has reported once. */
    long[] least() {
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
}
