package dev.muster.cli;

import java.util.Locale;

/** What a measurement can tell. The first one that it does tell is the one by which contestants are compared. */
enum Metric {

    RATE("messages/s and receiver", "messagesPerSecond", "%,.0f"),
    MEDIAN("p50 µs", "p50Micros", "%.1f"),
    P99("p99 µs", "p99Micros", "%.1f"),
    P999("p99.9 µs", "p999Micros", "%.1f"),
    MOST("most µs", "mostMicros", "%.0f"),
    /** From the failure to the view without the one that failed at the last one of the others. */
    LAST_VIEW("ms to the view at the last survivor", "lastViewMillis", "%.0f"),
    FIRST_VIEW("at the first", "firstViewMillis", "%.0f"),
    /** Between two messages of one sender, at any receiver. */
    LONGEST_GAP("ms without a delivery", "longestGapMillis", "%.1f"),
    /** From the first attempt to join to the view of all at all. */
    FORMING("ms to form", "formingMillis", "%,.0f"),
    FORMING_CPU("CPU ms to form", "formingCpuMillis", "%,.0f"),
    THREADS("threads per member", "threadsPerMember", "%.2f"),
    HEAP("KB of heap per member", "heapKilobytesPerMember", "%,.0f"),
    /** User and system time of all members. */
    CPU_PER_MILLION("CPU s per million delivered", "cpuSecondsPerMillionDelivered", "%.3f"),
    /** By all members; what the sending application must allocate included. */
    ALLOCATED("bytes allocated per delivered", "allocatedBytesPerDelivered", "%.1f"),
    LOST("lost", "lost", "%.0f"),
    /** Too early, too late or twice. */
    OUT_OF_ORDER("out of order", "outOfOrder", "%.0f");

    private final String heading;
    private final String key;
    private final String format;

    Metric(String heading, String key, String format) {
        this.heading = heading;
        this.key = key;
        this.format = format;
    }

    /** For tables. */
    String heading() {
        return heading;
    }

    /** For JSON. */
    String key() {
        return key;
    }

    String shown(double figure) {
        return String.format(Locale.ROOT, format, figure);
    }

    /** Whether figures of several rounds are added up because each one is a fault. */
    boolean isFault() {
        return this == LOST || this == OUT_OF_ORDER;
    }
}
