package dev.muster.protocols.membership;

import dev.muster.spi.Event;

/**
 * ↓ by state transfer: this member does not wait for a state any more.
 *
 * @param complete whether it has it, or still the one it had; if not, it can give none to others either, unless it is alone
 */
record StateSettled(boolean complete) implements Event.Custom {}
