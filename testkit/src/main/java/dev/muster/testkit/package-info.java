/** Simulated clock and network, and conformance tests for protocols. */
package dev.muster.testkit;
