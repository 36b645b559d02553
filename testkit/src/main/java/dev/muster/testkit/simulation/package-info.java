/**
 * Whole clusters in one thread: simulated processes on simulated hosts, with a network that fails as networks do.
 *
 * <p>{@link dev.muster.testkit.simulation.Simulation} is the world; {@link
 * dev.muster.testkit.simulation.SimulatedCluster} runs unmodified channels in it, under load and under a schedule of
 * faults that was drawn beforehand.
 */
package dev.muster.testkit.simulation;
