/**
 * What authors of protocols and users of groups test with.
 *
 * <p>{@link dev.muster.testkit.ProtocolHarness} runs one protocol, or a few stacked, without a network and without a
 * clock. Nothing here sleeps, starts a thread or depends on the machine: the same seed gives the same run.
 */
package dev.muster.testkit;
