/**
 * What is measured side by side: any system that can send messages between processes is a
 * {@link dev.muster.cli.perf.Contestant}. Those that come with the command are Muster itself and plain sockets; others are
 * found by {@link java.util.ServiceLoader}.
 */
package dev.muster.cli.perf;
