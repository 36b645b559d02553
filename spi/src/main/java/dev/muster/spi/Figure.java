package dev.muster.spi;

/**
 * A counter or a gauge of a protocol, for people: reference pages, {@code muster describe} and whoever watches a member read
 * it.
 *
 * @param name as in {@link Context#counter} or {@link Context#gauge}
 * @param meaning half a sentence
 */
public record Figure(String name, String meaning) {

    /** Gauge of every protocol that keeps packets back; tests demand that it comes to zero when all is quiet. */
    public static final Figure WAITING_PACKETS = new Figure("waiting_packets", "packets that wait here at this moment");

    /** Gauge of every protocol that keeps payload; tests demand that it stays within bounds. */
    public static final Figure KEPT_BYTES = new Figure("kept_bytes", "bytes of payload kept here at this moment");
}
