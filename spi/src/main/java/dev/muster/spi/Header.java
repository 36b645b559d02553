package dev.muster.spi;

/** What one layer adds to a packet for its peer layer at the receiver. Immutable; usually a record. */
public interface Header {}
