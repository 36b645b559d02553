package dev.muster.protocols.membership;

import dev.muster.spi.Event;

/** ↓ by state transfer: this member has the state it asked for, or has given up; it may serve others again. */
record StateSettled() implements Event.Custom {}
