package dev.muster.protocols.membership.detection;

import dev.muster.spi.Event;

/**
 * ↑ by verification at its start: an {@link Event.Suspected} that comes down is checked as if a detector below had
 * emitted it, and confirmed or refuted.
 */
public record VerificationReady() implements Event.Custom {}
