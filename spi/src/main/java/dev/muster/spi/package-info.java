/**
 * The seam between the core and protocols.
 *
 * <p>A protocol is a pure state machine: it is told of packets, timers and events, and answers by asking its context
 * for actions. It never blocks, never reads a clock, never draws randomness of its own, starts no thread, opens no socket
 * except through the context, and touches no other layer. The same protocol therefore runs unchanged in production and in
 * a deterministic simulation.
 */
package dev.muster.spi;
